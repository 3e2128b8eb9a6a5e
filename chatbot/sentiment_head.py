"""What a mood is read with: softmax coefficients over meaning, and others over hashed grams."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from chatbot.softmax_regression import Matrix
from matching.embedding import FloatArray, unit_rows


@dataclass(frozen=True, kw_only=True)
class MeaningPart:
    """`coefficients` (labels, d + k(k+1)/2) over `meanings_of`, `intercept` (labels,).

    `mean` (d,) is that of the vectors it was fitted to, `directions` (k, d) those in which they vary most.
    """

    mean: FloatArray
    directions: FloatArray
    coefficients: FloatArray
    intercept: FloatArray

    def logits(self, vectors: FloatArray) -> Matrix:
        """(n, labels) of query vectors (n, d), as the encoder gave them."""
        meanings = meanings_of(vectors, mean=self.mean, directions=self.directions)
        return np.asarray(meanings @ self.coefficients.T, dtype=np.float64) + self.intercept


@dataclass(frozen=True, kw_only=True)
class GramPart:
    """`coefficients` (labels, b) over hashed grams, `intercept` (labels,)."""

    coefficients: FloatArray
    intercept: FloatArray

    def logits(self, rows: scipy.sparse.csr_matrix) -> Matrix:
        """(n, labels) of hashed grams (n, b)."""
        # A label at a time: a product with the whole table copies it, 3 MB for every message.
        found = [rows @ of_label for of_label in self.coefficients]
        return np.column_stack(found).astype(np.float64) + self.intercept


@dataclass(frozen=True, kw_only=True)
class Head:
    """The sum of both parts; either can speak alone."""

    meaning: MeaningPart
    grams: GramPart

    def logits(self, vectors: FloatArray | None, rows: scipy.sparse.csr_matrix) -> Matrix:
        """(n, labels) of query vectors (n, d) and hashed grams (n, b); without vectors, of the grams."""
        found = self.grams.logits(rows)
        return found if vectors is None else found + self.meaning.logits(vectors)

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.float16]]:
        """In half precision, under names that `head_of` reads; no probability moves by more than 0.01."""
        parts = {"meaning": vars(self.meaning), "grams": vars(self.grams)}
        return {
            f"{name}_{part}_{field}": values.astype(np.float16)
            for part, fields in parts.items()
            for field, values in fields.items()
        }


def head_of(stored: "np.lib.npyio.NpzFile", name: str) -> Head:
    """The head that `Head.arrays` stored under this name."""

    def read(field: str) -> FloatArray:
        return np.asarray(stored[f"{name}_{field}"], dtype=np.float32)

    return Head(
        meaning=MeaningPart(
            mean=read("meaning_mean"),
            directions=read("meaning_directions"),
            coefficients=read("meaning_coefficients"),
            intercept=read("meaning_intercept"),
        ),
        grams=GramPart(coefficients=read("grams_coefficients"), intercept=read("grams_intercept")),
    )


def meanings_of(vectors: FloatArray, *, mean: FloatArray, directions: FloatArray) -> FloatArray:
    """Centred unit vectors (n, d), and the products of every two of their lengths along `directions`.

    With the products a part of the meaning can turn another one round, which no weighted sum can say.
    """
    centred = unit_rows(vectors - mean)
    along = centred @ directions.T
    first, second = np.triu_indices(len(directions))
    return np.hstack([centred, along[:, first] * along[:, second]])
