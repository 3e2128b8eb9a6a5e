"""Notes after a round what it went by, and what the shadow policy would have done."""

from collections.abc import Mapping, Sequence

import numpy as np

from matching.decisions import ListedCandidate, Review, ShadowChoice
from matching.exploration import Choice
from matching.matcher import Decided
from matching.scoring import ScoreSheet

LISTED_CANDIDATES = 40
"""So many of the best are kept of each decision, and whoever had a chance, or is the shadow's choice."""

_DIGITS = 4


def review(live: Decided, chosen: Mapping[str, str], *, shadow: Decided | None) -> tuple[Review, ...]:
    """Note what a round went by, after it. `chosen`: session to consultant, of those that became facts.

    `live` is the same round decided once more, so what it decides otherwise now is left out: profiles or
    lessons have changed meanwhile. `shadow` is the same round under another policy, with the same places.
    """
    sheet = live.sheet
    others = {choice.row: choice.column for choice in shadow.choices} if shadow else {}
    return tuple(
        _review(live, choice, shadow, others.get(choice.row))
        for choice in live.choices
        if chosen.get(sheet.requests[choice.row].session_id) == sheet.candidates.ids[choice.column]
    )


def _review(live: Decided, choice: Choice, shadow: Decided | None, other: int | None) -> Review:
    sheet, row, column = live.sheet, choice.row, choice.column
    listed = _listed(
        sheet, row, [column, *(one for one, _ in choice.chances), *([] if other is None else [other])]
    )
    shadow_choice = None
    if shadow:
        shadow_choice = ShadowChoice(
            policy=shadow.policy.name,
            consultant_id=None if other is None else sheet.candidates.ids[other],
            moved=_moved(shadow),
            gain=_difference(shadow.sheet, row, other, column),
            live_gain=_difference(sheet, row, other, column),
        )
    return Review(
        session_id=sheet.requests[row].session_id,
        terms=sheet.names,
        moved=_moved(live),
        candidates=tuple(
            _candidate(sheet, row, one, propensity=round(choice.chance_of(one), 6)) for one in listed
        ),
        eligible_count=int(sheet.is_eligible[row].sum()),
        shadow=shadow_choice,
    )


def _moved(decided: Decided) -> tuple[float, ...]:
    """What ratings have added to the policy's weights, by term."""
    believed = decided.policy.weights_of(decided.sheet.names)
    return tuple(round(now - was, 6) for now, was in zip(decided.sheet.weights, believed, strict=True))


def _listed(sheet: ScoreSheet, row: int, always: Sequence[int]) -> list[int]:
    eligible = np.flatnonzero(sheet.is_eligible[row])
    best = eligible[np.argsort(-sheet.scores[row, eligible], kind="stable")][:LISTED_CANDIDATES]
    return list(dict.fromkeys([*best.tolist(), *always]))


def _candidate(sheet: ScoreSheet, row: int, column: int, *, propensity: float) -> ListedCandidate:
    candidate = sheet.candidates[column]
    return ListedCandidate(
        consultant_id=candidate.consultant_id,
        score=round(float(sheet.scores[row, column]), _DIGITS),
        values=tuple(round(float(part[row, column]), _DIGITS) for part in sheet.values),
        propensity=propensity,
        free_slots=candidate.places,
        capacity=candidate.capacity,
    )


def _difference(sheet: ScoreSheet, row: int, other: int | None, chosen: int) -> float:
    if other is None:
        return 0.0
    return round(float(sheet.scores[row, other] - sheet.scores[row, chosen]), _DIGITS)
