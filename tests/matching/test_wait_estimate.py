"""How long somebody in the queue is told to wait."""

import heapq
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

import numpy as np
import pytest

from matching.wait import Estimate, LiveQueue, estimate_live

HANDLE_SECONDS = [300.0, 420.0, 360.0, 600.0, 240.0]


def estimate_waits(
    count: int,
    free_slots: int,
    total_slots: int,
    handle_seconds: Sequence[float],
    *,
    busy_seconds: Sequence[float] | None = None,
    leaving_per_second: float = 0.0,
) -> list[Estimate | None]:
    """The positions 1 to `count` of a line in which anybody may serve anybody.

    Unless it is said how long the busy ones have been, they began one after the other over a usual session.
    """
    busy = busy_seconds
    if busy is None:
        at_work = total_slots - free_slots
        usual = float(np.median(handle_seconds)) if len(handle_seconds) else 0.0
        busy = [usual * (place + 0.5) / at_work for place in range(at_work)]
    return estimate_live(
        LiveQueue(
            opens_in=np.zeros((count, 1)),
            free_slots=[free_slots],
            busy_seconds=[busy],
            handle_seconds=handle_seconds,
            leaving_per_second=leaving_per_second,
        )
    )


def estimate_wait(
    position: int, free_slots: int, total_slots: int, handle_seconds: Sequence[float]
) -> Estimate | None:
    return estimate_waits(position, free_slots, total_slots, handle_seconds)[-1]


def test_nothing_is_promised_without_staff_or_experience() -> None:
    assert estimate_wait(1, 0, 0, HANDLE_SECONDS) is None
    assert estimate_wait(1, 0, 4, []) is None
    assert estimate_wait(1, 0, 4, [300.0, 0.0, -5.0]) is None


def test_who_finds_a_free_place_does_not_wait() -> None:
    assert estimate_wait(2, 2, 4, []) == (0.0, 0.0)


def test_the_wait_grows_with_the_position_and_shrinks_with_staff() -> None:
    first, third = estimate_wait(1, 0, 4, HANDLE_SECONDS), estimate_wait(3, 0, 4, HANDLE_SECONDS)
    more_staff = estimate_wait(3, 0, 8, HANDLE_SECONDS)
    assert first is not None
    assert third is not None
    assert more_staff is not None
    assert first[0] < third[0]
    assert first[1] < third[1]
    assert more_staff[0] == pytest.approx(third[0] / 2, rel=0.2)
    assert third[0] < third[1]


def test_one_forgotten_session_hardly_moves_the_estimate() -> None:
    chance = random.Random(4)  # noqa: S311  a simulation
    usual = [chance.uniform(200, 400) for _ in range(40)]
    with_one_forgotten = estimate_waits(2, 0, 2, [*usual, 86_400.0])[-1]
    without = estimate_waits(2, 0, 2, usual)[-1]
    assert without is not None
    assert with_one_forgotten is not None
    assert with_one_forgotten == pytest.approx(without, rel=0.4)


def test_who_has_been_busy_for_long_is_free_soon() -> None:
    handled = [300.0 + number for number in range(40)]
    just_begun, nearly_done = (
        estimate_waits(1, 0, 1, handled, busy_seconds=[seconds])[0] for seconds in (5.0, 290.0)
    )
    assert just_begun is not None
    assert nearly_done is not None
    assert just_begun[0] == pytest.approx(315, abs=15)
    assert nearly_done[1] < 60


def test_a_line_that_people_leave_moves_faster() -> None:
    patient, impatient = (
        estimate_waits(10, 0, 2, HANDLE_SECONDS, leaving_per_second=rate)[-1] for rate in (0.0, 0.002)
    )
    assert patient is not None
    assert impatient is not None
    assert impatient[0] < patient[0] / 2


def test_only_who_may_serve_counts() -> None:
    """Two free consultants; the first in line needs somebody else, the second needs what relaxes in a minute,
    the third nothing, and what the fourth needs nobody has."""
    never = float("inf")
    estimates = estimate_live(
        LiveQueue(
            opens_in=np.array([[never, never, 0.0], [60.0, 60.0, never], [0.0, 0.0, 0.0], [never] * 3]),
            free_slots=[1, 1, 0],
            busy_seconds=[[], [], [10.0]],
            handle_seconds=[300.0 + number for number in range(40)],
        )
    )
    needs_third, relaxes, needs_nothing, hopeless = estimates
    assert needs_third is not None
    assert needs_third[0] > 250
    assert relaxes == (60.0, 60.0)
    assert needs_nothing == (0.0, 0.0)
    assert hopeless is None


def test_without_experience_only_free_places_are_promised() -> None:
    never = float("inf")
    queue = LiveQueue(
        opens_in=np.array([[0.0, never], [0.0, never], [0.0, 0.0]]),
        free_slots=[1, 1],
        busy_seconds=[[5.0], []],
        handle_seconds=[],
    )
    assert estimate_live(queue) == [(0.0, 0.0), None, (0.0, 0.0)]


