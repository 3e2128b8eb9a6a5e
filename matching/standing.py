"""What ratings and answers so far say of each consultant, in columns: quality, topics, speed."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.learning import PastSession
from matching.quality import Estimate, Floor, assess
from matching.roster import Roster, Row

STARS = 4.0
"""From the worst score to the best: dividing by it turns differences of stars into shares of satisfaction."""

_Z95 = 1.959964
_PATIENCE_SECONDS = 60.0
"""A first response after so long is worth half of one at once."""

_TYPICAL_SECONDS = 60.0
_TYPICAL_COUNT = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """Rows follow a Roster: one value a profile, and a last one for people without. See `standing_of`."""

    quality: Row
    spread: Row
    topics: Mapping[str, Row]
    promptness: Row
    is_rated: npt.NDArray[np.bool_]

    def topic_skill(self, topic: str | None) -> Row:
        found = self.topics.get(topic or "")
        return np.zeros_like(self.quality) if found is None else found


def standing_of(history: Sequence[PastSession], roster: Roster, *, promptness: Row, now: float) -> Standing:
    """From rated sessions, as of `now` (epoch seconds).

    `quality` is by how much a consultant's average case is more satisfied than a newcomer's is expected to
    be, `topics` by how much more those of a topic, beyond that: differences of satisfaction on the scale
    from 0 to 1, shrunk and corrected as `assess` does. `spread` is the standard deviation of what is believed
    of the quality.
    """
    floor = assess(history, now=now)
    width = len(roster.profiles) + 1
    quality, is_rated = np.zeros(width, dtype=np.float32), np.zeros(width, dtype=bool)
    spread = np.full(width, _deviation(floor.newcomer), dtype=np.float32)
    for consultant_id, found in floor.items():
        column = roster.columns.get(consultant_id)
        if column is not None:
            is_rated[column] = True
            quality[column] = (found.estimate.value - floor.newcomer.value) / STARS
            spread[column] = _deviation(found.estimate)
    return Standing(
        quality=quality,
        spread=spread,
        topics=_topic_skills(floor, roster),
        promptness=promptness,
        is_rated=is_rated,
    )


def _topic_skills(floor: Floor, roster: Roster) -> dict[str, Row]:
    """How hard a topic is for everybody is the same for all candidates: it is taken out as the mean."""
    leads: dict[str, dict[str, float]] = defaultdict(dict)
    for consultant_id, found in floor.items():
        for skill in found.topics:
            leads[skill.topic][consultant_id] = (skill.estimate.value - found.estimate.value) / STARS
    rows: dict[str, Row] = {}
    for topic, some in leads.items():
        usual = sum(some.values()) / len(some)
        row = rows[topic] = np.zeros(len(roster.profiles) + 1, dtype=np.float32)
        for consultant_id, lead in some.items():
            column = roster.columns.get(consultant_id)
            if column is not None:
                row[column] = lead - usual
    return rows


def promptness_of(history: Sequence[PastSession], roster: Roster) -> Row:
    """1 for somebody who answers at once, 1/2 after a minute: by the geometric mean of their first responses,
    shrunk to that of all."""
    logs: dict[int, list[float]] = defaultdict(list)
    everybody: list[float] = []
    for session in history:
        if session.first_response_seconds is not None:
            log = math.log1p(max(0.0, session.first_response_seconds))
            everybody.append(log)
            logs[roster.columns.get(session.consultant_id, -1)].append(log)
    usual = sum(everybody) / len(everybody) if everybody else math.log1p(_TYPICAL_SECONDS)
    means = np.full(len(roster.profiles) + 1, usual)
    for column, some in logs.items():
        if column >= 0:
            means[column] = (sum(some) + _TYPICAL_COUNT * usual) / (len(some) + _TYPICAL_COUNT)
    return np.asarray(1.0 / (1.0 + np.expm1(means) / _PATIENCE_SECONDS), dtype=np.float32)


def _deviation(estimate: Estimate) -> float:
    return (estimate.high - estimate.low) / (2 * _Z95) / STARS
