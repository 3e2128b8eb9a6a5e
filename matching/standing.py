"""What ratings and answers so far say of each consultant, in columns: quality, topics, speed."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.crossed_effects import Ratings, fit
from matching.grouping import Codes, Floats, codes_of
from matching.learning import PastSession
from matching.needs import MOST_TOPICS
from matching.quality import MOST_LANGUAGES, PRIOR_SCORE, commonest
from matching.rating_weights import counted_of
from matching.roster import Roster, Row
from matching.wording import FloatRows

STARS = 4.0
"""From the worst score to the best: dividing by it turns differences of stars into shares of satisfaction."""

_LEAST_SHARE = 0.05
"""What a session is less probably about than so is left out of account."""

_PATIENCE_SECONDS = 60.0
"""A first response after so long is worth half of one at once."""

_TYPICAL_SECONDS = 60.0
_TYPICAL_COUNT = 5


@dataclass(frozen=True, kw_only=True, eq=False)
class Standing:
    """One value or row a profile of a Roster, and a last one for people without. See `standing_of`."""

    quality: Row
    average: Row
    spread: Row
    topics: tuple[str, ...]
    topic_skill: FloatRows  # (profiles + 1, topics)
    has_skill: FloatRows  # (profiles + 1, topics), 1 where the profile names the topic
    promptness: Row
    is_rated: npt.NDArray[np.bool_]

    def shares(self, picked: Sequence[str | None]) -> FloatRows:
        """(requests, topics): 1 for what was picked; where only that is known."""
        return np.array(
            [[topic == pick for topic in self.topics] for pick in picked], dtype=np.float32
        ).reshape(len(picked), len(self.topics))


@dataclass(frozen=True, kw_only=True, eq=False)
class Topical:
    """What sessions were about: `shares` (sessions, topics), how probable each topic is; all 0: unknown."""

    topics: tuple[str, ...]
    shares: FloatRows

    @classmethod
    def as_picked(cls, picked: Sequence[str]) -> "Topical":
        codes, topics = codes_of(commonest(picked, MOST_TOPICS))
        shares = np.zeros((len(picked), len(topics)), dtype=np.float32)
        shares[np.arange(len(picked)), codes] = 1.0
        if topics and not topics[0]:
            topics, shares = topics[1:], shares[:, 1:]
        return cls(topics=topics, shares=shares)


def standing_of(
    sessions: Sequence[PastSession],
    scores: Floats,
    topical: Topical,
    roster: Roster,
    *,
    promptness: Row,
    now: float,
) -> Standing:
    """From rated sessions, as of `now` (epoch seconds); `scores` (1 to 5) hold instead of their own.

    `quality` is by how much a consultant's average case is more satisfied than a newcomer's is expected to
    be, `topic_skill` by how much more those of a topic, beyond that: differences of satisfaction on the scale
    from 0 to 1, shrunk and corrected by `crossed_effects.fit`. `average` is both, for the floor's mix of
    topics. A session whose topic is uncertain is shared among the probable ones. `spread` is the standard
    deviation of what is believed of the quality.
    """
    width = len(roster.profiles) + 1
    consultants, names = codes_of([session.consultant_id for session in sessions])
    effects = fit(_ratings(sessions, scores, topical, consultants, now=now))
    place_of = np.array([roster.columns.get(name, -1) for name in names], dtype=np.intp)
    has_place = place_of >= 0
    rated = place_of[has_place]
    quality, is_rated = np.zeros(width, dtype=np.float32), np.zeros(width, dtype=bool)
    spread = np.full(width, math.sqrt(effects.variances.consultant) / STARS, dtype=np.float32)
    is_rated[rated] = True
    quality[rated] = effects.consultants[has_place] / STARS
    spread[rated] = np.sqrt(effects.consultant_noise[has_place]) / STARS
    owners = place_of[effects.pair_consultant]
    is_named = (owners >= 0) & (effects.pair_topic > 0)
    topic_skill = np.zeros((width, len(topical.topics)), dtype=np.float32)
    topic_skill[owners[is_named], effects.pair_topic[is_named] - 1] = effects.skills[is_named] / STARS
    return Standing(
        quality=quality,
        average=quality + np.asarray(topic_skill @ _mix(topical), dtype=np.float32),
        spread=spread,
        topics=topical.topics,
        topic_skill=topic_skill,
        has_skill=roster.named_by(topical.topics),
        promptness=promptness,
        is_rated=is_rated,
    )


def _mix(topical: Topical) -> FloatRows:
    """(topics,): which share of the sessions each has."""
    return np.asarray(topical.shares.sum(axis=0) / max(1.0, float(topical.shares.sum())), dtype=np.float32)


def _ratings(
    sessions: Sequence[PastSession], scores: Floats, topical: Topical, consultants: Codes, *, now: float
) -> Ratings:
    """One row a session and topic that it may have been about, weighted by how probable that is. Topic 0 is
    that of sessions of which none is known."""
    languages, _ = codes_of(commonest([session.language or "" for session in sessions], MOST_LANGUAGES))
    counted = counted_of(sessions, now)
    shares = np.where(topical.shares >= _LEAST_SHARE, topical.shares, 0.0).astype(np.float64)
    known = shares.sum(axis=1, keepdims=True)
    shares = np.hstack([known == 0.0, shares / np.where(known > 0.0, known, 1.0)])
    rows, topics = np.nonzero(shares)
    return Ratings(
        scores=scores[rows] - PRIOR_SCORE,
        weights=counted[rows] * shares[rows, topics],
        consultants=consultants[rows],
        topics=topics.astype(np.int64),
        languages=languages[rows],
    )


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
