"""Says how likely the best answer is right, and what to do at that likelihood."""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from chatbot.fusion import Fusion
from chatbot.knowledge import IntArray
from chatbot.logistic import Logistic
from chatbot.retrieval import ABSENT, CLOSER_LOOKS, VIEWS, Comparison
from matching.embedding import FloatArray

FEATURES = (
    *("score", "margin", "agreement", "length", "domain"),
    *CLOSER_LOOKS,
    *("classifier", "classifier_lead"),
)
_CIRCUMSTANCES = ("length", "domain")
GROWS_WITH = np.array([feature not in _CIRCUMSTANCES for feature in FEATURES])
"""Evidence for the answer; length and subject are circumstances and may count either way."""

_LONGEST_COUNTED = 200
_LOWEST_ANSWER = 0.3
_WORTH_ASKING = 0.5
"""A question back that leads nowhere costs about what one that hits saves: a turn, and a person's time."""


def features_of(
    comparison: Comparison, scores: FloatArray, active: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """What speaks for the best answer of each text, (n, len(FEATURES)), in the order of FEATURES.

    Score of the best answer; its lead over the second; the share of views in use that put it first; log(1 +
    length); nearness to the knowledge base's subject; what a closer look at it finds (see `Comparison`); what
    the classifier says of it, and its lead there (negative: another leads; 0 without a classifier).
    """
    count = len(scores)
    if not scores.shape[1]:
        return np.zeros((count, len(FEATURES)))
    rows = np.arange(count)
    best = scores.argmax(axis=1)
    leading = scores[rows, best]
    margin = _lead(scores, best)
    used = np.flatnonzero(active)
    at_best = comparison.views[rows, best][:, used]
    agreement = (at_best >= comparison.views[:, :, used].max(axis=1)).mean(axis=1)
    classified = comparison.views[:, :, VIEWS.index("classifier")]
    lengths = np.log1p(np.minimum(comparison.lengths, _LONGEST_COUNTED))
    return np.column_stack(
        [
            leading,
            margin,
            agreement,
            lengths,
            comparison.domain,
            comparison.look_closer(best),
            classified[rows, best],
            _lead(classified, best),
        ]
    ).astype(np.float64)


def _lead(scores: FloatArray, best: IntArray) -> FloatArray:
    """By how much the best answer is ahead of the strongest other one, from -1 to 1."""
    rows = np.arange(len(scores))
    others = scores.copy()
    others[rows, best] = ABSENT
    return np.asarray(np.clip(scores[rows, best] - others.max(axis=1), -1.0, 1.0), dtype=np.float32)


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


def thresholds_for(evidence: Evidence, *, target_precision: float, doubt: float = 0.0) -> Thresholds:
    """The lowest confidence from which answers are right at least `target_precision` of the time.

    As if `doubt` more answers had been wrong: a threshold that is chosen on few questions flatters itself.
    No lower than 0.3; 1.0 when no confidence reaches the target. From `clarify_from` on the right answer is,
    more likely than not, among three suggestions: below, a question back costs more than it saves.
    """
    order = np.argsort(-evidence.confidence, kind="stable")
    confidence, weight = evidence.confidence[order], evidence.weight[order]
    answered = np.maximum(np.cumsum(weight) + doubt, 1e-9)
    precision = np.cumsum(evidence.is_right[order] * weight) / answered
    is_last_of_ties = np.append(confidence[1:] < confidence[:-1], True)
    reached = np.flatnonzero((precision >= target_precision) & is_last_of_ties)
    answer_from = max(float(confidence[reached[-1]]), _LOWEST_ANSWER) if len(reached) else 1.0
    return Thresholds(answer_from=answer_from, clarify_from=_clarify_from(evidence, answer_from))


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
    model: Logistic
    evidence: Evidence


def shipped_prior() -> Prior:
    """Read `data/prior.json`, fitted on public question collections in both languages (numbers only)."""
    raw = json.loads(resources.files("chatbot").joinpath("data/prior.json").read_text(encoding="utf-8"))
    if raw["views"] != list(VIEWS) or raw["features"] != list(FEATURES):
        raise ValueError("data/prior.json does not fit this version of the bot")
    bins = np.array(raw["evidence"], dtype=np.float64)
    return Prior(
        fusion=Fusion(weights=tuple(raw["weights"])),
        model=Logistic(
            mean=np.array(raw["mean"]),
            scale=np.array(raw["scale"]),
            coefficients=np.array(raw["coefficients"]),
            intercept=raw["intercept"],
        ),
        evidence=Evidence(
            confidence=bins[:, 0], is_right=bins[:, 1], is_among_three=bins[:, 2], weight=np.ones(len(bins))
        ),
    )
