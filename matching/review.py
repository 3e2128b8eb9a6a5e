"""Notes after a round what it went by, and what the shadow policy would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matching.assignment import solve
from matching.decisions import ListedCandidate, Review, ShadowChoice
from matching.policies import Policy
from matching.scoring import ScoreSheet

LISTED_CANDIDATES = 40
"""So many of the best are kept of each decision, and whoever was chosen by it or by the shadow."""

_DIGITS = 4


def review(
    sheet: ScoreSheet,
    chosen: Mapping[str, str],
    *,
    overtaken: Mapping[str, int],
    overtaking_limit: int,
    shadow: Policy | None,
) -> tuple[Review, ...]:
    """Note what a round went by, after it. `chosen`: session to consultant.

    The shadow decides the whole round once more, with the same places.
    """
    rows = {request.session_id: row for row, request in enumerate(sheet.requests)}
    columns = {candidate.consultant_id: column for column, candidate in enumerate(sheet.candidates)}
    pairs = {rows[session_id]: columns[consultant_id] for session_id, consultant_id in chosen.items()}
    shadowed = rescored(sheet, shadow) if shadow else None
    others: dict[int, int] = {}
    if shadow and shadowed:
        solution = solve(
            shadowed, overtaken=overtaken, overtaking_limit=overtaking_limit, load_weight=shadow.weights.load
        )
        others = dict(solution.pairs)
    reviews = []
    for row, column in pairs.items():
        other = others.get(row)
        listed = _listed(sheet, row, [column] if other is None else [column, other])
        choice = None
        if shadow and shadowed:
            choice = ShadowChoice(
                policy=shadow.name,
                consultant_id=None if other is None else sheet.candidates[other].consultant_id,
                gain=_difference(shadowed, row, other, column),
                live_gain=_difference(sheet, row, other, column),
            )
        reviews.append(
            Review(
                session_id=sheet.requests[row].session_id,
                terms=sheet.names,
                candidates=tuple(_candidate(sheet, row, one, is_chosen=one == column) for one in listed),
                eligible_count=int(sheet.is_eligible[row].sum()),
                shadow=choice,
            )
        )
    return tuple(reviews)


def rescored(sheet: ScoreSheet, policy: Policy) -> ScoreSheet:
    """The same round as this policy sees it."""
    return replace(sheet, scores=policy.scores(sheet.names, sheet.values))


def _listed(sheet: ScoreSheet, row: int, always: Sequence[int]) -> list[int]:
    eligible = np.flatnonzero(sheet.is_eligible[row])
    best = eligible[np.argsort(-sheet.scores[row, eligible], kind="stable")][:LISTED_CANDIDATES]
    return list(dict.fromkeys([*best.tolist(), *always]))


def _candidate(sheet: ScoreSheet, row: int, column: int, *, is_chosen: bool) -> ListedCandidate:
    candidate = sheet.candidates[column]
    return ListedCandidate(
        consultant_id=candidate.consultant_id,
        score=round(float(sheet.scores[row, column]), _DIGITS),
        values=tuple(round(float(part[row, column]), _DIGITS) for part in sheet.values),
        propensity=float(is_chosen),
        free_slots=candidate.free_slots,
        capacity=candidate.capacity,
    )


def _difference(sheet: ScoreSheet, row: int, other: int | None, chosen: int) -> float:
    if other is None:
        return 0.0
    return round(float(sheet.scores[row, other] - sheet.scores[row, chosen]), _DIGITS)
