"""Turns the record of a simulated run into figures: pure functions over plain data."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matching.simulation.record import Outcome, Record
from matching.simulation.scenario import Scenario

Figures = Mapping[str, float | None]

LEAST_ESTIMATES = 20
"""Fewer told waits say nothing about how often the estimate holds."""


def figures_of(scenario: Scenario, record: Record) -> Figures:
    """The figures of one run; None where there was nothing to measure.

    `satisfaction` is the mean true chance that a user is satisfied; `satisfaction_all` counts those who left
    as not satisfied; `rating` is the expected rating of the served. Waits are of everybody, until served or
    gone. `newcomers` is their sessions per person over those of the others, since they came: 1 is fair.
    `estimate_90` is the share of those who were told a wait that waited no longer than the 90th percentile
    told, `estimate_50` than the median.
    """
    outcomes = record.outcomes
    served = [one for one in outcomes if one.consultant_id is not None]
    waits = [one.wait_seconds for one in outcomes]
    is_easy = scenario.population.difficulty <= np.median(scenario.population.difficulty)
    return {
        "satisfaction": _mean([one.satisfaction for one in served]),
        "satisfaction_all": _mean([one.satisfaction for one in outcomes]),
        "rating": _mean([one.mean_rating for one in served]),
        "wait_p50": _percentile(waits, 50),
        "wait_p95": _percentile(waits, 95),
        "wait_mean": _mean(waits),
        "abandoned": _mean([one.consultant_id is None for one in outcomes]),
        "overtaken_most": float(max((one.overtaken for one in outcomes), default=0)),
        "gini_load": gini(_per_hour(record, served)),
        "gini_good_cases": gini(_per_hour(record, [one for one in served if is_easy[one.arrival.topic]])),
        "newcomers": _newcomers(record, served),
        "occupancy": _occupancy(scenario, record),
        "estimate_50": coverage(outcomes, of_median=True),
        "estimate_90": coverage(outcomes),
        "estimates": float(sum(one.told is not None for one in outcomes)),
    }


def gini(amounts: Sequence[float] | npt.NDArray[np.float64]) -> float | None:
    """The Gini coefficient: 0 when all have the same, near 1 when one has all; None without anything."""
    ordered = np.sort(np.asarray(amounts, dtype=np.float64))
    total = ordered.sum()
    if not len(ordered) or total <= 0:
        return None
    ranks = np.arange(1, len(ordered) + 1)
    return float((2.0 * ranks - len(ordered) - 1.0) @ ordered / (len(ordered) * total))


def coverage(outcomes: Sequence[Outcome], *, of_median: bool = False) -> float | None:
    """Which share of those who queued waited no longer than they were told, had everybody stayed.

    Who leaves has hidden how long it would have taken: so this is one less the product-limit estimate
    (Kaplan and Meier, 1958) of the ratio of wait and told wait surviving 1. None below LEAST_ESTIMATES.
    """
    ratios: list[tuple[float, bool]] = []
    for one in outcomes:
        if one.told is not None:
            told = one.told[0] if of_median else one.told[1]
            ratio = one.wait_seconds / told if told > 0 else float(one.wait_seconds > 0) * np.inf
            ratios.append((float(ratio), one.consultant_id is None))
    if len(ratios) < LEAST_ESTIMATES:
        return None
    surviving, at_risk = 1.0, len(ratios)
    for ratio, has_left in sorted(ratios):
        if ratio > 1.0:
            break
        if not has_left:
            surviving *= 1.0 - 1.0 / at_risk
        at_risk -= 1
    return 1.0 - surviving


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _percentile(values: Sequence[float], share: float) -> float | None:
    return float(np.percentile(values, share)) if values else None


def _per_hour(record: Record, served: Sequence[Outcome]) -> list[float]:
    """Sessions per hour at work of each consultant."""
    counts = dict.fromkeys((one.consultant_id for one in record.attendance), 0)
    for outcome in served:
        if outcome.consultant_id is not None:
            counts[outcome.consultant_id] += 1
    return [counts[one.consultant_id] * 3_600.0 / one.present_seconds for one in record.attendance]


def _newcomers(record: Record, served: Sequence[Outcome]) -> float | None:
    """Compared over the hours in which newcomers are at work, so that busy hours don't count for one side."""
    new = {one.consultant_id for one in record.attendance if one.is_newcomer}
    others = len(record.attendance) - len(new)
    if not new or not others:
        return None
    since = min(one.comes_at for one in record.attendance if one.is_newcomer)
    later = [one.consultant_id in new for one in served if one.begun is not None and one.begun >= since]
    to_new = sum(later)
    to_others = len(later) - to_new
    return to_new / len(new) / (to_others / others) if to_others else None


def _occupancy(scenario: Scenario, record: Record) -> float | None:
    offered = sum(one.present_seconds for one in record.attendance) * scenario.world.capacity
    return sum(one.busy_place_seconds for one in record.attendance) / offered if offered else None
