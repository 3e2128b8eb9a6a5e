"""How the gain over other rules changes when an assumption of the world is another one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from matching.simulation.comparison import OURS, Comparison, Mean, compare
from matching.simulation.world import World

COMPARED = (OURS, "least-busy", "longest-idle", "skill-tags", "ceiling")

VARIATIONS: Mapping[str, Callable[[World], World]] = {
    "as assumed": lambda world: world,
    "differences in skill halved": lambda world: replace(
        world,
        specialist_skill=world.specialist_skill / 2,
        general_skill_spread=world.general_skill_spread / 2,
        topic_skill_spread=world.topic_skill_spread / 2,
    ),
    "differences in skill doubled": lambda world: replace(
        world,
        specialist_skill=world.specialist_skill * 2,
        general_skill_spread=world.general_skill_spread * 2,
        topic_skill_spread=world.topic_skill_spread * 2,
    ),
    "specialists differ in nothing else": lambda world: replace(
        world, general_skill_spread=0.0, topic_skill_spread=0.0
    ),
    "nobody differs": lambda world: replace(
        world, specialist_skill=0.0, general_skill_spread=0.0, topic_skill_spread=0.0
    ),
    "profiles say nothing": lambda world: replace(world, skill_unstated=1.0, skill_overstated=0.0),
    "profiles are right": lambda world: replace(world, skill_unstated=0.0, skill_overstated=0.0),
    "texts say nothing": lambda world: replace(world, need_noise=1_000.0, topical_share=0.0),
    "texts say much": lambda world: replace(world, need_noise=1.5, topical_share=0.4),
    "picked topics say nothing": lambda world: replace(world, topic_mispicked=1.0),
    "picked topics are right": lambda world: replace(world, topic_mispicked=0.0),
    "no past ratings": lambda world: replace(world, past_ratings=0),
    "the past went to anybody": lambda world: replace(world, past_by_topic=0.0),
    "the past went by topic": lambda world: replace(world, past_by_topic=1.0),
    "one session at a time": lambda world: replace(world, capacity=1, consultants=world.consultants * 2),
}


def sensitivity(
    world: World,
    *,
    occupancy: float,
    seeds: int,
    days: int = 1,
    progress: Callable[[str], None] = lambda _line: None,
) -> dict[str, Any]:
    """For each variation: the best other rule, our gain over it, and what perfect knowledge would gain."""
    rows: dict[str, Any] = {}
    for name, vary in VARIATIONS.items():
        progress(name)
        compared = compare(vary(world), occupancies=[occupancy], seeds=seeds, days=days, policies=COMPARED)
        rows[name] = _row(compared, occupancy)
    return rows


def _row(compared: Comparison, occupancy: float) -> dict[str, Any]:
    best = compared.best_other(occupancy)
    ours = compared.mean(occupancy, OURS, "satisfaction_all")
    other = compared.mean(occupancy, best or OURS, "satisfaction_all")
    ceiling = compared.mean(occupancy, "ceiling", "satisfaction_all")
    return {
        "best_other": best,
        "satisfaction_of_best_other": other.mean if other else None,
        "satisfaction_of_ours": ours.mean if ours else None,
        "gain": _ends(compared.gain(occupancy)),
        "gain_of_perfect_knowledge": ceiling.mean / other.mean - 1.0 if ceiling and other else None,
    }


def _ends(mean: Mean | None) -> dict[str, float | None] | None:
    return {"mean": mean.mean, "low": mean.low, "high": mean.high} if mean else None
