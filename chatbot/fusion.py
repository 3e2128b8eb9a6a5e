"""Turns the views of a comparison into one score an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import softmax

from chatbot.retrieval import ABSENT, VIEWS, Comparison
from matching.embedding import FloatArray

_CANDIDATES = 20
_LENGTH_FOR_FULL_LEXICAL = 36.0
_LEXICAL_RANGE = (0.2, 1.2)
_SHARPNESS = 25.0
_PRIOR_STRENGTH = 200.0
_FEWEST_OBSERVATIONS = 30


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Weights in the order of VIEWS, each >= 0; a score is the weighted mean of the views in use."""

    weights: tuple[float, ...]

    def among(self, active: npt.NDArray[np.bool_]) -> FloatArray:
        """The weights of the views in use, scaled to a sum of 1."""
        kept = np.where(active, np.asarray(self.weights, dtype=np.float32), np.float32(0.0))
        return np.asarray(kept / max(float(kept.sum()), 1e-6), dtype=np.float32)

    def scores(self, comparison: Comparison, active: npt.NDArray[np.bool_]) -> FloatArray:
        """Scores (n, answers); ABSENT for answers not on offer."""
        fused = weighable(comparison) @ self.among(active)
        return np.asarray(np.where(comparison.views[:, :, 0] <= ABSENT, ABSENT, fused), dtype=np.float32)


def weighable(comparison: Comparison) -> FloatArray:
    """The views, with shared characters counting less in short texts, which are mostly question words."""
    views = comparison.views.copy()
    gate = np.clip(comparison.lengths / _LENGTH_FOR_FULL_LEXICAL, *_LEXICAL_RANGE)
    views[:, :, VIEWS.index("lexical_question")] *= gate[:, np.newaxis]
    return views


def fit_fusion(
    comparisons: Sequence[Comparison],
    gold: Sequence[frozenset[int]],
    *,
    active: npt.NDArray[np.bool_],
    prior: Fusion,
) -> Fusion:
    """Weights under which right answers beat their strongest rivals (conditional logit around `prior`).

    `gold` has one set of answer numbers per compared text, in order; texts without one teach nothing. Fewer
    than 30 observations leave the prior as it is.
    """
    views = [row for comparison in comparisons for row in weighable(comparison)]
    pairs = [
        _rivals(row, right, prior.among(active)) for row, right in zip(views, gold, strict=True) if right
    ]
    if len(pairs) < _FEWEST_OBSERVATIONS:
        return prior
    start = prior.among(active).astype(np.float64)

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        away = weights - start
        value, gradient = _PRIOR_STRENGTH / 2 * float(away @ away), _PRIOR_STRENGTH * away
        for candidates, is_right in pairs:
            chances = softmax(_SHARPNESS * (candidates @ weights))
            right_share = max(float(chances[is_right].sum()), 1e-12)
            value -= float(np.log(right_share))
            pull = np.where(is_right, chances / right_share, 0.0) - chances
            gradient = gradient - _SHARPNESS * (candidates.T @ pull)
        return value, gradient

    bounds = [(0.0, None) if used else (0.0, 0.0) for used in active]
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Fusion(weights=tuple(float(weight) for weight in solution.x))


def _rivals(
    views: FloatArray, right: frozenset[int], weights: FloatArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    strongest = np.argsort(-(views @ weights))[:_CANDIDATES].tolist()
    numbers = list(dict.fromkeys([*strongest, *sorted(right)]))
    return views[numbers].astype(np.float64), np.array([number in right for number in numbers])
