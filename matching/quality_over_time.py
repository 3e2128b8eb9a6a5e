"""Follows each consultant's corrected ratings through time: the last four weeks against before, and weeks."""

from dataclasses import dataclass

import numpy as np

from matching.grouping import Codes, Flags, Floats, sum_by

WEEK_SECONDS = 7 * 86_400.0
RECENT_WEEKS = 4
SHOWN_WEEKS = 12
LEAST_IN_EACH_PERIOD = 2.0
"""Effective ratings needed in both periods; with fewer nothing is said about a change."""

_Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """By how many stars the last four weeks differ from before, shrunk towards 0, with its 95 % interval."""

    change: float
    low: float
    high: float

    @property
    def direction(self) -> int:
        """1 better, -1 worse, 0 when the interval has room for either."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`value` is drawn towards the consultant's own quality; None without a rating. `begins_at`: epoch."""

    begins_at: float
    value: float | None
    ratings: int


@dataclass(frozen=True, kw_only=True, eq=False)
class CorrectedRatings:
    """One row a rating; `means` are one a consultant. `at` is NaN where not known.

    `weights` count the age, `guard` does not.
    """

    scores: Floats
    weights: Floats
    guard: Floats
    at: Floats
    consultants: Codes
    means: Floats
    rating_variance: float
    change_variance: float
    now: float


def trends_of(ratings: CorrectedRatings) -> list[Trend | None]:
    """Of each consultant: the difference of two weighted means, shrunk as a normal effect about 0.

    The variance of a change is taken to be as large as that between consultants.
    """
    recent = ratings.at > ratings.now - RECENT_WEEKS * WEEK_SECONDS
    before = ratings.at <= ratings.now - RECENT_WEEKS * WEEK_SECONDS
    count = len(ratings.means)
    late, late_mean = _summed(ratings, recent, count)
    early, early_mean = _summed(ratings, before, count)
    with np.errstate(divide="ignore"):
        noise = ratings.rating_variance * (1 / late + 1 / early)
    kept = ratings.change_variance / (ratings.change_variance + noise)
    change = kept * (late_mean - early_mean)
    reach = _Z95 * np.sqrt(ratings.change_variance * (1 - kept))
    is_known = np.minimum(late, early) >= LEAST_IN_EACH_PERIOD
    return [
        Trend(change=float(by), low=float(by - width), high=float(by + width)) if known else None
        for by, width, known in zip(change, reach, is_known, strict=True)
    ]


def _summed(ratings: CorrectedRatings, chosen: Flags, count: int) -> tuple[Floats, Floats]:
    weights = np.where(chosen, ratings.weights, 0.0)
    total = sum_by(ratings.consultants, weights, count)
    scores = sum_by(ratings.consultants, weights * ratings.scores, count)
    return total, np.asarray(scores / np.maximum(total, 1e-9))


def weeks_of(ratings: CorrectedRatings) -> list[tuple[Week, ...]]:
    """Of each consultant: the last twelve times seven days up to now, oldest first."""
    count = len(ratings.means)
    begins = ratings.now - SHOWN_WEEKS * WEEK_SECONDS
    with np.errstate(invalid="ignore"):
        week = np.floor((ratings.at - begins) / WEEK_SECONDS)
        shown = (week >= 0) & (week < SHOWN_WEEKS)
    place = ratings.consultants[shown] * SHOWN_WEEKS + week[shown].astype(np.int64)
    size = count * SHOWN_WEEKS
    guard = ratings.guard[shown]
    total = sum_by(place, guard, size).reshape(count, SHOWN_WEEKS)
    given = sum_by(place, guard * ratings.scores[shown], size).reshape(count, SHOWN_WEEKS)
    number = np.bincount(place, minlength=size).reshape(count, SHOWN_WEEKS)
    drawn = ratings.rating_variance / ratings.change_variance
    values = np.clip((given + drawn * ratings.means[:, None]) / (total + drawn), 1.0, 5.0)
    return [
        tuple(
            Week(
                begins_at=begins + one * WEEK_SECONDS,
                value=float(values[code, one]) if number[code, one] else None,
                ratings=int(number[code, one]),
            )
            for one in range(SHOWN_WEEKS)
        )
        for code in range(count)
    ]
