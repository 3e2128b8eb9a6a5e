"""Curves that show what a confidence is worth: is it true, and what does each level of it cost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chatbot.metrics import CALIBRATION_BINS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPoint:
    """One bin: its mean confidence, the share that was right, and how many questions it holds."""

    confidence: float
    share_right: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """Answering from `threshold` on: the share of all questions answered, and the share of those wrong."""

    threshold: float
    coverage: float
    risk: float


def reliability_curve(
    confidence: Sequence[float], is_right: Sequence[bool], *, bins: int = CALIBRATION_BINS
) -> list[ReliabilityPoint]:
    """Equal-mass bins as in `expected_calibration_error`, least confident first; none of nothing."""
    if not len(confidence):
        return []
    sure, right = np.asarray(confidence, dtype=np.float64), np.asarray(is_right, dtype=np.float64)
    order = np.argsort(sure, kind="stable")
    return [
        ReliabilityPoint(
            confidence=float(sure[part].mean()), share_right=float(right[part].mean()), count=len(part)
        )
        for part in np.array_split(order, min(bins, len(order)))
    ]


def risk_coverage_curve(confidence: Sequence[float], is_right: Sequence[bool]) -> list[RiskPoint]:
    """One point a different confidence, from the highest threshold to the lowest; none of nothing.

    El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification (2010).
    """
    if not len(confidence):
        return []
    sure, right = np.asarray(confidence, dtype=np.float64), np.asarray(is_right, dtype=np.float64)
    order = np.argsort(-sure, kind="stable")
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum(1.0 - right[order])
    is_last_of_ties = np.append(sure[order][1:] < sure[order][:-1], True)
    return [
        RiskPoint(
            threshold=float(sure[order][at]),
            coverage=float(answered[at] / len(order)),
            risk=float(wrong[at] / answered[at]),
        )
        for at in np.flatnonzero(is_last_of_ties)
    ]