def test_the_percentiles_agree_with_a_simulated_queue() -> None:
    chance = random.Random(3)  # noqa: S311  a simulation
    handled = [chance.expovariate(1 / 300) for _ in range(200)]
    waits = [time_of_third_end([chance.expovariate(1 / 300) for _ in range(5)]) for _ in range(4_000)]
    deciles = quantiles(waits, n=10)
    estimate = estimate_wait(3, 0, 3, handled)
    assert estimate is not None
    assert estimate[0] == pytest.approx(deciles[4], rel=0.2)
    assert estimate[1] == pytest.approx(deciles[8], rel=0.2)


def time_of_third_end(handle_seconds: list[float]) -> float:
    """Three places are busy; each that ends is taken by the next of the sessions given."""
    ends = sorted(handle_seconds[:3])
    for seconds in handle_seconds[3:]:
        ends = sorted([*ends[1:], ends[0] + seconds])
    return ends[0]


Draw = Callable[[random.Random], float]
MEAN = 300.0


def exponential(chance: random.Random) -> float:
    return chance.expovariate(1 / MEAN)


def log_normal(chance: random.Random) -> float:
    return chance.lognormvariate(math.log(MEAN) - 0.32, 0.8)


@dataclass
class Day:
    """People come at random, wait in one line for `places` places, and some give up.

    `told` holds the estimate and the true wait of everybody who had to wait and was served.
    """

    places: int
    occupancy: float
    draw: Draw
    leaving: float
    chance: random.Random
    told: list[tuple[Estimate, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.busy: list[tuple[float, float]] = []  # (ends at, began at)
        self.line: list[tuple[float, float, Estimate]] = []  # (came at, leaves at, estimate)
        self.handled = [self.draw(self.chance) for _ in range(200)]

    def live(self, people: int) -> "Day":
        now = 0.0
        for _ in range(people):
            now += self.chance.expovariate(self.occupancy * self.places / MEAN)
            self.end_until(now)
            self.line = [one for one in self.line if one[1] > now]
            if len(self.busy) < self.places:
                self.begin(now)
                continue
            estimate = estimate_waits(
                len(self.line) + 1,
                0,
                self.places,
                self.handled,
                busy_seconds=[now - began for _, began in self.busy],
                leaving_per_second=self.leaving,
            )[-1]
            assert estimate is not None
            patience = self.chance.expovariate(self.leaving) if self.leaving else math.inf
            self.line.append((now, now + patience, estimate))
        return self

    def begin(self, now: float) -> None:
        heapq.heappush(self.busy, (now + self.draw(self.chance), now))

    def end_until(self, now: float) -> None:
        while self.busy and self.busy[0][0] <= now:
            ended, began = heapq.heappop(self.busy)
            self.handled.append(ended - began)
            self.line = [one for one in self.line if one[1] > ended]
            if self.line:
                came, _, estimate = self.line.pop(0)
                self.told.append((estimate, ended - came))
                self.begin(ended)


@pytest.mark.parametrize("draw", [exponential, log_normal])
@pytest.mark.parametrize(
    ("places", "occupancy", "leaving"), [(2, 0.9, 0.0), (3, 1.1, 1 / 600), (8, 0.9, 1 / 900)]
)
def test_nine_of_ten_simulated_waits_end_within_what_was_promised(
    places: int, occupancy: float, leaving: float, draw: Draw
) -> None:
    told = [
        one
        for seed in range(3)
        for one in Day(places, occupancy, draw, leaving, random.Random(seed)).live(500).told  # noqa: S311
    ]
    assert len(told) > 400
    within = sum(wait <= ninetieth for (_, ninetieth), wait in told) / len(told)
    sooner = sum(wait <= median for (median, _), wait in told) / len(told)
    assert 0.85 <= within <= 0.95
    assert 0.4 <= sooner <= 0.6


def test_where_later_ones_may_pass_longer_is_promised_but_not_to_who_finds_a_place() -> None:
    def told(limit: int, free: int) -> list[Estimate]:
        queue = LiveQueue(
            opens_in=np.zeros((2, 1)),
            free_slots=[free],
            busy_seconds=[[100.0] * 10],
            handle_seconds=HANDLE_SECONDS,
            overtaking_limit=limit,
        )
        return [one for one in estimate_live(queue) if one is not None]

    strict, passed = told(0, 0), told(3, 0)
    assert all(after[1] > 1.2 * before[1] for before, after in zip(strict, passed, strict=True))
    assert told(3, 2) == [(0.0, 0.0)] * 2


def test_a_demand_that_relaxes_is_not_waited_for_longer_though_later_ones_may_pass() -> None:
    queue = LiveQueue(
        opens_in=np.full((1, 1), 60.0),
        free_slots=[1],
        busy_seconds=[[]],
        handle_seconds=HANDLE_SECONDS,
        overtaking_limit=3,
    )
    assert estimate_live(queue) == [(60.0, 60.0)]
