"""Notes after a round what it went by, and what the shadow policy would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.assignment import solve
from matching.decisions import ListedCandidate, Review, ShadowChoice
from matching.policies import Policy
from matching.scoring import ScoreSheet

LISTED_CANDIDATES = 40
"""So many of the best are kept of each decision, and whoever was chosen by it or by the shadow."""

_DIGITS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """A round as a policy sees it."""

    policy: Policy
    sheet: ScoreSheet

    @property
    def moved(self) -> tuple[float, ...]:
        """What ratings have added to the policy's weights, by term."""
        believed = self.policy.weights_of(self.sheet.names)
        return tuple(round(now - was, 6) for now, was in zip(self.sheet.weights, believed, strict=True))


def review(
    live: Seen,
    chosen: Mapping[str, str],
    *,
    overtaken: Mapping[str, int],
    overtaking_limit: int,
    shadow: Seen | None,
) -> tuple[Review, ...]:
    """Note what a round went by, after it. `chosen`: session to consultant.

    The shadow decides the whole round once more, with the same places.
    """
    sheet = live.sheet
    rows = {request.session_id: row for row, request in enumerate(sheet.requests)}
    columns = {consultant_id: column for column, consultant_id in enumerate(sheet.candidates.ids)}
    others: dict[int, int] = {}
    if shadow:
        solution = solve(
            shadow.sheet,
            overtaken=overtaken,
            overtaking_limit=overtaking_limit,
            load_weight=shadow.policy.weights.load,
        )
        others = dict(solution.pairs)
    return tuple(
        _review(live, rows[session_id], columns[consultant_id], shadow, others.get(rows[session_id]))
        for session_id, consultant_id in chosen.items()
    )


def _review(live: Seen, row: int, column: int, shadow: Seen | None, other: int | None) -> Review:
    sheet = live.sheet
    listed = _listed(sheet, row, [column] if other is None else [column, other])
    choice = None
    if shadow:
        choice = ShadowChoice(
            policy=shadow.policy.name,
            consultant_id=None if other is None else sheet.candidates.ids[other],
            moved=shadow.moved,
            gain=_difference(shadow.sheet, row, other, column),
            live_gain=_difference(sheet, row, other, column),
        )
    return Review(
        session_id=sheet.requests[row].session_id,
        terms=sheet.names,
        moved=live.moved,
        candidates=tuple(_candidate(sheet, row, one, is_chosen=one == column) for one in listed),
        eligible_count=int(sheet.is_eligible[row].sum()),
        shadow=choice,
    )


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
