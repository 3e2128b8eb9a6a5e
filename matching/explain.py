"""Says in numbers, for the staff, why a consultant was chosen."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypedDict, TypeVar

import numpy as np
import numpy.typing as npt

from matching.exclusions import REASONS, ExclusionReason
from matching.exploration import Choice
from matching.profiles import FloatMatrix
from matching.roster import Columns
from matching.scoring import ScoreSheet

EXPLAINED_CANDIDATES = 10
"""So many of the best candidates are listed, and the chosen one always."""

EXPLAINED_EXCLUSIONS = 200
"""So many people are named with what excluded them: those who would have scored best."""

_DIGITS = 4
_REASONS = np.array(REASONS, dtype=object)
_ABSENT: ExclusionReason = "absent"

Item = TypeVar("Item")


class Term(TypedDict):
    """One part of a score: `contribution` is `value` x `weight`; all rounded to 4 digits."""

    name: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class ScoredCandidate:
    consultant_id: str
    score: float
    terms: tuple[Term, ...]


@dataclass(frozen=True, kw_only=True)
class ExcludedCandidate:
    consultant_id: str
    reason: ExclusionReason


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why one request went, or would go, to `consultant_id`; a ranking without a choice names the best.

    Without an eligible candidate `consultant_id` is None, `score` 0 and there are no `terms`. A score is the
    expected satisfaction, a rating of 1 to 5 taken as 0 to 1; its terms' contributions add up to it.
    `propensity` is the probability with which the policy chose so, 1 where nothing was left to chance, and
    `is_exploration` says that somebody less known was given a chance.

    In columns, because a round explains thousands of candidates: `listed` are the candidates' ids, best
    first; `scores` and, by term, `values` and `contributions` follow them, `names` and `weights` the terms.
    `excluded_ids` and `excluded_reasons` belong together. `as_json` is the wire object of this name.
    """

    policy: str
    consultant_id: str | None
    score: float
    names: Sequence[str]
    weights: Sequence[float]
    listed: Sequence[str]
    scores: Sequence[float]
    values: Sequence[Sequence[float]]
    contributions: Sequence[Sequence[float]]
    excluded_ids: Sequence[str]
    excluded_reasons: Sequence[ExclusionReason]
    at: str
    propensity: float = 1.0
    is_exploration: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those of `consultant_id`."""
        return () if self.consultant_id is None else self._terms(self.listed.index(self.consultant_id))

    @property
    def candidates(self) -> tuple[ScoredCandidate, ...]:
        return tuple(
            ScoredCandidate(consultant_id=consultant_id, score=score, terms=self._terms(place))
            for place, (consultant_id, score) in enumerate(zip(self.listed, self.scores, strict=True))
        )

    @property
    def excluded(self) -> tuple[ExcludedCandidate, ...]:
        pairs = zip(self.excluded_ids, self.excluded_reasons, strict=True)
        return tuple(ExcludedCandidate(consultant_id=one, reason=reason) for one, reason in pairs)

    def as_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy,
            "consultant_id": self.consultant_id,
            "score": self.score,
            "terms": list(self.terms),
            "candidates": [
                {"consultant_id": one.consultant_id, "score": one.score, "terms": list(one.terms)}
                for one in self.candidates
            ],
            "excluded": [{"consultant_id": one.consultant_id, "reason": one.reason} for one in self.excluded],
            "at": self.at,
            "propensity": self.propensity,
            "is_exploration": self.is_exploration,
        }

    def _terms(self, place: int) -> tuple[Term, ...]:
        parts = zip(self.names, self.values[place], self.weights, self.contributions[place], strict=True)
        return tuple(
            {"name": name, "value": value, "weight": weight, "contribution": part}
            for name, value, weight, part in parts
        )


def explain(
    sheet: ScoreSheet,
    row: int,
    *,
    policy: str,
    at: str,
    chosen: int | None = None,
    absent: Collection[str] = (),
    limit: int = EXPLAINED_CANDIDATES,
) -> Explanation:
    """Explain one request; `chosen` is a candidate's column, without it the best eligible one is meant.

    `absent` adds people who are not among the candidates at all.
    """
    [explanation] = _explained(
        sheet, [row], [chosen], [(1.0, False)], policy=policy, at=at, absent=absent, limit=limit
    )
    return explanation


def explain_all(
    sheet: ScoreSheet, choices: Sequence[Choice], *, policy: str, at: str, absent: Collection[str] = ()
) -> list[Explanation]:
    """What `explain` says of each choice of a round, made together: a fifth of the time."""
    return list(
        _explained(
            sheet,
            [choice.row for choice in choices],
            [choice.column for choice in choices],
            [(choice.propensity, choice.is_exploration) for choice in choices],
            policy=policy,
            at=at,
            absent=absent,
            limit=EXPLAINED_CANDIDATES,
        )
    )


def _explained(
    sheet: ScoreSheet,
    rows: Sequence[int],
    chosen: Sequence[int | None],
    chances: Sequence[tuple[float, bool]],
    *,
    policy: str,
    at: str,
    absent: Collection[str],
    limit: int,
) -> Iterator[Explanation]:
    if not rows:
        return
    columns = _listed(sheet, rows, chosen, limit)
    ids, weights = sheet.candidates.ids, tuple(np.round(np.array(sheet.weights), _DIGITS).tolist())
    parts = zip(chosen, chances, columns, _numbers(sheet, rows, columns), strict=True)
    excluded = _excluded(sheet, rows, absent)
    for (first, (propensity, is_exploration), listed, (scores, values, contributions)), (
        excluded_ids,
        excluded_reasons,
    ) in zip(parts, excluded, strict=True):
        winner = first if first is not None else next(iter(listed), None)
        yield Explanation(
            policy=policy,
            consultant_id=None if winner is None else ids[winner],
            score=0.0 if winner is None else scores[listed.index(winner)],
            names=sheet.names,
            weights=weights,
            listed=[ids[column] for column in listed],
            scores=scores,
            values=values,
            contributions=contributions,
            excluded_ids=excluded_ids,
            excluded_reasons=excluded_reasons,
            at=at,
            propensity=propensity,
            is_exploration=is_exploration,
        )


def _listed(
    sheet: ScoreSheet, rows: Sequence[int], chosen: Sequence[int | None], limit: int
) -> list[list[int]]:
    """Columns of the `limit` best of each row, best first, equals in their order; always of the chosen."""
    scores = np.where(sheet.is_eligible[rows], sheet.scores[rows], -np.inf)
    places, columns = _best_or_near(scores, limit)
    near = _parted(columns.tolist(), np.bincount(places, minlength=len(rows)))
    return [
        best[:limit] if one is None or one in best[:limit] else [*best[: limit - 1], one]
        for one, best in zip(chosen, near, strict=True)
    ]


def _best_or_near(scores: FloatMatrix, count: int) -> tuple[Columns, Columns]:
    """Rows and columns of the `count` highest in each row and whatever equals the last of them, best first.

    -inf is none of them.
    """
    width, is_near = scores.shape[1], scores > -np.inf
    if count < width:
        is_near &= scores >= np.partition(scores, width - count, axis=1)[:, width - count, None]
    rows, columns = np.divmod(np.flatnonzero(is_near), width)
    order = np.lexsort((-scores[rows, columns], rows))
    return rows[order], columns[order]


def _numbers(
    sheet: ScoreSheet, rows: Sequence[int], columns: Sequence[Sequence[int]]
) -> Iterator[tuple[list[float], list[list[float]], list[list[float]]]]:
    """Scores, values and contributions of each row's columns: a score is the sum of what is told of it."""
    lengths = np.array([len(some) for some in columns], dtype=np.intp)
    of_row = np.repeat(np.array(rows, dtype=np.intp), lengths)
    of_column = np.fromiter(chain.from_iterable(columns), np.intp, len(of_row))
    values = np.array([matrix[of_row, of_column] for matrix in sheet.values], dtype=np.float64)
    contributions = np.round(values * np.array(sheet.weights)[:, None], _DIGITS)
    return zip(
        _parted(np.round(contributions.sum(axis=0), _DIGITS).tolist(), lengths),
        _parted(np.round(values, _DIGITS).T.tolist(), lengths),
        _parted(contributions.T.tolist(), lengths),
        strict=True,
    )


