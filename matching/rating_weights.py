"""How much each rating counts: less with age, and less where many come from one person or at one time."""

from collections.abc import Sequence

import numpy as np

from matching.grouping import Codes, Floats, codes_of, sum_by
from matching.learning import PastSession

HALF_LIFE_SECONDS = 90 * 86_400.0
"""After this time a rating counts half: a quarter of a year, in which people learn and change."""

MOST_FROM_ONE_USER = 2.0
"""All ratings of one consultant by one user count together at most as many as this."""

MOST_IN_HALF_AN_HOUR = 3.0
"""All ratings of one consultant within any half hour count together at most as many as this."""

_HALF_WINDOW_SECONDS = 1_800.0


def decay(at: Floats, now: float) -> Floats:
    """(ratings,), 0 to 1. Unknown times (NaN) and the future count as now."""
    age = np.nan_to_num(now - at, nan=0.0)
    return np.asarray(0.5 ** (np.clip(age, 0.0, None) / HALF_LIFE_SECONDS))


def burst_guard(sessions: Sequence[PastSession], consultants: Codes, at: Floats, aged: Floats) -> Floats:
    """(ratings,), 0 to 1: by how much each is held down. `aged` is their `decay`.

    First the aged ratings that one user gave one consultant are scaled down to MOST_FROM_ONE_USER together.
    Then each is scaled by MOST_IN_HALF_AN_HOUR over what lies within half an hour to either side of it. So
    the ratings of any half hour count at most MOST_IN_HALF_AN_HOUR together, whoever gave them. Without a
    user, or without a time, the cap in question can't be applied.
    """
    guard = _share_of_user(sessions, consultants, aged)
    timed = np.flatnonzero(~np.isnan(at))
    if timed.size:
        crowd = _near_in_time(consultants[timed], at[timed], guard[timed])
        guard[timed] *= np.minimum(1.0, MOST_IN_HALF_AN_HOUR / np.maximum(crowd, MOST_IN_HALF_AN_HOUR))
    return guard


def counted_of(sessions: Sequence[PastSession], now: float) -> Floats:
    """(sessions,): how much each counts as of `now` (epoch seconds), by age and guarded against bursts."""
    at = np.array([np.nan if session.at is None else session.at for session in sessions], dtype=np.float64)
    aged = decay(at, now)
    consultants, _ = codes_of([session.consultant_id for session in sessions])
    return np.asarray(aged * burst_guard(sessions, consultants, at, aged))


def _share_of_user(sessions: Sequence[PastSession], consultants: Codes, aged: Floats) -> Floats:
    users, names = codes_of([session.user_id for session in sessions])
    _, pairs = np.unique(consultants * len(names) + users, return_inverse=True)
    together = sum_by(pairs, aged)[pairs]
    known = np.array([bool(name) for name in names])[users]
    capped = np.minimum(1.0, MOST_FROM_ONE_USER / np.maximum(together, MOST_FROM_ONE_USER))
    return np.asarray(np.where(known, capped, 1.0))


def _near_in_time(consultants: Codes, at: Floats, counted: Floats) -> Floats:
    """What is `counted` of the same consultant within half an hour to either side, each itself included."""
    # One axis for all: each consultant has a stretch of their own, so far apart that no window spans two.
    stretch = float(np.ptp(at)) + 4 * _HALF_WINDOW_SECONDS
    place = consultants * stretch + (at - at.min())
    order = np.argsort(place, kind="stable")
    line = place[order]
    running = np.concatenate(([0.0], np.cumsum(counted[order])))
    first = np.searchsorted(line, line - _HALF_WINDOW_SECONDS, side="left")
    last = np.searchsorted(line, line + _HALF_WINDOW_SECONDS, side="right")
    near = np.empty_like(counted)
    near[order] = running[last] - running[first]
    return near
