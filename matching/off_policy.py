"""Says from logged choices and their propensities what another policy would have earned, and how surely."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

FloatRow = npt.NDArray[np.float64]

LEAST_CHOICES = 50
LEAST_EFFECTIVE = 30.0
MOST_UNSUPPORTED = 0.1
MOST_CUT = 0.1

RefusalReason = Literal["too_few", "no_overlap", "unreliable"]


class NotSupported(ValueError):
    """The log can't tell what another policy would have earned. `reason` is stable, the text for people."""

    def __init__(self, reason: RefusalReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, eq=False)
class LoggedChoices:
    """What was chosen and what came of it; every row is (choices,).

    `propensities`: with which probability (more than 0) the logging policy made the choice that it made.
    `target`: with which one the other policy makes that same choice. `predicted` and `predicted_target` are a
    model's rewards for the logged choice and, on average, for those of the other policy. `unsupported` is the
    share of the other policy's choices that the logging policy could not have made, `predicted_unsupported`
    the part of `predicted_target` that comes from them. Rewards lie within `least` and `most`.
    """

    rewards: FloatRow
    propensities: FloatRow
    target: FloatRow
    predicted: FloatRow
    predicted_target: FloatRow
    unsupported: FloatRow
    predicted_unsupported: FloatRow
    least: float = 1.0
    most: float = 5.0

    def __post_init__(self) -> None:
        rows = (
            self.propensities,
            self.target,
            self.predicted,
            self.predicted_target,
            self.unsupported,
            self.predicted_unsupported,
        )
        if any(row.shape != self.rewards.shape for row in rows) or self.rewards.ndim != 1:
            raise ValueError("all rows must have the same length")
        if np.any(self.propensities <= 0) or np.any(self.propensities > 1):
            raise ValueError("propensities must be more than 0 and at most 1")

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def importance(self) -> FloatRow:
        """target / propensity, not clipped."""
        return np.asarray(self.target / self.propensities)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean reward with the bounds of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class OffPolicyEstimate:
    """All rewards are means a choice; intervals hold the truth at `confidence`, if ratings come at random.

    `gain` is the doubly robust estimate less what was earned, choice by choice, so that what both share
    cancels out. Weights above `clip` were cut to it: `clipped` of them, `cut` of all weight.
    """

    count: int
    confidence: float
    logged: Interval
    ips: Interval
    self_normalised: Interval
    doubly_robust: Interval
    gain: Interval
    effective_sample_size: float
    clip: float
    clipped: int
    cut: float
    unsupported: float


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What can be said whatever the propensities: how often both policies agree, and bounds of the value.

    `low` and `high` give the choices of which the log says nothing the worst and the best reward (Manski,
    1990). They don't count the error of sampling. `reward` is None where the policies never agree.
    """

    count: int
    share: float
    reward: float | None
    low: float
    high: float


def estimate(
    choices: LoggedChoices, *, confidence: float = 0.95, clip: float | None = None
) -> OffPolicyEstimate:
    """What the other policy would have earned a choice. Raises NotSupported.

    With w = target / propensity, r the reward, q(a) the model's and q(pi) its mean under the other policy:
    IPS: mean(w r) (Horvitz and Thompson, 1952); self-normalised: sum(w r) / sum(w) (Hajek, 1971);
    doubly robust: mean(q(pi) + w (r - q(a))) (Dudik, Langford and Li, 2011), right when either the
    propensities or the model are. Intervals: Student's t over the influence of each choice. `clip` cuts
    weights, by default at the root of the number of choices (Ionides, 2008): less variance for some bias.
    For choices that the log can't know, all three take the model's word as the value, and the worst and the
    best reward as the bounds.
    """
    weights, limit = _clipped(choices, clip)
    effective = effective_sample_size(weights)
    _refuse(choices, weights, effective)
    rewards, filled = choices.rewards, float(choices.predicted_unsupported.mean())
    missing = float(choices.unsupported.mean())
    below, above = filled - choices.least * missing, choices.most * missing - filled
    quantile = float(student.ppf((1 + confidence) / 2, len(choices) - 1))

    def interval(influence: FloatRow, value: float | None = None) -> Interval:
        middle = float(influence.mean()) if value is None else value
        error = quantile * float(influence.std(ddof=1)) / math.sqrt(len(choices))
        return Interval(value=middle, low=middle - error - below, high=middle + error + above)

    def possible(one: Interval) -> Interval:
        """Its bounds are no worse than the worst reward, and no better than the best."""
        return replace(one, low=max(one.low, choices.least), high=min(one.high, choices.most))

    ratio = float(weights @ rewards / weights.sum())
    normalised = (1 - missing) * weights * (rewards - ratio) / float(weights.mean())
    robust = choices.predicted_target + weights * (rewards - choices.predicted)
    mean = float(rewards.mean())
    error = quantile * float(rewards.std(ddof=1)) / math.sqrt(len(choices))
    importance = choices.importance
    return OffPolicyEstimate(
        count=len(choices),
        confidence=confidence,
        logged=Interval(value=mean, low=mean - error, high=mean + error),
        ips=possible(interval(weights * rewards + choices.predicted_unsupported)),
        self_normalised=possible(interval(normalised, (1 - missing) * ratio + filled)),
        doubly_robust=possible(interval(robust)),
        gain=interval(robust - rewards),
        effective_sample_size=effective,
        clip=limit,
        clipped=int(np.sum(importance > limit)),
        cut=float(1 - weights.sum() / importance.sum()),
        unsupported=missing,
    )


def agreement(choices: LoggedChoices) -> Agreement:
    """See `Agreement`; for a log of any policy, also one that never tried anything out. Not for 0 choices."""
    same = choices.target
    share = float(same.mean())
    earned = float((same * choices.rewards).mean())
    return Agreement(
        count=len(choices),
        share=share,
        reward=earned / share if share > 0 else None,
        low=earned + (1 - share) * choices.least,
        high=earned + (1 - share) * choices.most,
    )


def effective_sample_size(weights: FloatRow) -> float:
    """(sum w)^2 / sum w^2 (Kish, 1965): as many choices of equal weight would tell as much."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def _clipped(choices: LoggedChoices, clip: float | None) -> tuple[FloatRow, float]:
    limit = max(1.0, math.sqrt(len(choices))) if clip is None else clip
    return np.minimum(choices.importance, limit), limit


def _refuse(choices: LoggedChoices, weights: FloatRow, effective: float) -> None:
    if len(choices) < LEAST_CHOICES:
        raise NotSupported(
            "too_few", f"{len(choices)} rated choices are logged; an estimate needs {LEAST_CHOICES}"
        )
    missing = float(choices.unsupported.mean())
    if missing > MOST_UNSUPPORTED:
        never = "the logging policy tried nothing out" if np.all(choices.propensities == 1) else "no overlap"
        raise NotSupported(
            "no_overlap",
            f"{missing:.0%} of this policy's choices could not have been made by the one that was logged"
            f" ({never}); an estimate allows {MOST_UNSUPPORTED:.0%}",
        )
    if effective < LEAST_EFFECTIVE:
        raise NotSupported(
            "unreliable",
            f"{len(choices)} choices tell as much as {effective:.0f} equal ones;"
            f" an estimate needs {LEAST_EFFECTIVE:.0f}",
        )
    cut = 1 - weights.sum() / choices.importance.sum()
    if cut > MOST_CUT:
        raise NotSupported(
            "unreliable", f"clipping would take {cut:.0%} of all weight; an estimate allows {MOST_CUT:.0%}"
        )