def _excluded(
    sheet: ScoreSheet, rows: Sequence[int], absent: Collection[str]
) -> Iterator[tuple[list[str], list[ExclusionReason]]]:
    """In the order of the candidates, then the absent who are none."""
    is_named = sheet.codes[rows] > 0
    for place in np.flatnonzero(np.count_nonzero(is_named, axis=1) > EXPLAINED_EXCLUSIONS).tolist():
        all_named = np.flatnonzero(is_named[place])
        best = _best_or_near(sheet.scores[rows[place], all_named][None, :], EXPLAINED_EXCLUSIONS)[1]
        is_named[place] = False
        is_named[place, all_named[best[:EXPLAINED_EXCLUSIONS]]] = True
    places, columns = np.divmod(np.flatnonzero(is_named), is_named.shape[1])
    lengths = np.bincount(places, minlength=len(rows))
    everybody = sheet.candidates.ids
    ids = [everybody[column] for column in columns.tolist()]
    reasons = _REASONS[sheet.codes[np.array(rows)[places], columns]].tolist()
    known = set(everybody) if absent else set()
    others = sorted(one for one in absent if one not in known)
    for named, why in zip(_parted(ids, lengths), _parted(reasons, lengths), strict=True):
        more = others[: EXPLAINED_EXCLUSIONS - len(named)]
        yield [*named, *more], [*why, *[_ABSENT] * len(more)]


def _parted(items: list[Item], lengths: npt.NDArray[np.intp]) -> Iterator[list[Item]]:
    """So many of them each time."""
    start = 0
    for end in np.cumsum(lengths).tolist():
        yield items[start:end]
        start = end
