"""Counts what texts are made of; texts that were counted before are not counted again."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

IntArray = npt.NDArray[np.integer]
Grams = Callable[[str], Iterator[str]]

_MOST_STALE = 2.0
"""A vocabulary this many times as large as what is in use is made anew."""
_COUNTED_AT_ONCE = 500_000


class Vocabulary:
    """A number for every gram. It only grows, so older generations may go on reading it meanwhile."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._growing = threading.Lock()

    def count(self, texts: Sequence[str], grams: Grams) -> csr_matrix:
        """(texts, size of the vocabulary afterwards), float32: how often each gram is in each text."""
        columns: list[int] = []
        values: list[int] = []
        ends = [0]
        numbers = self.numbers
        for text in texts:
            counted = Counter(grams(text))
            with self._growing:
                columns += [numbers.setdefault(gram, len(numbers)) for gram in counted]
            values += counted.values()
            ends.append(len(columns))
        matrix = csr_matrix(
            (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(ends)),
            shape=(len(texts), len(numbers)),
        )
        matrix.sort_indices()
        return matrix


class GramCounts:
    """`matrix` has a row a text and a column a gram of `vocabulary`, which may have got more since."""

    def __init__(self, texts: Sequence[str], grams: Grams, *, earlier: "GramCounts | None" = None) -> None:
        self.place_of_text: dict[str, int] = {text: row for row, text in enumerate(texts)}
        if earlier is not None and (earlier.is_stale() or earlier.known_of(texts) * 2 < len(texts)):
            earlier = None
        place = {} if earlier is None else earlier.place_of_text
        missing = [text for text in self.place_of_text if text not in place]
        self.vocabulary: Vocabulary = Vocabulary() if earlier is None else earlier.vocabulary
        counted = self.vocabulary.count(missing, grams)
        at = {text: number for number, text in enumerate(missing)}
        if earlier is not None:
            kept = earlier.matrix
            widened = (kept.shape[0], counted.shape[1])
            kept = csr_matrix((kept.data, kept.indices, kept.indptr), shape=widened)
            at = {text: kept.shape[0] + number for text, number in at.items()}
            counted = vstack([kept, counted], format="csr") if missing else kept
        rows = [place[text] if text in place else at[text] for text in texts]
        self.matrix: csr_matrix = counted[rows]
        self.texts_with: IntArray = _counted(self.matrix.indices, self.matrix.shape[1])
        """In how many texts each gram is."""

    def known_of(self, texts: Sequence[str]) -> int:
        return sum(text in self.place_of_text for text in texts)

    def is_stale(self) -> bool:
        """Whether most of the vocabulary is of texts that are gone."""
        return len(self.vocabulary.numbers) > _MOST_STALE * max(int(np.count_nonzero(self.texts_with)), 1)


def _counted(numbers: IntArray, width: int) -> IntArray:
    """In pieces: numpy lets no other thread go on while it counts."""
    total = np.zeros(width, dtype=np.int64)
    for start in range(0, len(numbers), _COUNTED_AT_ONCE):
        total += np.bincount(numbers[start : start + _COUNTED_AT_ONCE], minlength=width)
    return total
