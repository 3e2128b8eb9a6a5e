"""Says what to do at which confidence, and what the bot believes before it is taught."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit
from scipy.stats import norm

from chatbot.certainty import CHOICE_FEATURES, SCOPE_FEATURES, Certainty
from chatbot.fusion import Fusion
from chatbot.logistic import Logistic
from chatbot.retrieval import VIEWS

_LOWEST_ANSWER = 0.3
_FEWEST_OUT_OF_SCOPE = 20
_STANDARD_ERRORS = 0.6
"""By how many the share that is aimed at lies below the one allowed: few questions say it less surely."""
_TRUST_IN_CURVE = 0.5
"""Aimed at beyond the normal curve is half of that: its spread is only estimated, its far end a guess."""
_WORTH_ASKING = 0.4
"""A question back that leads nowhere costs a turn; one that hits saves a person's minutes."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Past or simulated questions, (n,) each: confidence, first one right, right one of three, weight."""

    confidence: npt.NDArray[np.float64]
    is_right: npt.NDArray[np.float64]
    is_among_three: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Answer from `answer_from` on, ask "did you mean" from `clarify_from` on, hand over below it."""

    answer_from: float
    clarify_from: float


def thresholds_for(
    evidence: Evidence, *, target_precision: float, doubt: float = 0.0, at_least: float = 0.0
) -> Thresholds:
    """The lowest confidence from which answers are right at least `target_precision` of the time.

    As if `doubt` more answers had been wrong: a threshold that is chosen on few questions flatters itself.
    No lower than 0.3 and `at_least`; 1.0 when no confidence reaches the target. From `clarify_from` on the
    right answer is, in two of five cases at least, among three suggestions: below, a question back costs more
    than it saves.
    """
    order = np.argsort(-evidence.confidence, kind="stable")
    confidence, weight = evidence.confidence[order], evidence.weight[order]
    answered = np.maximum(np.cumsum(weight) + doubt, 1e-9)
    precision = np.cumsum(evidence.is_right[order] * weight) / answered
    is_last_of_ties = np.append(confidence[1:] < confidence[:-1], True)
    reached = np.flatnonzero((precision >= target_precision) & is_last_of_ties)
    answer_from = 1.0
    if len(reached):
        answer_from = max(float(confidence[reached[-1]]), _LOWEST_ANSWER, at_least)
    return Thresholds(answer_from=answer_from, clarify_from=_clarify_from(evidence, answer_from))


def beyond_out_of_scope(confidence: npt.NDArray[np.float64], *, share: float) -> float:
    """The confidence that at most `share` of out-of-scope questions reach, judging by these (n,).

    The stricter of two: as if the logits were normal, since the highest few of a hundred say little by
    themselves, and by those that were counted, since the curve's far end is no more than a guess. 0.0 of
    fewer than 20.
    """
    if len(confidence) < _FEWEST_OUT_OF_SCOPE:
        return 0.0
    aim = max(share - _STANDARD_ERRORS * np.sqrt(share * (1.0 - share) / len(confidence)), share / 4.0)
    logits = logit(np.clip(confidence, 1e-4, 1.0 - 1e-4))
    above = norm.ppf(1.0 - aim * _TRUST_IN_CURVE, loc=logits.mean(), scale=max(logits.std(), 1e-3))
    return max(float(expit(above)), float(np.quantile(confidence, 1.0 - aim)))


def _clarify_from(evidence: Evidence, answer_from: float) -> float:
    """By an isotonic fit: a mean over all cases above would lend the sure ones' share to the unsure ones."""
    order = np.lexsort((-evidence.is_among_three, evidence.confidence))
    weights = np.maximum(evidence.weight[order], 1e-9)
    share = isotonic_regression(evidence.is_among_three[order], weights=weights).x
    worth = np.flatnonzero(share >= _WORTH_ASKING)
    return min(float(evidence.confidence[order][worth[0]]), answer_from) if len(worth) else answer_from


@dataclass(frozen=True, kw_only=True)
class Prior:
    """What the bot starts from before a knowledge base has taught it anything."""

    fusion: Fusion
    certainty: Certainty
    evidence: Evidence


def shipped_prior() -> Prior:
    """Read `data/prior.json`, fitted on public question collections in both languages (numbers only)."""
    raw = json.loads(resources.files("chatbot").joinpath("data/prior.json").read_text(encoding="utf-8"))
    if raw["views"] != list(VIEWS):
        raise ValueError("data/prior.json does not fit this version of the bot")
    bins = np.array(raw["evidence"], dtype=np.float64)
    return Prior(
        fusion=Fusion(weights=tuple(raw["weights"])),
        certainty=Certainty(
            scope=_logistic(raw["scope"], SCOPE_FEATURES), choice=_logistic(raw["choice"], CHOICE_FEATURES)
        ),
        evidence=Evidence(
            confidence=bins[:, 0], is_right=bins[:, 1], is_among_three=bins[:, 2], weight=np.ones(len(bins))
        ),
    )


def _logistic(raw: dict[str, Any], features: tuple[str, ...]) -> Logistic:
    if raw["features"] != list(features):
        raise ValueError("data/prior.json does not fit this version of the bot")
    return Logistic(
        mean=np.array(raw["mean"]),
        scale=np.array(raw["scale"]),
        coefficients=np.array(raw["coefficients"]),
        intercept=raw["intercept"],
    )
