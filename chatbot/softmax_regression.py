"""Softmax regression for texts of which some can only have some of the labels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

Labels = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]

_ROUNDS = 100


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What is to be learnt: label numbers (n,), labels that each text may have (n, labels), weights (n,)."""

    truth: Labels
    is_open: npt.NDArray[np.bool_]
    weights: Matrix

    def loss(self, logits: Matrix) -> tuple[float, Matrix]:
        """The weighted log loss over the open labels, and its gradient (n, labels) by the logits."""
        open_logits = np.where(self.is_open, logits, -np.inf)
        total = logsumexp(open_logits, axis=1, keepdims=True)
        rows = np.arange(len(self.truth))
        gradient = np.exp(open_logits - total)
        gradient[rows, self.truth] -= 1.0
        lost = self.weights @ (total[:, 0] - logits[rows, self.truth])
        return float(lost), gradient * self.weights[:, None]


def fit_softmax(
    inputs: Matrix | scipy.sparse.csr_matrix, targets: Targets, *, deviations: Matrix
) -> tuple[Matrix, Matrix]:
    """Maximum a-posteriori coefficients (labels, width) and intercepts (labels,) of inputs (n, width).

    Priors are normal around 0 with `deviations`, which broadcast to (labels, width); intercepts have none.
    """
    labels, width = targets.is_open.shape[1], inputs.shape[1]
    transposed = scipy.sparse.csr_matrix(inputs.T) if scipy.sparse.issparse(inputs) else inputs.T

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        beta = flat.reshape(labels, width + 1)
        slopes = beta[:, :width]
        lost, gradient = targets.loss(inputs @ (slopes * deviations).T + beta[:, width])
        by_slopes = (transposed @ gradient).T * deviations + slopes
        by_all = np.hstack([by_slopes, gradient.sum(axis=0)[:, None]])
        return lost + 0.5 * float((slopes * slopes).sum()), by_all.ravel()

    start = np.zeros(labels * (width + 1))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    beta = found.x.reshape(labels, width + 1)
    return beta[:, :width] * deviations, beta[:, width]


def fit_shares(parts: Matrix, targets: Targets) -> tuple[Matrix, Matrix]:
    """How much to listen to each part: shares (p,) and intercepts (labels,) for logits (p, n, labels).

    Wolpert, Stacked Generalization (1992): the parts must not have seen the texts that they judge here. What
    comes out is calibrated as well, since overconfident parts get small shares.
    """
    count, _, labels = parts.shape

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        lost, gradient = targets.loss(np.tensordot(flat[:count], parts, axes=1) + flat[count:])
        by_shares = np.tensordot(parts, gradient, axes=((1, 2), (0, 1)))
        return lost, np.concatenate([by_shares, gradient.sum(axis=0)])

    start = np.concatenate([np.full(count, 1 / count), np.zeros(labels)])
    bounds = [(0.0, None)] * count + [(None, None)] * labels
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    return found.x[:count], found.x[count:]
