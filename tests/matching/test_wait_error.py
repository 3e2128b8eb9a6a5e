"""Whether promises about waits are kept, and how the next ones are corrected."""

import random
from statistics import mean

import pytest

from matching.wait_error import Correction, Outcome, error_of, learn_correction, leaving_rate, rounded


def outcome(waited: float, *, raw: tuple[float, float] = (60.0, 120.0), was_served: bool = True) -> Outcome:
    return Outcome(raw=raw, told=raw, waited_seconds=waited, was_served=was_served)


def test_the_error_is_the_share_of_waits_that_ended_within_what_was_told() -> None:
    error = error_of([outcome(waited) for waited in (10, 60, 61, 120, 121)])
    assert (error.judged, error.covered_p50, error.covered_p90) == (5, 0.4, 0.8)
    nothing = error_of([])
    assert (nothing.judged, nothing.covered_p50, nothing.covered_p90) == (0, None, None)


def test_who_left_too_late_was_promised_too_little_and_who_left_early_says_nothing() -> None:
    error = error_of([outcome(50), outcome(130, was_served=False), outcome(30, was_served=False)])
    assert (error.judged, error.covered_p90) == (2, 0.5)


def test_without_outcomes_nothing_is_corrected() -> None:
    assert learn_correction([]).applied_to((60.0, 120.0)) == (60.0, 120.0)
    assert learn_correction([]).applied_to((0.0, 0.0)) == (0.0, 5.0)


@pytest.mark.parametrize("slower", [0.6, 1.7])
def test_estimates_that_are_wrong_by_a_factor_are_put_right(slower: float) -> None:
    chance = random.Random(2)  # noqa: S311  a simulation
    outcomes: list[Outcome] = []
    told: list[bool] = []
    for _ in range(900):
        raw = chance.uniform(30, 300)
        truth = chance.expovariate(1.0) * raw * slower
        estimate = (raw * 0.693, raw * 2.303)  # of an exponential wait of this mean
        correction = learn_correction(outcomes[-300:])
        told.append(truth <= correction.applied_to(estimate)[1])
        outcomes.append(Outcome(raw=estimate, told=estimate, waited_seconds=truth, was_served=True))
    assert not 0.85 <= mean(one.waited_seconds <= one.raw[1] for one in outcomes) <= 0.95
    assert 0.87 <= mean(told[300:]) <= 0.93


def test_a_dozen_outcomes_do_not_make_promises_shorter_than_they_can_be_kept() -> None:
    chance = random.Random(5)  # noqa: S311  a simulation
    raw = (69.3, 230.3)  # of an exponential wait of 100 s
    told: list[bool] = []
    for _ in range(600):
        outcomes: list[Outcome] = []
        for turn in range(15):
            waited = chance.expovariate(1 / 100.0)
            if turn >= 5:
                told.append(waited <= learn_correction(outcomes).applied_to(raw)[1])
            outcomes.append(outcome(waited, raw=raw))
    assert 0.9 <= mean(told) <= 0.92


def test_a_correction_is_bounded_and_needs_evidence() -> None:
    once, often = (learn_correction([outcome(12_000)] * count).factors[1] for count in (1, 300))
    assert 1.0 < once < 1.1
    assert 2.5 < often <= 3.0
    assert learn_correction([outcome(0.0)] * 300).factors[0] >= 0.5


def test_those_who_left_would_have_waited_longer() -> None:
    served = [outcome(waited) for waited in range(10, 130, 10)]
    left = [outcome(waited, was_served=False) for waited in range(15, 75, 5)]
    assert learn_correction(served + left).factors[0] > learn_correction(served).factors[0]


def test_how_long_taking_a_free_consultant_takes_is_learned_too() -> None:
    slow = [outcome(20.0 + number % 10, raw=(0.0, 0.0)) for number in range(300)]
    median, ninetieth = learn_correction(slow).applied_to((0.0, 0.0))
    assert 20 < median < 23
    assert 25 < ninetieth < 30


def test_a_median_is_never_told_above_the_90th_percentile() -> None:
    assert Correction(factors=(3.0, 0.5)).applied_to((50.0, 100.0)) == (50.0, 50.0)


def test_the_rate_at_which_people_give_up() -> None:
    assert leaving_rate([]) == 0.0
    many = [outcome(100.0, was_served=number % 4 > 0) for number in range(400)]
    assert leaving_rate(many) == pytest.approx(0.25 / 100, rel=0.05)


@pytest.mark.parametrize(
    ("estimate", "told"),
    [
        ((0.0, 5.0), (0, 5)),
        ((31.0, 58.1), (30, 60)),
        ((61.0, 290.0), (60, 300)),
        ((400.0, 3_000.0), (420, 3_000)),
    ],
)
def test_what_is_told_is_rounded_to_steps(estimate: tuple[float, float], told: tuple[int, int]) -> None:
    assert rounded(estimate) == told
