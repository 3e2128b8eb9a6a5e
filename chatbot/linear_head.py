"""A softmax regression over vectors of meaning and hashed grams: what sentiment and crisis are read with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.optimize import minimize
from scipy.special import logsumexp

from matching.embedding import FloatArray

Labels = npt.NDArray[np.int64]
Matrix = npt.NDArray[np.float64]

_ROUNDS = 150
_FEWEST_TEXTS = 2
_SMALLEST_KEPT = 0.01
"""Coefficients of grams below this become 0: thousands of them change no decision and fill a file."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """`dense` (labels, d) over centred unit vectors, `buckets` (labels, b) over hashed grams."""

    dense: FloatArray
    buckets: FloatArray
    intercept: FloatArray

    def logits(self, vectors: FloatArray, rows: scipy.sparse.csr_matrix) -> Matrix:
        """(n, labels) of vectors (n, d) and rows (n, b); without dense coefficients, of rows alone."""
        found = np.asarray(rows @ self.buckets.T, dtype=np.float64) + self.intercept
        return found + vectors @ self.dense.T if self.dense.shape[1] else found

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.float16]]:
        """In half precision, under names that `head_of` reads; no probability moves by more than 0.01."""
        parts = {"dense": self.dense, "buckets": self.buckets, "intercept": self.intercept}
        return {f"{name}_{part}": values.astype(np.float16) for part, values in parts.items()}


def head_of(stored: "np.lib.npyio.NpzFile", name: str) -> Head:
    """The head that `Head.arrays` stored under this name."""
    return Head(
        dense=stored[f"{name}_dense"].astype(np.float32),
        buckets=stored[f"{name}_buckets"].astype(np.float32),
        intercept=stored[f"{name}_intercept"].astype(np.float32),
    )


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """Texts as numbers.

    `source` (n,) says where each came from, `is_open` (n, labels) which labels it may have. `vectors` (n, d)
    are as the encoder gave them, `rows` (n, b) are hashed grams, `truth` (n,) label numbers.
    """

    vectors: FloatArray
    rows: scipy.sparse.csr_matrix
    truth: Labels
    source: Labels
    is_open: npt.NDArray[np.bool_]

    def only(self, chosen: Labels) -> "Lessons":
        return Lessons(
            vectors=self.vectors[chosen],
            rows=self.rows[chosen],
            truth=self.truth[chosen],
            source=self.source[chosen],
            is_open=self.is_open[chosen],
        )

    @property
    def weights(self) -> Matrix:
        """Sources sum to the same, and all together to the number of texts."""
        counts = np.bincount(self.source)
        present = int((counts > 0).sum())
        return np.asarray(len(self.source) / (present * counts[self.source]), dtype=np.float64)


def fit_head(dense: FloatArray, lessons: Lessons, *, dense_scale: float, gram_scale: float) -> Head:
    """Maximum a-posteriori estimate with standard normal priors on the scaled coefficients.

    Each text's loss runs over the labels that it may have. Rare grams are scaled up before fitting (inverse
    document frequency) and their coefficients scaled back after it, so that no table of frequencies is needed
    when the head is used. `dense` (n, d) are the centred vectors; d may be 0.
    """
    rarity = _rarity(lessons.rows) * gram_scale
    grams = (lessons.rows @ scipy.sparse.diags(rarity)).tocsr()
    transposed = grams.T.tocsr()
    inputs = np.asarray(dense, dtype=np.float64) * dense_scale
    width, (count, labels) = inputs.shape[1], lessons.is_open.shape
    closed = np.where(lessons.is_open, 0.0, -np.inf)
    wanted, weights = np.eye(labels)[lessons.truth], lessons.weights

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        beta = flat.reshape(labels, -1)
        logits = inputs @ beta[:, :width].T + grams @ beta[:, width:-1].T + beta[:, -1] + closed
        total = logsumexp(logits, axis=1, keepdims=True)
        missed = (np.exp(logits - total) - wanted) * weights[:, None]
        slope = beta.copy()
        slope[:, -1] = 0.0
        lost = weights @ (total[:, 0] - logits[np.arange(count), lessons.truth])
        value = float(lost + 0.5 * (slope * slope).sum())
        slope += np.hstack([missed.T @ inputs, (transposed @ missed).T, missed.sum(axis=0)[:, None]])
        return value, slope.ravel()

    start = np.zeros(labels * (width + grams.shape[1] + 1))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    beta = found.x.reshape(labels, -1)
    buckets = beta[:, width:-1] * rarity
    buckets[np.abs(buckets) < _SMALLEST_KEPT] = 0.0
    return Head(
        dense=np.asarray(beta[:, :width] * dense_scale, dtype=np.float32),
        buckets=np.asarray(buckets, dtype=np.float32),
        intercept=np.asarray(beta[:, -1], dtype=np.float32),
    )


def _rarity(rows: scipy.sparse.csr_matrix) -> Matrix:
    """Smoothed inverse document frequency (scikit-learn's TfidfTransformer), 0 for what only one text has."""
    seen = np.bincount(rows.indices, minlength=rows.shape[1])
    rarity = np.log((rows.shape[0] + 1) / (seen + 1)) + 1.0
    return np.asarray(np.where(seen >= _FEWEST_TEXTS, rarity, 0.0), dtype=np.float64)
