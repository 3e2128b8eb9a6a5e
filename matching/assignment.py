"""Decides all waiting sessions at once: the best total score within capacity, fairness and priority."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from matching.profiles import FloatMatrix
from matching.rounds import OVERTAKING_LIMIT
from matching.scoring import Request, ScoreSheet

AGEING_PER_MINUTE = 0.075
"""Expected satisfaction that a minute of waiting is worth when there are more sessions than places."""

_REPETITIONS, _REPETITIONS_OF_MANY, _MANY = 6, 2, 150
"""So often at most a class is solved: where hundreds wait, each time costs tens of milliseconds."""


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

    Hungarian method (Crouse, 2016, as in scipy) over places: each candidate counts once for every session
    that they may be given now.
    """
    free = sheet.candidates.places.copy()
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
    Whoever is bound to get into the set is in it from the beginning, and in the end everybody is: then age
    alone says who is served, and the score by whom.
    """
    requests = [sheet.requests[row] for row in rows]
    eligible = sheet.is_eligible[rows] & (free > 0)
    by_age = sorted(range(len(rows)), key=lambda i: (-requests[i].waited_seconds, requests[i].session_id))
    waited = np.array([request.waited_seconds for request in requests])
    worth = sheet.scores[rows] + AGEING_PER_MINUTE / 60.0 * (waited - waited.min())[:, None]
    places = _Places(
        worth=worth, eligible=eligible, free=free, capacity=np.maximum(1, sheet.candidates.capacity)
    )
    first = _bound_to_be_first(waited, eligible @ free, np.array(counts), limit)
    pairs: list[tuple[int, int]] = []
    repetitions = _REPETITIONS if len(rows) < _MANY else _REPETITIONS_OF_MANY
    for repetition in range(repetitions):
        pairs = places.best_pairs([i for i in by_age if i in first], load_weight=load_weight)
        passed = count_overtakings(requests, eligible, pairs)
        broken = {i for i, count in enumerate(passed) if count and counts[i] + count > limit} - first
        if not broken:
            break
        first = first | broken if repetition < repetitions - 2 else set(by_age)
    return [(rows[i], column) for i, column in pairs]


def _bound_to_be_first(
    waited: npt.NDArray[np.float64],
    places: npt.NDArray[np.intp],
    counts: npt.NDArray[np.intp],
    limit: int,
) -> set[int]:
    """The sessions that no solution within the bound leaves waiting for the sake of later ones.

    Whoever is left waiting finds all of its `places` taken. At most as many as have waited at least as long
    are taken by those; the other sessions are later ones and pass it.
    """
    as_old = len(waited) - np.searchsorted(np.sort(waited), waited, side="left") - 1
    passes = places - as_old
    return {int(i) for i in np.flatnonzero((passes > 0) & (counts + passes > limit))}


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
        seated = _seated_in_order(first, self.eligible, self.free)
        left_out = sorted(set(first) - set(seated))
        count = len(self.worth)
        slots = np.minimum(self.free, count)
        columns = np.repeat(np.arange(len(slots)), slots)
        if not len(columns) or not self.eligible.any():
            return []
        nth_slot = np.arange(len(columns)) - np.repeat(np.cumsum(slots) - slots, slots)
        worth = self.worth[:, columns] - load_weight * nth_slot / self.capacity[columns]
        # They are served in any case: what only says whom to prefer would make the search slower.
        worth[seated] -= worth[seated].mean(axis=1, keepdims=True)
        worth = worth - worth.min()
        bonus = np.full(count, (worth.max() + 1.0) * (count + 1))
        bonus[seated] *= 2
        eligible = self.eligible[:, columns]
        eligible[left_out] = False
        rows, places = linear_sum_assignment(np.where(eligible, worth + bonus[:, None], 0.0), maximize=True)
        is_served = eligible[rows, places]
        return list(zip(rows[is_served].tolist(), columns[places[is_served]].tolist(), strict=True))


def _seated_in_order(
    order: Sequence[int], eligible: npt.NDArray[np.bool_], free: npt.NDArray[np.intp]
) -> list[int]:
    """Those of the requests who are served when each, in this order, is unless it would unseat one before.

    Augmenting paths (Kuhn, 1955): whoever is seated may move, never leave. Consultants from whom a search
    has reached no free place are never looked at again.
    """
    options = _bits(eligible & (free > 0))
    seats: dict[int, list[int]] = {}
    seat_of: dict[int, int] = {}
    closed, with_seats = 0, _bits((free > 0)[None, :])[0]
    for i in order:
        came_from: dict[int, int] = {}
        seen, rows = closed, [i]
        open_seat: int | None = None
        while rows and open_seat is None:
            row = rows.pop()
            open_seat = next(_places_of(options[row] & with_seats), None)
            if open_seat is not None:
                came_from[open_seat] = row
                break
            for column in _places_of(options[row] & ~seen):
                came_from[column] = row
                rows.extend(seats[column])
            seen |= options[row]
        if open_seat is None:
            closed = seen
            continue
        _move_up(open_seat, came_from, seats, seat_of)
        if len(seats[open_seat]) >= free[open_seat]:
            with_seats ^= 1 << open_seat
    return list(seat_of)


def _move_up(
    seat: int, came_from: Mapping[int, int], seats: dict[int, list[int]], seat_of: dict[int, int]
) -> None:
    """Everybody on the path that led to the free seat moves on by one; the newcomer gets what is left."""
    while True:
        row = came_from[seat]
        former = seat_of.get(row)
        seats.setdefault(seat, []).append(row)
        seat_of[row] = seat
        if former is None:
            return
        seats[former].remove(row)
        seat = former


def _bits(flags: npt.NDArray[np.bool_]) -> list[int]:
    """Each row as the bits of one number."""
    packed = np.packbits(flags, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _places_of(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
