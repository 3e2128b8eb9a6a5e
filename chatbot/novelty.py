"""Says how far a question is from what is known, by how far the known phrasings are from each other."""

import numpy as np
import numpy.typing as npt

from chatbot.knowledge import Phrasings
from matching.embedding import FloatArray

_MOST_SAMPLED = 256
_SMALLEST_DISTANCE = 0.004
_ORDINARY_MEAN, _ORDINARY_SPREAD = 2.4, 0.35
_ORDINARY_WEIGHT = 20


class Surroundings:
    """The density of a knowledge base: distances are compared with those between different answers.

    Logarithms of distances, not cosines: among look-alikes and among strangers alike, a question that asks
    the same is then about as many times closer than one that asks something else.
    """

    def __init__(self, questions: FloatArray, layout: Phrasings) -> None:
        """`questions`: unit rows as the model gives them, one a phrasing of `layout`."""
        closeness = _closeness(_nearest_others(questions, layout))
        total = len(closeness) + _ORDINARY_WEIGHT
        self._mean = float((closeness.sum() + _ORDINARY_WEIGHT * _ORDINARY_MEAN) / total)
        squares = ((closeness - self._mean) ** 2).sum() + _ORDINARY_WEIGHT * _ORDINARY_SPREAD**2
        self._spread = float(np.sqrt(squares / total))

    def nearness(self, similarities: FloatArray) -> npt.NDArray[np.float64]:
        """Closeness in standard deviations above that of a phrasing to the nearest one of another answer."""
        return np.asarray((_closeness(similarities) - self._mean) / self._spread, dtype=np.float64)


def _closeness(similarities: FloatArray) -> npt.NDArray[np.float64]:
    distances = np.maximum(1.0 - similarities.astype(np.float64), 0.0)
    return np.asarray(-np.log(distances + _SMALLEST_DISTANCE))


def _nearest_others(questions: FloatArray, layout: Phrasings) -> FloatArray:
    """For an even sample of phrasings the highest cosine to one of another answer; none if there is none."""
    if layout.answer_count < 2:  # noqa: PLR2004  there is no other
        return np.zeros(0, dtype=np.float32)
    last = len(layout.texts) - 1
    rows = np.unique(np.linspace(0, last, min(last + 1, _MOST_SAMPLED)).astype(np.int64))
    similarities = questions[rows] @ questions.T
    similarities[layout.answer_of[rows][:, np.newaxis] == layout.answer_of[np.newaxis, :]] = -1.0
    return np.asarray(similarities.max(axis=1), dtype=np.float32)
