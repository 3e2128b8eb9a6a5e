"""Estimates how long everybody in the queue will still wait, from what the floor is doing now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.profiles import FloatMatrix

LEAST_SAMPLES = 3
"""Fewer finished sessions say nothing about how long sessions take."""

NEWEST_SAMPLES = 200

_MOST_RUNS, _FEWEST_RUNS, _STEPS = 400, 60, 4_000_000
_LONGEST_OF_USUAL = 3.0
_LONG, _LEAST_EXCESS = 0.85, 0.1
_PASSED = 0.4
"""So many of those who wait are passed by later ones, on simulated floors that are not overloaded."""

_SEED = 20
"""Always the same: an estimate changes when the floor does, not by chance."""

FloatRow = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class LiveQueue:
    """The line in the order of service, and the consultants present.

    `opens_in`: (waiting, consultants), in how many seconds each may serve each: 0 now, infinity never.
    `free_slots`: of each consultant. `busy_seconds`: of each, how long each session they have has lasted.
    `handle_seconds`: how long sessions that ended lately took, oldest first. `leaving_per_second`: the rate
    at which people who wait give up. `overtaking_limit`: how often one who waits may be passed by later ones.
    """

    opens_in: FloatMatrix
    free_slots: Sequence[int]
    busy_seconds: Sequence[Sequence[float]]
    handle_seconds: Sequence[float]
    leaving_per_second: float = 0.0
    overtaking_limit: int = 0


Estimate = tuple[float, float]
"""Seconds until it is somebody's turn, if they stay: median and 90th percentile (so many of 100 wait no
longer)."""


def estimate_live(queue: LiveQueue) -> list[Estimate | None]:
    """One for each who waits; None where nobody present may ever serve them or too little is known.

    The rest of the day is played out some hundred times: each session that runs ends after a time drawn from
    those of late that took longer than it has, each that begins takes one of all; the line is served in its
    order by the first place that may, and people ahead give up as they have lately. Where later ones may
    pass, some are passed: then it takes the end of so many more sessions. Handle times longer than three
    times the 95th percentile count as that: a forgotten session must not rule the estimate.
    """
    count, consultants = queue.opens_in.shape
    owners = np.repeat(
        np.arange(consultants),
        [free + len(busy) for free, busy in zip(queue.free_slots, queue.busy_seconds, strict=True)],
    )
    opens_in = queue.opens_in[:, owners]
    if not count or not len(owners):
        return [None] * count
    times = _HandleTimes.of(queue.handle_seconds)
    if times is None:
        return _within_free_slots(opens_in, queue)
    runs = int(np.clip(_STEPS / opens_in.size, _FEWEST_RUNS, _MOST_RUNS))
    chance = np.random.default_rng(_SEED)
    pace = times.pace(runs, chance)
    lasted = np.array([seconds for busy in queue.busy_seconds for seconds in busy], dtype=np.float64)
    ends = np.zeros((runs, len(owners)))
    ends[:, ~_free_places(queue)] = pace[:, None] * times.rest(lasted, runs, chance)
    if not opens_in.any() and len(owners) > 2 * count:
        # Anybody may serve anybody: later places than there are people are never needed.
        ends, opens_in = np.partition(ends, count, axis=1)[:, :count], opens_in[:, :count]
    everybody = np.arange(runs)
    estimates: list[Estimate | None] = []
    for turn, row in enumerate(opens_in, start=1):
        starts = np.maximum(ends, row)
        place = starts.argmin(axis=1)
        waits = starts[everybody, place]
        takes = pace * times.whole(runs, chance)
        patience = chance.exponential(1.0, runs) / max(queue.leaving_per_second, 1e-12)
        if not np.isfinite(row).any():
            estimates.append(None)
            continue
        stays = waits <= patience
        ends[everybody[stays], place[stays]] = (waits + takes)[stays]
        until_ended = np.where(waits > row[place], waits, 0.0)
        passed = waits + until_ended.mean() / turn * _more_ends(
            queue.overtaking_limit, until_ended > 0, chance
        )
        counted = passed[stays] if stays.sum() >= _FEWEST_RUNS / 2 else passed
        median, ninetieth = np.quantile(counted, (0.5, 0.9))
        estimates.append((float(median), float(ninetieth)))
    return estimates


def _more_ends(limit: int, waits: npt.NDArray[np.bool_], chance: np.random.Generator) -> FloatRow:
    """(runs,): for the sake of later ones, in units of the mean time between two ends; a random sum."""
    if not limit:
        return np.zeros(len(waits))
    is_passed = waits & (chance.random(len(waits)) < _PASSED)
    count = np.where(is_passed, chance.integers(1, limit + 1, len(waits)), 0)
    return np.asarray(chance.standard_gamma(count))


def _within_free_slots(opens_in: FloatMatrix, queue: LiveQueue) -> list[Estimate | None]:
    """Without experience only this is known: who finds a free place waits until it may serve them."""
    is_free = _free_places(queue)
    estimates: list[Estimate | None] = []
    for row in opens_in:
        place = int(np.where(is_free, row, np.inf).argmin())
        seconds = float(row[place]) if is_free[place] else np.inf
        estimates.append((seconds, seconds) if np.isfinite(seconds) else None)
        if np.isfinite(seconds):
            is_free[place] = False
    return estimates


def _free_places(queue: LiveQueue) -> npt.NDArray[np.bool_]:
    """Of all places, consultant by consultant, the free ones first."""
    pairs = zip(queue.free_slots, queue.busy_seconds, strict=True)
    numbers = [number for free, busy in pairs for number in (free, len(busy))]
    return np.repeat([True, False] * len(queue.free_slots), numbers)


@dataclass(frozen=True, kw_only=True, eq=False)
class _HandleTimes:
    """The distribution of handle times: `seconds` ascending, at the `shares` of all that take no longer."""

    seconds: FloatRow
    shares: FloatRow = field(repr=False)

    @classmethod
    def of(cls, recent: Sequence[float]) -> "_HandleTimes | None":
        usable = np.sort([seconds for seconds in recent[-NEWEST_SAMPLES:] if seconds > 0])
        if len(usable) < LEAST_SAMPLES:
            return None
        usual = usable[min(len(usable) - 1, int(0.95 * len(usable)))]
        shares = (np.arange(len(usable)) + 0.5) / len(usable)
        return cls(seconds=np.minimum(usable, _LONGEST_OF_USUAL * usual), shares=shares)

    def pace(self, runs: int, chance: np.random.Generator) -> FloatRow:
        """How much slower or faster than the sample all may be: few samples tell little about the mean."""
        spread = np.log(self.seconds).std() / np.sqrt(len(self.seconds))
        return np.asarray(np.exp(spread * chance.standard_normal(runs)))

    def whole(self, runs: int, chance: np.random.Generator) -> FloatRow:
        return np.asarray(np.interp(chance.random(runs), self.shares, self.seconds))

    def rest(self, lasted: FloatRow, runs: int, chance: np.random.Generator) -> FloatMatrix:
        """What is left of sessions that have lasted so long, (runs, sessions).

        Of the few that are longer than nearly all, what is left grows with what has been (Hill, 1975).
        """
        drawn = chance.random((runs, len(lasted)))
        passed = np.interp(lasted, self.seconds, self.shares, left=0.0)
        left = np.interp(passed + (1.0 - passed) * drawn, self.shares, self.seconds) - lasted
        long = np.quantile(self.seconds, _LONG)
        excess = np.log(np.maximum(self.seconds, long) / long).sum() / np.sum(self.seconds >= long)
        left = np.where(lasted >= long, -np.log1p(-drawn) * max(excess, _LEAST_EXCESS) * lasted, left)
        return np.asarray(np.maximum(0.0, left))
