"""Decides all waiting sessions at once: the best total score within capacity, fairness and priority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from matching.profiles import FloatMatrix
from matching.scoring import Request, ScoreSheet

OVERTAKING_LIMIT = 3
"""How often a waiting session may be passed by later ones that the same consultants could have served."""

AGEING_PER_MINUTE = 0.075
"""Expected satisfaction that a minute of waiting is worth when there are more sessions than places."""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """`pairs`: (request row, candidate column). `overtaken`: the new count of each request given."""

    pairs: tuple[tuple[int, int], ...]
    overtaken: Mapping[str, int]


def solve(
    sheet: ScoreSheet,
    *,
    overtaken: Mapping[str, int],
    overtaking_limit: int = OVERTAKING_LIMIT,
    load_weight: float = 0.0,
) -> Solution:
    """Pair requests with candidates: as many as possible, then at the highest total score plus ageing.

    Priority classes are decided one after the other, highest first. Within a class no session is left waiting
    with more than `overtaking_limit` overtakings: another session counts as one when it has the same or a
    lower priority, has waited less, and gets somebody who could have served this one. `load_weight` is what a
    consultant's whole capacity of extra sessions costs, so that one round spreads its sessions.

    Hungarian method (Crouse, 2016, as in scipy) over places: each candidate counts once per free slot.
    """
    free = np.array([candidate.free_slots for candidate in sheet.candidates], dtype=np.intp)
    pairs: list[tuple[int, int]] = []
    for priority in sorted({request.priority for request in sheet.requests}, reverse=True):
        rows = [row for row, request in enumerate(sheet.requests) if request.priority == priority]
        found = _solve_class(
            sheet,
            rows,
            free=free,
            counts=[overtaken.get(sheet.requests[row].session_id, 0) for row in rows],
            limit=overtaking_limit,
            load_weight=load_weight,
        )
        for _, column in found:
            free[column] -= 1
        pairs.extend(found)
    pairs.sort()
    counts = count_overtakings(sheet.requests, sheet.is_eligible, pairs)
    return Solution(
        pairs=tuple(pairs),
        overtaken={
            request.session_id: overtaken.get(request.session_id, 0) + count
            for request, count in zip(sheet.requests, counts, strict=True)
        },
    )


def count_overtakings(
    requests: Sequence[Request], is_eligible: npt.NDArray[np.bool_], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """How often each request is overtaken by this round: 0 for those that are served in it."""
    if not pairs or not requests:
        return [0] * len(requests)
    rows, columns = (np.array(side, dtype=np.intp) for side in zip(*pairs, strict=True))
    waited = np.array([request.waited_seconds for request in requests])
    priority = np.array([request.priority for request in requests])
    is_passed = (
        is_eligible[:, columns]
        & (waited[rows][None, :] < waited[:, None])
        & (priority[rows][None, :] <= priority[:, None])
    )
    is_passed[rows] = False
    return [int(count) for count in is_passed.sum(axis=1)]


def _solve_class(
    sheet: ScoreSheet,
    rows: Sequence[int],
    *,
    free: npt.NDArray[np.intp],
    counts: Sequence[int],
    limit: int,
    load_weight: float,
) -> list[tuple[int, int]]:
    """Solve without the bound first; sessions that this would pass too often are then served before others.

    Sessions that fit together form a matroid, so serving these in order of age costs no served session, and
    one that still gets nobody finds all its consultants taken by older ones: it is not overtaken.
    Each repetition adds a session to the set, hence it ends.
    """
    requests = [sheet.requests[row] for row in rows]
    eligible = sheet.is_eligible[rows] & (free > 0)
    by_age = sorted(range(len(rows)), key=lambda i: (-requests[i].waited_seconds, requests[i].session_id))
    waited = np.array([request.waited_seconds for request in requests])
    worth = sheet.scores[rows] + AGEING_PER_MINUTE / 60.0 * (waited - waited.min())[:, None]
    first: set[int] = set()
    while True:
        places = _Places(worth=worth, eligible=eligible, free=free, capacity=_capacity(sheet))
        pairs = places.best_pairs([i for i in by_age if i in first], load_weight=load_weight)
        passed = count_overtakings(requests, eligible, pairs)
        broken = {i for i, count in enumerate(passed) if count and counts[i] + count > limit} - first
        if not broken:
            return [(rows[i], column) for i, column in pairs]
        first |= broken


def _capacity(sheet: ScoreSheet) -> npt.NDArray[np.intp]:
    return np.array([max(1, candidate.capacity) for candidate in sheet.candidates], dtype=np.intp)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Places:
    """One class of requests against the free slots of all candidates."""

    worth: FloatMatrix
    eligible: npt.NDArray[np.bool_]
    free: npt.NDArray[np.intp]
    capacity: npt.NDArray[np.intp]

    def best_pairs(self, first: Sequence[int], *, load_weight: float) -> list[tuple[int, int]]:
        """Pairs of the largest matching; the requests in `first` come before all others, in that order.

        An eligible pair is worth more than all differences of score together; a forbidden one is worth 0.
        """
        count = len(self.worth)
        slots = np.minimum(self.free, count)
        columns = np.repeat(np.arange(len(slots)), slots)
        if not len(columns) or not self.eligible.any():
            return []
        nth_slot = np.arange(len(columns)) - np.repeat(np.cumsum(slots) - slots, slots)
        worth = self.worth[:, columns] - load_weight * nth_slot / self.capacity[columns]
        worth = worth - worth.min()
        step = (worth.max() + 1.0) * (count + 1)
        bonus = np.full(count, step)
        for order, i in enumerate(first):
            bonus[i] += step * (len(first) - order)
        worth = np.where(self.eligible[:, columns], worth + bonus[:, None], 0.0)
        found_rows, found_places = linear_sum_assignment(worth, maximize=True)
        return [
            (int(i), int(columns[place]))
            for i, place in zip(found_rows, found_places, strict=True)
            if self.eligible[i, columns[place]]
        ]
