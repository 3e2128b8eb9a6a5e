"""Compares policies over many seeds: means with intervals, and paired differences on the same scenarios."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t as student

from matching.simulation.figures import Figures, figures_of
from matching.simulation.ours import OurMatching
from matching.simulation.rules import RULES, Policy, perfect_knowledge, skill_tags
from matching.simulation.run import run_policy
from matching.simulation.scenario import Scenario, draw_scenario
from matching.simulation.world import World

OURS = "ours"
CEILING = "ceiling"
POLICIES: Mapping[str, Callable[[Scenario], Policy]] = {
    OURS: OurMatching,
    **RULES,
    CEILING: perfect_knowledge,
}
DEFAULT_POLICIES = (OURS, *RULES)

OBJECTIVE = "satisfaction_all"
"""The figure by which policies are compared."""

_SHARE = 0.95
_PERCENT = 100


class UnknownPolicy(Exception):
    """A policy that the simulator does not know."""

    code = "unknown_policy"


def policy_named(name: str) -> Callable[[Scenario], Policy]:
    """A policy of POLICIES. `skill-tags:30` relaxes after 30 instead of 60 seconds, `ours:5` explores in 5 %.

    Raises UnknownPolicy.
    """
    rule, _, number = name.partition(":")
    if rule == "skill-tags" and number.isdecimal():
        return lambda scenario: skill_tags(scenario, relaxed_after_seconds=float(number))
    if rule == OURS and number.isdecimal() and int(number) <= _PERCENT:
        return lambda scenario: OurMatching(scenario, exploration=int(number) / _PERCENT)
    if name not in POLICIES:
        raise UnknownPolicy(f"there is no policy `{name}`; known are {', '.join(POLICIES)}")
    return POLICIES[name]


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean over seeds with the ends of its 95 % interval (Student's t); no ends from one seed."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The figures of every run: `runs[occupancy][policy]` has one entry a seed, in the same order."""

    runs: Mapping[float, Mapping[str, Sequence[Figures]]]

    def mean(self, occupancy: float, policy: str, figure: str) -> Mean | None:
        return mean_of([run[figure] for run in self.runs[occupancy][policy]])

    def best_other(self, occupancy: float) -> str | None:
        """The rule of others with the highest mean of OBJECTIVE."""
        means = {
            policy: self.mean(occupancy, policy, OBJECTIVE)
            for policy in self.runs[occupancy]
            if policy.partition(":")[0] not in {OURS, CEILING}
        }
        known = {policy: mean.mean for policy, mean in means.items() if mean is not None}
        return max(known, key=lambda policy: known[policy], default=None)

    def gain(self, occupancy: float, figure: str = OBJECTIVE, *, over: str | None = None) -> Mean | None:
        """Ours relative to another policy (the best other one), seed by seed: 0.05 is five percent more."""
        other = over or self.best_other(occupancy)
        if other is None or OURS not in self.runs[occupancy]:
            return None
        pairs = zip(self.runs[occupancy][OURS], self.runs[occupancy][other], strict=True)
        return mean_of([_relative(ours[figure], theirs[figure]) for ours, theirs in pairs])

    def summary(self) -> dict[str, Any]:
        """Everything as one JSON object."""
        return {str(occupancy): self._summary_at(occupancy) for occupancy in self.runs}

    def _summary_at(self, occupancy: float) -> dict[str, Any]:
        policies = self.runs[occupancy]
        compared = {}
        if OURS in policies:
            compared = {
                "gain_over_best_other": _plain(self.gain(occupancy)),
                "rating_gain_over_best_other": _plain(self.gain(occupancy, "rating")),
                "gain_over": {
                    policy: _plain(self.gain(occupancy, over=policy)) for policy in policies if policy != OURS
                },
                "wait_p95_over_least_busy": self._ratio_of_means(occupancy, "wait_p95", "least-busy"),
            }
        return {
            "policies": {
                policy: {figure: _plain(self.mean(occupancy, policy, figure)) for figure in runs[0]}
                for policy, runs in policies.items()
            },
            "best_other": self.best_other(occupancy),
            **compared,
        }

    def _ratio_of_means(self, occupancy: float, figure: str, policy: str) -> float | None:
        if policy not in self.runs[occupancy]:
            return None
        ours, theirs = (self.mean(occupancy, name, figure) for name in (OURS, policy))
        return ours.mean / theirs.mean if ours and theirs and theirs.mean > 0 else None


def compare(
    world: World,
    *,
    occupancies: Sequence[float],
    seeds: int,
    days: int = 1,
    policies: Sequence[str] = DEFAULT_POLICIES,
    progress: Callable[[str], None] = lambda _line: None,
) -> Comparison:
    """Run every policy on the same scenarios, seeds 0 to `seeds` - 1. Raises UnknownPolicy."""
    makers = {policy: policy_named(policy) for policy in policies}
    runs: dict[float, dict[str, list[Figures]]] = {}
    for occupancy in occupancies:
        runs[occupancy] = {policy: [] for policy in makers}
        for scenario in _scenarios(world, occupancy, seeds, days, progress):
            for policy, make in makers.items():
                record = run_policy(scenario, make(scenario), tells_waits=policy == OURS)
                runs[occupancy][policy].append(figures_of(scenario, record))
    return Comparison(runs=runs)


def _scenarios(
    world: World, occupancy: float, seeds: int, days: int, progress: Callable[[str], None]
) -> Iterator[Scenario]:
    for seed in range(seeds):
        progress(f"occupancy {occupancy:.0%}, seed {seed + 1} of {seeds}")
        yield draw_scenario(world, seed=seed, occupancy=occupancy, days=days)


def mean_of(values: Sequence[float | None]) -> Mean | None:
    """Over those that are known; None without any."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if not len(known):
        return None
    mean = float(known.mean())
    if len(known) == 1:
        return Mean(mean=mean, low=None, high=None)
    half = float(student.ppf(0.5 + _SHARE / 2.0, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return Mean(mean=mean, low=mean - half, high=mean + half)


def _relative(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs - 1.0 if ours is not None and theirs else None


def _plain(mean: Mean | None) -> dict[str, float | None] | None:
    if mean is None:
        return None
    return {
        name: None if value is None else round(value, 6)
        for name, value in (("mean", mean.mean), ("low", mean.low), ("high", mean.high))
    }
