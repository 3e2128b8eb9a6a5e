"""Judges estimates of waits by what became of them, and corrects the next ones by that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.wait import Estimate

NEWEST_OUTCOMES = 300
"""So many are judged and learned from: a few hours of a busy floor."""

AT_ONCE_SECONDS = 5.0
"""The least that is promised as a 90th percentile: even a free consultant is found by the next round only."""

_LEVELS = (0.5, 0.9)
_LEAST_FACTOR, _GREATEST_FACTOR = 0.5, 3.0
_LONGEST_AT_ONCE_SECONDS = 300.0
_PRIOR_OUTCOMES = 30
_PRIOR_SECONDS = 600.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one estimate: what was computed (`raw`), what the person was told, how long they waited
    then, and whether they were served or left."""

    raw: Estimate
    told: Estimate
    waited_seconds: float
    was_served: bool

    def is_covered(self, level: int) -> bool | None:
        """By the median (0) or the 90th percentile (1); None where the person left before it was over."""
        if self.waited_seconds > self.told[level]:
            return False
        return True if self.was_served else None


@dataclass(frozen=True, kw_only=True)
class EstimateError:
    """The shares of waits that ended within the median and within the 90th percentile told; 0.5 and 0.9 would
    be right. None of nothing."""

    judged: int
    covered_p50: float | None
    covered_p90: float | None


def error_of(outcomes: Sequence[Outcome]) -> EstimateError:
    shares: list[float | None] = []
    for level in range(len(_LEVELS)):
        judged = [covered for one in outcomes if (covered := one.is_covered(level)) is not None]
        shares.append(sum(judged) / len(judged) if judged else None)
    count = sum(one.is_covered(1) is not None for one in outcomes)
    return EstimateError(judged=count, covered_p50=shares[0], covered_p90=shares[1])


@dataclass(frozen=True, kw_only=True)
class Correction:
    """`factors` for estimates of a wait, `at_once` in place of none: (median, 90th percentile)."""

    factors: Estimate = (1.0, 1.0)
    at_once: Estimate = (0.0, AT_ONCE_SECONDS)

    def applied_to(self, raw: Estimate) -> Estimate:
        if raw[1] <= 0:
            return self.at_once
        median = raw[0] * self.factors[0]
        ninetieth = max(raw[1] * self.factors[1], AT_ONCE_SECONDS, self.at_once[1])
        return min(median, ninetieth), ninetieth


def learn_correction(outcomes: Sequence[Outcome]) -> Correction:
    """By how much the waits of late were longer or shorter than computed, at both levels.

    The quantile of waited / computed, by Kaplan and Meier (1958), since who leaves would have waited longer;
    shrunk towards 1 as if that were the finding of 30 more, and bounded.
    """
    waits = [one for one in outcomes if one.raw[1] > 0]
    at_once = [one for one in outcomes if one.raw[1] <= 0]
    trust = len(waits) / (len(waits) + _PRIOR_OUTCOMES)
    factors = []
    for place, level in enumerate(_LEVELS):
        ratios = [(one.waited_seconds / max(one.raw[place], 1.0), one.was_served) for one in waits]
        found = np.clip(_quantile(ratios, level, otherwise=1.0), _LEAST_FACTOR, _GREATEST_FACTOR)
        factors.append(float(found**trust))
    trust = len(at_once) / (len(at_once) + _PRIOR_OUTCOMES)
    seconds = [(one.waited_seconds, one.was_served) for one in at_once]
    median, ninetieth = (
        trust * min(_quantile(seconds, level, otherwise=0.0), _LONGEST_AT_ONCE_SECONDS) for level in _LEVELS
    )
    return Correction(
        factors=(factors[0], factors[1]), at_once=(median, max(AT_ONCE_SECONDS, median, ninetieth))
    )


def leaving_rate(outcomes: Sequence[Outcome]) -> float:
    """How many of those who wait give up in a second of waiting."""
    left = sum(not one.was_served for one in outcomes)
    return left / (_PRIOR_SECONDS + sum(one.waited_seconds for one in outcomes))


def _quantile(values: Sequence[tuple[float, bool]], level: float, *, otherwise: float) -> float:
    """What the next one won't exceed in this share of cases, had nobody left (False); the greatest at most.

    The next one counts as one more, not yet seen: k of n lie within the kth smallest, but of those to come
    only k / (n + 1) do (Vovk, Gammerman and Shafer, Algorithmic learning in a random world, 2005).
    `otherwise` of nothing.
    """
    if not values:
        return otherwise
    remaining, at_risk = 1.0, len(values) + 1
    for value, is_seen in sorted(values):
        if is_seen:
            remaining *= 1.0 - 1.0 / at_risk
            if remaining <= 1.0 - level + 1e-9:
                return value
        at_risk -= 1
    return max(value for value, _ in values)


def rounded(estimate: Estimate) -> tuple[int, int]:
    """Whole seconds, in steps that are worth telling; the 90th percentile upwards."""
    median, ninetieth = estimate
    return int(round(median / _step(median)) * _step(median)), int(
        -(-ninetieth // _step(ninetieth)) * _step(ninetieth)
    )


def _step(seconds: float) -> int:
    return next((step for below, step in ((60, 5), (300, 15), (1_800, 60)) if seconds < below), 300)
