"""Scores every waiting request against every present consultant as an expected outcome: a sum of terms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.candidates import PRIOR_RATING, Candidate, Candidates
from matching.exclusions import REASONS, Codes, ExclusionReason, exclusion_codes
from matching.profiles import FloatMatrix, Profile
from matching.requirements import Requirement
from matching.roster import Columns, Roster, Row
from matching.standing import STARS, Standing
from matching.wording import FloatRows

__all__ = [
    "POLICY",
    "Candidate",
    "Candidates",
    "ExclusionReason",
    "Request",
    "ScoreSheet",
    "Weights",
    "score_sheet",
]

AnyFloats = npt.NDArray[np.floating]

POLICY = "outcome-3"
"""Name and version of this policy: changes whenever a term, a weight or an exclusion does."""

_SPARING_FROM = 0.5
"""From this share of places taken, who is good at much begins to be kept for where it counts most."""

_FEW_PAIRS = 50_000
"""Of requests and profiles: so many are multiplied faster than the candidates' rows are gathered."""

_OF_UNCORRECTED = 0.5
"""A plain mean says as much about the cases somebody was given as about them."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One session that waits for a person. `priority`: higher is served first (0 ordinary, 1 haste or
    anger, 2 crisis). `price_class` is the one that the user wishes."""

    session_id: str
    text: str = ""
    topic: str | None = None
    language: str | None = None
    waited_seconds: float = 0.0
    priority: int = 0
    last_consultant_id: str | None = None
    declined_by: frozenset[str] = frozenset()
    price_class: str | None = None
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What each term adds to the expected satisfaction (0 to 1) per unit of its value.

    These hold before there are ratings; `Outcome` moves them as ratings come. Values are within 0 to 1, but
    `similarity` and `experience` within -1 to 1, and `quality` and `topic_skill` are differences of
    satisfaction, expected as they are (weight 1). With `base` 0.62 a question that fits as questions do
    (similarity 0.2) is expected to satisfy at 0.80, a rating of 4.2. The rest keeps the proportion to
    `similarity` that measuring gave it: the best profile leads the average one by 0.13, random loads and idle
    times cost at most half a point of hit@1, `continuity` keeps the last consultant in nearly all questions
    of the same specialty and in a quarter of those that clearly belong to another, a picked topic is as
    strong as a clear similarity, and a skill that is merely named adds little. `language` only tells stated
    from unstated ones: who does not speak the user's is excluded.
    """

    base: float = 0.62
    similarity: float = 0.9
    experience: float = 0.15
    skills: float = 0.12
    topic_skill: float = 1.0
    quality: float = 1.0
    language: float = 0.045
    continuity: float = 0.15
    promptness: float = 0.03
    price_class: float = 0.1
    load: float = 0.045
    idle: float = 0.015


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreSheet:
    """All terms of one round; matrices are (requests, candidates), in the order given.

    `scores` is the expected satisfaction, a rating of 1 to 5 taken as 0 to 1, of serving this request by this
    candidate now: the sum of `values[name] * weights[name]` over `names`, in this order, not cut to 0 to 1.
    Excluded pairs have a score too, so that a different policy can be compared; `codes` says by REASONS why
    they may not be used.
    """

    requests: tuple[Request, ...]
    candidates: Candidates
    names: tuple[str, ...]
    weights: tuple[float, ...]
    values: tuple[FloatRows, ...]
    scores: FloatMatrix
    codes: Codes

    @cached_property
    def is_eligible(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.codes == 0)

    @cached_property
    def exclusions(self) -> tuple[tuple[ExclusionReason | None, ...], ...]:
        """A reason or None each, by request and candidate."""
        return tuple(tuple(REASONS[code] for code in row) for row in self.codes.tolist())

    def contribution(self, row: int | Columns, names: Collection[str]) -> npt.NDArray[np.float64]:
        """What these terms together add for one request: (candidates,), for several: (rows, candidates)."""
        parts = zip(self.names, self.weights, self.values, strict=True)
        total = np.zeros((*np.shape(row), len(self.candidates)))
        for name, weight, values in parts:
            if name in names:
                total += np.float64(weight) * values[row]
        return total


def score_sheet(
    requests: Sequence[Request],
    candidates: Sequence[Candidate],
    *,
    profiles: Mapping[str, Profile] | Roster,
    similarity: AnyFloats,
    experience: AnyFloats | None = None,
    standing: Standing | None = None,
    topic_shares: AnyFloats | None = None,
    weights: Weights | None = None,
    absent: Collection[str] = (),
) -> ScoreSheet:
    """Score all pairs; `similarity` and `experience` (None: nothing learned yet) are (requests, candidates).

    `standing` must follow the same roster as `profiles`; `topic_shares` (requests, standing.topics) say how
    probable it is that a request is about each topic; None: only what was picked is known. A candidate
    without a profile is scored with neutral values. Raises ValueError when shapes do not fit.
    """
    shape = (len(requests), len(candidates))
    if similarity.shape != shape or (experience is not None and experience.shape != shape):
        raise ValueError(f"similarity and experience must have the shape {shape}")
    people = Candidates.of(candidates)
    roster = profiles if isinstance(profiles, Roster) else Roster.of(profiles.values())
    floor = _Floor(requests=requests, people=people, roster=roster, places=people.places_in(roster.columns))
    terms = dict(floor.terms(similarity, experience, standing, topic_shares))
    chosen = weights or Weights()
    weight_of = {name: float(getattr(chosen, name)) for name in terms}
    return ScoreSheet(
        requests=tuple(requests),
        candidates=people,
        names=tuple(terms),
        weights=tuple(weight_of.values()),
        values=tuple(terms.values()),
        scores=_total(terms, weight_of),
        codes=exclusion_codes(requests, people, roster=roster, places=floor.places, absent=absent),
    )


def _total(terms: Mapping[str, FloatRows], weight_of: Mapping[str, float]) -> FloatMatrix:
    """In place: fresh memory for each term of a large round takes longer than the arithmetic."""
    total: FloatMatrix = np.zeros(terms["base"].shape)
    part = np.empty_like(total)
    for name, values in terms.items():
        total += np.multiply(values, np.float64(weight_of[name]), out=part)
    return total


@dataclass(frozen=True, kw_only=True, eq=False)
class _Floor:
    """Requests against people; `places` are the people's places in rows of the roster."""

    requests: Sequence[Request]
    people: Candidates
    roster: Roster
    places: Columns

    def terms(
        self,
        similarity: AnyFloats,
        experience: AnyFloats | None,
        standing: Standing | None,
        topic_shares: AnyFloats | None,
    ) -> Iterator[tuple[str, FloatRows]]:
        """Names and values of all terms that can differ in this round, in the order of an explanation."""
        yield "base", np.broadcast_to(np.float32(1.0), (len(self.requests), len(self.people)))
        yield "similarity", np.asarray(similarity, dtype=np.float32)
        if experience is not None:
            yield "experience", np.asarray(experience, dtype=np.float32)
        yield "skills", self._skills(standing, topic_shares)
        if standing is not None and standing.topics:
            shares = topic_shares
            if shares is None:
                shares = standing.shares([one.topic for one in self.requests])
            yield "topic_skill", self._by_topic(shares, standing.topic_skill)
        yield "quality", self._of_people(self._quality(standing))
        languages = {one: self.roster.language(one) for one in {some.language for some in self.requests}}
        yield "language", self._of_rows([languages[one.language] for one in self.requests])
        yield "continuity", self._continuity()
        if standing is not None:
            yield "promptness", self._of_people(standing.promptness[self.places])
        if any(one.price_class for one in self.requests):
            prices = {one.price_class: self.roster.price_class(one.price_class) for one in self.requests}
            yield "price_class", self._of_rows([prices[one.price_class] for one in self.requests])
        yield "load", self._of_people(self.people.free_share)
        yield "idle", self._of_people(self.people.idle_share)

    def _of_people(self, values: AnyFloats) -> FloatRows:
        row = np.asarray(values, dtype=np.float32)
        return np.broadcast_to(row, (len(self.requests), len(self.people)))

    def _of_rows(self, rows: Sequence[Row]) -> FloatRows:
        picked = np.empty((len(self.requests), len(self.people)), dtype=np.float32)
        for place, row in enumerate(rows):
            picked[place] = row[self.places]
        return picked

    def _skills(self, standing: Standing | None, topic_shares: AnyFloats | None) -> FloatRows:
        """1 for who has what is asked for as a skill; where that is uncertain, how probable it is."""
        if standing is None or topic_shares is None:
            return self._of_rows([self.roster.skills(one.text, one.topic) for one in self.requests])
        is_known = topic_shares.sum(axis=1) > 0.0
        pairs = zip(self.requests, is_known.tolist(), strict=True)
        stated = self._of_rows([self.roster.skills(one.text, None if k else one.topic) for one, k in pairs])
        return np.maximum(stated, self._by_topic(topic_shares, standing.has_skill))

    def _by_topic(self, shares: AnyFloats, of_profiles: FloatRows) -> FloatRows:
        """(requests, candidates), expected over the topics; `of_profiles` is (profiles + 1, topics)."""
        if len(shares) * len(of_profiles) <= _FEW_PAIRS:
            return np.asarray((shares @ of_profiles.T)[:, self.places], dtype=np.float32)
        return np.asarray(shares @ of_profiles[self.places].T, dtype=np.float32)

    def _quality(self, standing: Standing | None) -> npt.NDArray[np.float64]:
        """As far as past sessions tell; otherwise by the ratings that the candidate comes with.

        On a busy floor this request must give more than the one that comes next: so what a consultant would
        add to the floor's average case is taken off, by how busy the floor is.
        """
        plain = _OF_UNCORRECTED * (self.people.shrunk_rating - PRIOR_RATING) / STARS
        if standing is None:
            return np.asarray((1.0 - self._busy) * plain, dtype=np.float64)
        is_rated = standing.is_rated[self.places]
        quality = np.where(is_rated, standing.quality[self.places], plain)
        average = np.where(is_rated, standing.average[self.places], plain)
        return np.asarray(quality - self._busy * average, dtype=np.float64)

    @cached_property
    def _busy(self) -> float:
        """0 while half of all places are free, 1 when none is."""
        places = int(np.sum(self.people.capacity))
        taken = 1.0 - int(np.sum(self.people.free_slots)) / places if places else 0.0
        return max(0.0, (taken - _SPARING_FROM) / (1.0 - _SPARING_FROM))

    def _continuity(self) -> FloatRows:
        values = np.zeros((len(self.requests), len(self.people)), dtype=np.float32)
        for row, request in enumerate(self.requests):
            if request.last_consultant_id is not None:
                values[row, self.people.columns_of([request.last_consultant_id])] = 1.0
        return values
