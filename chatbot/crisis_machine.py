"""A support vector machine with a radial kernel that also tells how near its nearest examples are."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse

from matching.embedding import FloatArray


@dataclass(frozen=True, kw_only=True)
class KernelMachine:
    """Supporting examples (s) with their weights: above 0 for crises, below 0 for ordinary ones.

    `dense` (s, d + 6) and `grams` (s, BUCKETS) are the two parts of `crisis_features`.
    """

    dense: FloatArray
    grams: scipy.sparse.csr_matrix
    weights: FloatArray
    width: float
    intercept: float

    def evidence(self, dense: FloatArray, grams: scipy.sparse.csr_matrix) -> FloatArray:
        """(n, 3): the score, and squared distances to the nearest supporting crisis and ordinary example.

        Score = sum of weights * exp(-width * squared distance) + intercept. Far from all examples it is near
        the intercept and says nothing, so the distances are told beside it.
        """
        inner = (self.dense @ dense.T).T + (grams @ self._by_bucket).toarray()
        own = _square(dense, grams)[:, np.newaxis] + self._squares[np.newaxis, :]
        distances = own - 2.0 * inner
        scores = np.exp(-self.width * distances) @ self.weights + self.intercept
        is_crisis = self.weights > 0
        nearest = (distances[:, is_crisis].min(axis=1), distances[:, ~is_crisis].min(axis=1))
        return np.column_stack([scores, *nearest]).astype(np.float32)

    @cached_property
    def _squares(self) -> FloatArray:
        return _square(self.dense, self.grams)

    @cached_property
    def _by_bucket(self) -> scipy.sparse.csr_matrix:
        return self.grams.T.tocsr()


def _square(dense: FloatArray, grams: scipy.sparse.csr_matrix) -> FloatArray:
    return np.asarray((dense * dense).sum(axis=1) + np.asarray(grams.multiply(grams).sum(axis=1)).ravel())
