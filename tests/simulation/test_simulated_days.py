"""A simulated day keeps what a floor promises, whoever routes it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from matching.rounds import OVERTAKING_LIMIT
from matching.simulation.comparison import POLICIES, policy_named
from matching.simulation.desks import Desk, Waiting
from matching.simulation.figures import coverage
from matching.simulation.ours import OurMatching
from matching.simulation.record import Outcome, Record
from matching.simulation.rules import Pairs, Policy
from matching.simulation.run import run_policy
from matching.simulation.scenario import Scenario, draw_scenario
from matching.simulation.world import World

SMALL = World(consultants=8, newcomers=1, arrivals_by_hour=(1.0, 1.2), topics=6, past_ratings=30)


def played(policy: str, *, occupancy: float = 1.1, seed: int = 1, world: World = SMALL) -> Record:
    scenario = draw_scenario(world, seed=seed, occupancy=occupancy)
    return run_policy(scenario, policy_named(policy)(scenario))


@pytest.mark.parametrize("policy", POLICIES)
def test_everybody_who_came_was_served_once_or_left(policy: str) -> None:
    scenario = draw_scenario(SMALL, seed=1, occupancy=1.1)
    record = run_policy(scenario, POLICIES[policy](scenario))
    assert [one.arrival for one in record.outcomes] == list(scenario.arrivals)
    for one in record.outcomes:
        if one.consultant_id is None:
            assert one.wait_seconds == pytest.approx(one.arrival.patience)
            assert one.ended is None
        else:
            assert one.begun == pytest.approx(one.arrival.at + one.wait_seconds)
            assert one.ended is not None
            assert one.begun is not None
            assert one.ended > one.begun
            assert one.wait_seconds <= one.arrival.patience
            assert 0.0 < one.satisfaction < 1.0


@pytest.mark.parametrize("policy", POLICIES)
def test_nobody_ever_has_more_sessions_than_places(policy: str) -> None:
    served = [one for one in played(policy).outcomes if one.begun is not None and one.ended is not None]
    for one in served:
        at_once = [
            other
            for other in served
            if other.consultant_id == one.consultant_id and _began_before_and_lasts(other, one)
        ]
        assert len(at_once) <= SMALL.capacity


def _began_before_and_lasts(other: Outcome, one: Outcome) -> bool:
    assert one.begun is not None
    assert other.begun is not None
    assert other.ended is not None
    return other.begun <= one.begun and other.ended > one.begun


@pytest.mark.parametrize("policy", ["ours", "random", "skill-tags"])
def test_the_same_seed_gives_the_same_day(policy: str) -> None:
    first, second = played(policy), played(policy)
    assert [(one.consultant_id, one.wait_seconds, one.score) for one in first.outcomes] == [
        (one.consultant_id, one.wait_seconds, one.score) for one in second.outcomes
    ]
    other = played(policy, seed=2)
    assert [one.arrival.at for one in other.outcomes] != [one.arrival.at for one in first.outcomes]


def test_the_people_of_a_seed_are_the_same_at_every_occupancy() -> None:
    quiet, busy = (draw_scenario(SMALL, seed=3, occupancy=share) for share in (0.5, 1.0))
    assert [person.skill.tolist() for person in quiet.people] == [
        person.skill.tolist() for person in busy.people
    ]
    assert quiet.past == busy.past


def test_ours_overtakes_nobody_beyond_the_bound() -> None:
    overtaken = [one.overtaken for seed in range(2) for one in played("ours", seed=seed).outcomes]
    assert 0 < max(overtaken) <= OVERTAKING_LIMIT


@pytest.mark.parametrize("policy", ["random", "round-robin", "least-busy", "longest-idle", "first-in-order"])
def test_rules_that_keep_the_order_overtake_nobody(policy: str) -> None:
    assert max(one.overtaken for one in played(policy).outcomes) == 0


def test_a_newcomer_gets_nothing_before_they_come() -> None:
    for one in played("least-busy").outcomes:
        if one.consultant_id == "consultant-007":
            assert one.begun is not None
            assert one.begun >= SMALL.newcomers_come_after_hours * 3_600.0


def test_first_in_order_loads_the_first_of_the_list_most() -> None:
    counts = Counter(one.consultant_id for one in played("first-in-order", occupancy=0.4).outcomes)
    assert counts["consultant-000"] > counts["consultant-006"]


def test_round_robin_deals_in_turn_while_all_are_free() -> None:
    world = replace(SMALL, newcomers=0, capacity=20)
    outcomes = played("round-robin", occupancy=0.2, world=world).outcomes
    expected = [f"consultant-{number % 8:03}" for number in range(len(outcomes))]
    assert [one.consultant_id for one in outcomes] == expected


def test_skill_tags_waits_for_the_tag_and_takes_anybody_after_a_while() -> None:
    scenario = draw_scenario(SMALL, seed=1, occupancy=1.1)
    tags = {person.id: person.tags for person in scenario.people}
    untagged = [
        one
        for one in run_policy(scenario, policy_named("skill-tags:40")(scenario)).outcomes
        if one.consultant_id and one.arrival.picked_topic not in tags[one.consultant_id]
    ]
    everywhere = {tag for person in scenario.people if not person.is_newcomer for tag in person.tags}
    waited = [one.wait_seconds for one in untagged if one.arrival.picked_topic in everywhere]
    assert waited
    assert min(waited) >= 40.0 - 1e-6


def test_perfect_knowledge_satisfies_more_than_chance() -> None:
    best, chance = (
        [one.satisfaction for one in played(policy, occupancy=0.6).outcomes]
        for policy in ("ceiling", "random")
    )
    assert sum(best) > 1.05 * sum(chance)


class _Eager:
    """Gives the first waiting session to one desk whether there is a place or not."""

    look_again_seconds = None

    def pairs(self, waiting: Sequence[Waiting], desks: Sequence[Desk], now: float) -> Pairs:
        return [(waiting[0], desks[0])]

    def arrived(self, present: Sequence[Desk], now: float) -> None: ...

    def rated(self, session: object) -> None: ...

    def learn(self, now: float) -> None: ...


def test_a_policy_that_overfills_somebody_is_refused() -> None:
    make: Callable[[Scenario], Policy] = lambda _scenario: _Eager()  # noqa: E731
    scenario = draw_scenario(SMALL, seed=1, occupancy=1.1)
    with pytest.raises(ValueError, match="full"):
        run_policy(scenario, make(scenario))


def test_who_queues_is_told_a_wait_and_nobody_else_is() -> None:
    scenario = draw_scenario(SMALL, seed=1, occupancy=1.2)
    record = run_policy(scenario, policy_named("least-busy")(scenario), tells_waits=True)
    assert not [one for one in record.outcomes if one.told and not one.has_queued]
    told = [one.told for one in record.outcomes if one.told is not None]
    assert len(told) > 50
    assert all(0 <= median <= ninetieth for median, ninetieth in told)
    kept = coverage(record.outcomes)
    assert kept is not None
    assert 0.6 < kept <= 1.0


def test_ratings_reach_our_matching_during_the_day() -> None:
    world = replace(SMALL, past_ratings=0, arrivals_by_hour=(1.0,) * 8)
    scenario = draw_scenario(world, seed=1, occupancy=0.8)
    learning, fixed = OurMatching(scenario), OurMatching(scenario, learns=False)
    with_ratings, without = (run_policy(scenario, policy) for policy in (learning, fixed))
    assert [one.consultant_id for one in with_ratings.outcomes] != [
        one.consultant_id for one in without.outcomes
    ]
