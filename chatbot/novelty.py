"""Says how far a question is from what is known, by how far the known phrasings are from each other."""

import numpy as np
import numpy.typing as npt

from chatbot.knowledge import IntArray, Phrasings
from matching.embedding import FloatArray

_MOST_SAMPLED = 256
_ORDINARY_MEAN, _ORDINARY_SPREAD = 0.45, 0.15
_ORDINARY_WEIGHT = 20


class Surroundings:
    """The density of a knowledge base: similarities are compared with those between different answers."""

    def __init__(self, questions: FloatArray, layout: Phrasings) -> None:
        """`questions`: centred unit rows, one a phrasing of `layout`."""
        self._questions, self._layout = questions, layout
        nearest = self._sampled()
        total = len(nearest) + _ORDINARY_WEIGHT
        self._mean = float((nearest.sum() + _ORDINARY_WEIGHT * _ORDINARY_MEAN) / total)
        squares = ((nearest - self._mean) ** 2).sum() + _ORDINARY_WEIGHT * _ORDINARY_SPREAD**2
        self._spread = float(np.sqrt(squares / total))

    def nearness(self, similarities: FloatArray) -> npt.NDArray[np.float64]:
        """Cosines as standard deviations above what a phrasing has to the nearest of another answer."""
        return np.asarray((similarities - self._mean) / self._spread, dtype=np.float64)

    def nearest_other(
        self, rows: IntArray, absent: npt.NDArray[np.bool_], hidden_rows: IntArray | None
    ) -> FloatArray:
        """The highest cosine of each row to one of another answer, 0 at least.

        `absent` (n, answers) are left out, and the n hidden rows.
        """
        answers = self._layout.answer_of
        similarities = self._questions[rows] @ self._questions.T
        left_out = absent.copy()
        left_out[np.arange(len(rows)), answers[rows]] = True
        similarities[left_out[:, answers]] = 0.0
        if hidden_rows is not None:
            similarities[np.arange(len(rows)), hidden_rows] = 0.0
        return np.asarray(np.maximum(similarities.max(axis=1), 0.0), dtype=np.float32)

    def _sampled(self) -> FloatArray:
        """For an even sample of phrasings the similarity of the nearest one of another answer."""
        layout = self._layout
        if layout.answer_count < 2:  # noqa: PLR2004  there is no other
            return np.zeros(0, dtype=np.float32)
        last = len(layout.texts) - 1
        rows = np.unique(np.linspace(0, last, min(last + 1, _MOST_SAMPLED)).astype(np.int64))
        nothing = np.zeros((len(rows), layout.answer_count), dtype=np.bool_)
        return self.nearest_other(rows, nothing, None)
