"""The figures of a simulated run mean what they say."""

import pytest

from matching.simulation.comparison import (
    Comparison,
    UnknownPolicy,
    compare,
    mean_of,
    policy_named,
)
from matching.simulation.figures import LEAST_ESTIMATES, coverage, gini
from matching.simulation.record import Outcome
from matching.simulation.satisfaction import chance, mean_rating, rating_given
from matching.simulation.scenario import Arrival
from matching.simulation.world import World, WorldInvalid, world_from

SMALL = World(consultants=6, newcomers=1, arrivals_by_hour=(1.0, 1.0), topics=4, past_ratings=50)


def told(ninetieth: float, waited: float, *, left: bool = False) -> Outcome:
    arrival = Arrival(
        id="s", text="", topic=0, picked_topic=0, priority=0, at=0.0, patience=1.0, work=1.0,
        rating_noise=0.0, is_rated=False,
    )  # fmt: skip
    return Outcome(
        arrival=arrival, wait_seconds=waited, told=(ninetieth / 2, ninetieth),
        consultant_id=None if left else "c",
    )  # fmt: skip


def test_gini_is_nothing_for_equals_and_high_for_one_who_has_all() -> None:
    assert gini([2.0, 2.0, 2.0]) == pytest.approx(0.0)
    assert gini([0.0, 0.0, 0.0, 8.0]) == pytest.approx(0.75)
    assert gini([0.0]) is None


def test_coverage_is_the_share_that_waited_no_longer_than_told() -> None:
    kept = [told(60.0, 30.0)] * 18 + [told(60.0, 90.0)] * 6
    assert coverage(kept) == pytest.approx(0.75)
    assert coverage(kept, of_median=True) == pytest.approx(0.75)
    assert coverage(kept[: LEAST_ESTIMATES - 1]) is None


def test_who_leaves_early_says_nothing_about_the_estimate() -> None:
    kept = [told(60.0, 30.0)] * 18 + [told(60.0, 90.0)] * 6
    assert coverage([*kept, *[told(60.0, 1.0, left=True)] * 10]) == pytest.approx(0.75)


def test_who_leaves_after_the_told_time_shows_that_it_did_not_hold() -> None:
    kept = [told(60.0, 30.0)] * 18 + [told(60.0, 90.0, left=True)] * 6
    assert coverage(kept) == pytest.approx(0.75)


def test_a_mean_has_the_interval_of_student() -> None:
    found = mean_of([1.0, 2.0, 3.0, None])
    assert found is not None
    assert found.low is not None
    assert found.mean == pytest.approx(2.0)
    assert found.mean - found.low == pytest.approx(4.303 / 3**0.5, rel=1e-3)
    assert mean_of([None]) is None


def test_a_rating_of_four_is_as_likely_as_satisfaction() -> None:
    world = World()
    for noise in (-0.5, 0.5):
        assert (rating_given(world, 0.0, noise) >= 4) == (noise > 0)
    assert mean_rating(world, 50.0) == pytest.approx(5.0)
    assert chance(0.0) == 0.5


def test_policies_are_compared_on_the_same_days_and_the_best_other_rule_is_found() -> None:
    compared = compare(
        SMALL, occupancies=[0.7], seeds=2, policies=["ours", "random", "skill-tags", "ceiling"]
    )
    best = compared.best_other(0.7)
    assert best in {"random", "skill-tags"}
    gain, means = (
        compared.gain(0.7),
        [compared.mean(0.7, name, "satisfaction_all") for name in ("ours", best)],
    )
    assert gain is not None
    assert means[0] is not None
    assert means[1] is not None
    assert gain.mean == pytest.approx(means[0].mean / means[1].mean - 1.0, abs=0.02)
    summary = compared.summary()["0.7"]
    assert summary["best_other"] == best
    assert set(summary["policies"]) == {"ours", "random", "skill-tags", "ceiling"}


def test_the_best_other_rule_is_neither_ours_nor_perfect_knowledge() -> None:
    runs = {
        name: [{"satisfaction_all": value}]
        for name, value in (("ours", 0.9), ("ceiling", 1.0), ("random", 0.5))
    }
    assert Comparison(runs={0.5: runs}).best_other(0.5) == "random"


def test_our_matching_may_explore() -> None:
    compared = compare(SMALL, occupancies=[0.5], seeds=1, policies=["ours", "ours:100"])
    kept, explored = (compared.mean(0.5, name, "satisfaction_all") for name in ("ours", "ours:100"))
    assert kept != explored


def test_an_unknown_policy_is_named_with_those_that_exist() -> None:
    with pytest.raises(UnknownPolicy, match="longest-idle"):
        policy_named("shortest-idle")


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ({"consultant": 3}, "did you mean consultants"),
        ({"consultants": 2.5}, "whole number"),
        ({"rated_share": 1.5}, "rated_share must be within 0 and 1"),
        ({"arrivals_by_hour": "9"}, "list of numbers"),
        ({"newcomers": 30}, "fewer than consultants"),
        ({"rating_steps": [0, 1, 2]}, "four rising numbers"),
        ({"topics": True}, "number"),
    ],
)
def test_a_world_that_cannot_be_is_refused(record: dict[str, object], complaint: str) -> None:
    with pytest.raises(WorldInvalid, match=complaint):
        world_from(record)


def test_a_world_changes_only_what_is_named() -> None:
    world = world_from({"consultants": 12, "specialties": [1]})
    assert (world.consultants, world.specialties, world.topics) == (12, (1,), World().topics)
