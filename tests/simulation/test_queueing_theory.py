"""The simulator agrees with what queueing theory says of the one case that it can solve: M/M/c."""

from dataclasses import replace
from math import factorial

import numpy as np
import pytest

from matching.simulation.comparison import policy_named
from matching.simulation.run import run_policy
from matching.simulation.scenario import draw_scenario
from matching.simulation.world import World

PEOPLE, OCCUPANCY = 10, 0.85
MARKOV = World(
    consultants=PEOPLE, newcomers=0, capacity=1, arrivals_by_hour=(1.0,) * 24, haste_share=0.0,
    handle_minutes=5.0, handle_skill_effect=0.0, speed_spread=0.0, slowdown_per_session=0.0,
    patience_minutes=100_000.0, patience_shape=10.0, past_ratings=0,
)  # fmt: skip


def erlang_c(servers: int, load: float) -> float:
    """The chance of waiting in M/M/c (Erlang, 1917); `load` in erlangs."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / factorial(k) for k in range(servers)) + last)


def test_waits_are_those_of_erlang_c() -> None:
    rng = np.random.default_rng(7)
    mean_seconds = MARKOV.handle_minutes * 60.0
    waits: list[float] = []
    for seed in range(4):
        scenario = draw_scenario(MARKOV, seed=seed, occupancy=OCCUPANCY, days=1)
        exponential = tuple(
            replace(one, work=float(rng.exponential(mean_seconds))) for one in scenario.arrivals
        )
        scenario = replace(scenario, arrivals=exponential)
        record = run_policy(scenario, policy_named("longest-idle")(scenario))
        waits += [one.wait_seconds for one in record.outcomes]
    chance = erlang_c(PEOPLE, PEOPLE * OCCUPANCY)
    mean = chance * mean_seconds / (PEOPLE * (1.0 - OCCUPANCY))
    assert np.mean(np.array(waits) > 0) == pytest.approx(chance, abs=0.06)
    assert np.mean(waits) == pytest.approx(mean, rel=0.25)


def test_the_occupancy_is_the_one_that_was_asked_for() -> None:
    scenario = draw_scenario(MARKOV, seed=1, occupancy=0.6)
    record = run_policy(scenario, policy_named("random")(scenario))
    busy = sum(one.busy_place_seconds for one in record.attendance)
    assert busy / (PEOPLE * MARKOV.day_seconds) == pytest.approx(0.6, abs=0.03)


def test_parallel_sessions_slow_each_other_down() -> None:
    world = World(slowdown_per_session=0.25)
    assert world.work_rate(1) == 1.0
    assert world.work_rate(3) == pytest.approx(1.0 / 1.5)
