"""How long somebody in the queue is told to wait."""

import random
from statistics import quantiles

import pytest

from matching.wait import estimate_wait

HANDLE_SECONDS = [300.0, 420.0, 360.0, 600.0, 240.0]


def test_nothing_is_promised_without_staff_or_experience() -> None:
    assert estimate_wait(1, 0, 0, HANDLE_SECONDS) is None
    assert estimate_wait(1, 0, 4, []) is None
    assert estimate_wait(1, 0, 4, [300.0, 0.0, -5.0]) is None
    assert estimate_wait(0, 0, 4, HANDLE_SECONDS) is None


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
    assert more_staff[0] == pytest.approx(third[0] / 2)
    assert third[0] < third[1]


def test_one_forgotten_session_does_not_rule_the_estimate() -> None:
    usual = estimate_wait(1, 0, 1, [300.0] * 40)
    with_one_forgotten = estimate_wait(1, 0, 1, [300.0] * 39 + [86_400.0])
    assert with_one_forgotten == usual


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
