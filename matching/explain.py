"""Says why a consultant was chosen: in numbers for the staff, in one friendly line for the user."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from matching.exclusions import REASONS, ExclusionReason
from matching.scoring import ScoreSheet

EXPLAINED_CANDIDATES = 10
"""So many of the best candidates are listed, and the chosen one always."""

EXPLAINED_EXCLUSIONS = 200
"""So many people are named with what excluded them: those who would have scored best."""


class Term(TypedDict):
    """One part of a score: `contribution` is `value` x `weight`; all rounded to 4 digits.

    A plain dict: a round of 200 sessions makes tens of thousands of them.
    """

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
    """The wire object of this name. `candidates` are best first; a ranking without a choice names the best.

    Without an eligible candidate `consultant_id` is None, `score` 0 and `terms` empty. A score is the
    expected satisfaction, a rating of 1 to 5 taken as 0 to 1; its terms' contributions add up to it.
    `propensity` is the probability with which the policy chose so, 1 where nothing was left to chance, and
    `is_exploration` says that somebody less known was given a chance.
    """

    policy: str
    consultant_id: str | None
    score: float
    terms: tuple[Term, ...]
    candidates: tuple[ScoredCandidate, ...]
    excluded: tuple[ExcludedCandidate, ...]
    at: str
    propensity: float = 1.0
    is_exploration: bool = False


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
    eligible = np.flatnonzero(sheet.is_eligible[row])
    ranked = _best(sheet.scores[row, eligible], limit)
    listed = [int(eligible[place]) for place in ranked]
    if chosen is not None and chosen not in listed:
        listed = [*listed[: limit - 1], chosen]
    scored = _scored(sheet, row, listed)
    first = chosen if chosen is not None else next(iter(listed), None)
    winner = scored.get(first) if first is not None else None
    return Explanation(
        policy=policy,
        consultant_id=winner.consultant_id if winner else None,
        score=winner.score if winner else 0.0,
        terms=winner.terms if winner else (),
        candidates=tuple(scored.values()),
        excluded=_excluded(sheet, row, absent),
        at=at,
    )


def _best(scores: npt.NDArray[np.float64], count: int) -> list[int]:
    """Where the `count` highest stand, best first, equals in their order."""
    if count < len(scores):
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        near = np.flatnonzero(scores >= least)
    else:
        near = np.arange(len(scores))
    return [int(place) for place in near[np.argsort(-scores[near], kind="stable")][:count]]


def _excluded(sheet: ScoreSheet, row: int, absent: Collection[str]) -> tuple[ExcludedCandidate, ...]:
    """In the order of the candidates, then the absent who are none."""
    columns = np.flatnonzero(sheet.codes[row])
    if len(columns) > EXPLAINED_EXCLUSIONS:
        best = np.argsort(-sheet.scores[row, columns], kind="stable")[:EXPLAINED_EXCLUSIONS]
        columns = np.sort(columns[best])
    named = [
        (sheet.candidates.ids[column], REASONS[code])
        for column, code in zip(columns.tolist(), sheet.codes[row, columns].tolist(), strict=True)
    ]
    room = EXPLAINED_EXCLUSIONS - len(named)
    if room and absent:
        known = set(sheet.candidates.ids)
        named.extend((one, "absent") for one in sorted(one for one in absent if one not in known)[:room])
    return tuple(
        ExcludedCandidate(consultant_id=consultant_id, reason=reason)
        for consultant_id, reason in named
        if reason is not None
    )


def _scored(sheet: ScoreSheet, row: int, columns: Sequence[int]) -> dict[int, ScoredCandidate]:
    weights = np.array(sheet.weights)
    values = np.array([matrix[row, columns] for matrix in sheet.values])
    contributions = np.round(values * weights[:, None], 4).T.tolist()
    rounded_weights = np.round(weights, 4).tolist()
    scored: dict[int, ScoredCandidate] = {}
    for column, some, parts in zip(columns, np.round(values, 4).T.tolist(), contributions, strict=True):
        scored[column] = ScoredCandidate(
            consultant_id=sheet.candidates.ids[column],
            score=round(sum(parts), 4),
            terms=tuple(
                {"name": name, "value": value, "weight": weight, "contribution": part}
                for name, value, weight, part in zip(sheet.names, some, rounded_weights, parts, strict=True)
            ),
        )
    return scored
