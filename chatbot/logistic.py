"""A small logistic regression that starts from known coefficients and moves away as data speaks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """Probability = 1 / (1 + exp(-(intercept + coefficients . (x - mean) / scale)))."""

    mean: FloatArray
    scale: FloatArray
    coefficients: FloatArray
    intercept: float

    def probability(self, features: FloatArray) -> FloatArray:
        """Probabilities (n,) of features (n, k)."""
        return np.asarray(expit(self.standardised(features) @ self.coefficients + self.intercept))

    def standardised(self, features: FloatArray) -> FloatArray:
        return np.asarray((np.asarray(features, dtype=np.float64) - self.mean) / self.scale)


def fit_logistic(
    features: FloatArray,
    labels: npt.NDArray[np.bool_],
    weights: FloatArray,
    *,
    prior: Logistic,
    never_negative: npt.NDArray[np.bool_],
    prior_strength: float,
) -> Logistic:
    """Maximum a-posteriori coefficients around `prior`.

    Minimises sum(weights * log loss) + prior_strength / 2 * |difference from the prior|^2, so few
    observations change little. Coefficients marked `never_negative` stay at or above 0: more evidence never
    lowers confidence.
    """
    inputs = np.column_stack([prior.standardised(features), np.ones(len(features))])
    start = np.append(prior.coefficients, prior.intercept)
    signs = np.where(labels, 1.0, -1.0)

    def loss(beta: FloatArray) -> tuple[float, FloatArray]:
        margins = signs * (inputs @ beta)
        away = beta - start
        value = float(weights @ np.logaddexp(0.0, -margins) + prior_strength / 2 * away @ away)
        gradient = -inputs.T @ (weights * signs * expit(-margins)) + prior_strength * away
        return value, np.asarray(gradient)

    bounds = [(0.0, None) if positive else (None, None) for positive in never_negative] + [(None, None)]
    solution = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return Logistic(
        mean=prior.mean, scale=prior.scale, coefficients=solution.x[:-1], intercept=float(solution.x[-1])
    )
