"""Says how well each consultant serves an average case, and what they shine in, with what certainty."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr
from typing_extensions import override

from matching.crossed_effects import Effects, Ratings, fit
from matching.grouping import Codes, Floats, codes_of, sum_by
from matching.learning import PastSession
from matching.quality_over_time import CorrectedRatings, Trend, Week, trends_of, weeks_of
from matching.rating_weights import burst_guard, decay

LEAST_SCORE, MOST_SCORE = 1.0, 5.0
PRIOR_SCORE = 4.0
"""What people say of a service whose ratings nobody has seen yet; the intercept is known to a star."""

ENOUGH_RATINGS = 5.0
"""With fewer effective ratings nobody is compared with others, and nobody shines."""

SURE_TO_SHINE = 0.9
_MOST_TOPICS = 100
MOST_LANGUAGES = 20
_Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean satisfaction, 1 to 5, with its 95 % interval. `ratings`: effective, see `assess`."""

    value: float
    low: float
    high: float
    ratings: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSkill:
    """How one consultant serves one topic.

    `usual` is what an average colleague gets in it, and `above` how probable it is that this is less.
    """

    topic: str
    estimate: Estimate
    usual: float
    sessions: int
    above: float

    @property
    def shines(self) -> bool:
        return self.above >= SURE_TO_SHINE and self.estimate.ratings >= ENOUGH_RATINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Of one consultant. `sessions` are the rated ones as counted and `plain_mean` their mean as given.

    `case_ease` is by how much the cases that they had are rated above (or below) the floor's average case.
    `topics` best first; those without a name are not among them.
    """

    consultant_id: str
    estimate: Estimate
    sessions: int
    plain_mean: float
    case_ease: float
    trend: Trend | None
    weeks: tuple[Week, ...]
    topics: tuple[TopicSkill, ...]

    @property
    def is_known(self) -> bool:
        """False: too few ratings to say."""
        return self.estimate.ratings >= ENOUGH_RATINGS


@dataclass(frozen=True, kw_only=True)
class Floor(Mapping[str, Quality]):
    """The quality of everybody who was rated, by id. `newcomer` holds for all others."""

    newcomer: Estimate
    qualities: Mapping[str, Quality] = field(repr=False)

    @override
    def __getitem__(self, consultant_id: str) -> Quality:
        return self.qualities[consultant_id]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self.qualities)

    @override
    def __len__(self) -> int:
        return len(self.qualities)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Coded:
    ratings: Ratings
    guard: Floats
    at: Floats
    now: float
    consultant_ids: tuple[str, ...]
    topics: tuple[str, ...]


def assess(sessions: Sequence[PastSession], *, now: float) -> Floor:
    """From rated sessions, as of `now` (epoch seconds), to the quality of their consultants.

    A consultant's quality is the mean satisfaction expected if they had the floor's mix of topics and
    languages: the prior of all plus their effect in the model of `crossed_effects.fit`, which shrinks the few
    rated towards the others and knows hard cases. Ratings enter with the weights of `rating_weights`: their
    age, and less in bursts. The effective sample is the sum of these weights. Intervals are posterior ones,
    given the variances.
    """
    if not sessions:
        one = np.ones(1)
        return Floor(newcomer=_estimates(PRIOR_SCORE * one, one, 0 * one)[0], qualities={})
    coded = _coded(sessions, now)
    effects = fit(coded.ratings)
    average = _average_case(coded.ratings)
    means = PRIOR_SCORE + average @ effects.cases + effects.consultants
    return Floor(
        newcomer=_newcomer(effects, average),
        qualities=_qualities(coded, effects, average, means),
    )


def _newcomer(effects: Effects, average: Floats) -> Estimate:
    spread = effects.spread(average[None, :], np.array([effects.variances.consultant]))
    return _estimates(np.array([PRIOR_SCORE + average @ effects.cases]), spread, np.zeros(1))[0]


def _qualities(coded: _Coded, effects: Effects, average: Floats, means: Floats) -> dict[str, Quality]:
    ratings = coded.ratings
    owners = ratings.consultants
    counts = np.bincount(owners)
    estimates = _estimates(
        means,
        effects.spread(average - effects.load, effects.consultant_noise),
        sum_by(owners, ratings.weights),
    )
    plain = sum_by(owners, ratings.scores + PRIOR_SCORE) / counts
    ease = _ease(ratings, effects, average)
    corrected = _corrected(coded, effects, average, means)
    trends, weeks = trends_of(corrected), weeks_of(corrected)
    topics = _topics(coded, effects, average)
    return {
        name: Quality(
            consultant_id=name,
            estimate=estimates[code],
            sessions=int(counts[code]),
            plain_mean=float(plain[code]),
            case_ease=float(ease[code]),
            trend=trends[code],
            weeks=weeks[code],
            topics=topics[code],
        )
        for code, name in enumerate(coded.consultant_ids)
    }


def _coded(sessions: Sequence[PastSession], now: float) -> _Coded:
    consultants, ids = codes_of([session.consultant_id for session in sessions])
    topics, topic_names = codes_of(commonest([session.topic for session in sessions], _MOST_TOPICS))
    languages, _ = codes_of(commonest([session.language or "" for session in sessions], MOST_LANGUAGES))
    at = np.array([np.nan if session.at is None else session.at for session in sessions], dtype=np.float64)
    aged = decay(at, now)
    guard = burst_guard(sessions, consultants, at, aged)
    scores = np.array([session.score for session in sessions], dtype=np.float64)
    return _Coded(
        ratings=Ratings(
            scores=np.clip(scores, LEAST_SCORE, MOST_SCORE) - PRIOR_SCORE,
            weights=guard * aged,
            consultants=consultants,
            topics=topics,
            languages=languages,
        ),
        guard=guard,
        at=at,
        now=now,
        consultant_ids=ids,
        topics=topic_names,
    )


def commonest(names: Sequence[str], most: int) -> list[str]:
    """All but the `most` commonest names become nameless: too rare to learn how hard they are."""
    kept = {name for name, _ in Counter(names).most_common(most)}
    return [name if name in kept else "" for name in names]


def _estimates(means: Floats, spreads: Floats, ratings: Floats) -> list[Estimate]:
    bounds = [means, means - _Z95 * spreads, means + _Z95 * spreads]
    kept = (np.clip(bound, LEAST_SCORE, MOST_SCORE).tolist() for bound in bounds)
    rows = zip(*kept, ratings.tolist(), strict=True)
    return [Estimate(value=value, low=low, high=high, ratings=count) for value, low, high, count in rows]


def _average_case(ratings: Ratings) -> Floats:
    """(columns,): the intercept, and each topic's and language's share of the weights."""
    total = ratings.weights.sum()
    topics = sum_by(ratings.topics, ratings.weights) / total
    languages = sum_by(ratings.languages, ratings.weights) / total
    return np.concatenate(([1.0], topics, languages))


def _case_effects(ratings: Ratings, effects: Effects) -> Floats:
    """(ratings,): what the case alone adds to the prior score."""
    after_topics = 1 + int(ratings.topics.max()) + 1
    cases = effects.cases
    return np.asarray(cases[0] + cases[1 + ratings.topics] + cases[after_topics + ratings.languages])


def _ease(ratings: Ratings, effects: Effects, average: Floats) -> Floats:
    eased = ratings.weights * (_case_effects(ratings, effects) - average @ effects.cases)
    return np.asarray(sum_by(ratings.consultants, eased) / sum_by(ratings.consultants, ratings.weights))


def _corrected(coded: _Coded, effects: Effects, average: Floats, means: Floats) -> CorrectedRatings:
    """What each rating would have been, had the case been an average one."""
    ratings = coded.ratings
    pairs = effects.pair_consultant * len(coded.topics) + effects.pair_topic
    skill = effects.skills[np.searchsorted(pairs, ratings.consultants * len(coded.topics) + ratings.topics)]
    case = _case_effects(ratings, effects) + skill
    return CorrectedRatings(
        scores=PRIOR_SCORE + ratings.scores - case + average @ effects.cases,
        weights=ratings.weights,
        guard=coded.guard,
        at=coded.at,
        consultants=ratings.consultants,
        means=means,
        rating_variance=effects.variances.rating,
        change_variance=effects.variances.consultant,
        now=coded.now,
    )


def _topics(coded: _Coded, effects: Effects, average: Floats) -> list[tuple[TopicSkill, ...]]:
    """Of each consultant: consultant plus skill against 0, and on top of what the topic's cases get."""
    ratings, owner, topic = coded.ratings, effects.pair_consultant, effects.pair_topic
    count = len(coded.topics)
    keys = ratings.consultants * count + ratings.topics
    pairs = owner * count + topic
    place = np.searchsorted(pairs, keys)
    effective, sessions = sum_by(place, ratings.weights), np.bincount(place)
    better = effects.consultants[owner] + effects.skills
    above = ndtr(better / effects.spread(-effects.pair_load, effects.pair_noise))
    case = _case_of_topics(topic, average, count)
    usual = PRIOR_SCORE + case @ effects.cases
    estimates = _estimates(
        usual + better, effects.spread(case - effects.pair_load, effects.pair_noise), effective
    )
    found: list[list[TopicSkill]] = [[] for _ in coded.consultant_ids]
    for row in np.argsort(-above, kind="stable").tolist():
        if name := coded.topics[topic[row]]:
            skill = TopicSkill(
                topic=name,
                estimate=estimates[row],
                usual=float(usual[row]),
                sessions=int(sessions[row]),
                above=float(above[row]),
            )
            found[owner[row]].append(skill)
    return [tuple(skills) for skills in found]


def _case_of_topics(topics: Codes, average: Floats, count: int) -> Floats:
    """(pairs, columns): the average case, but of this topic."""
    case = np.tile(average, (len(topics), 1))
    case[:, 1 : 1 + count] = 0.0
    case[np.arange(len(topics)), 1 + topics] = 1.0
    return case
