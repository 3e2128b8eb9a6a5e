"""Compares texts by the characters and words they share, weighted by how rare those are."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from chatbot.normalisation import folded

LEXICAL_CHARACTERS = 600
"""Only this many leading characters of a text are counted."""

FloatArray = npt.NDArray[np.float32]

_PIECES = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^\\W_\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{1,40}"
)
_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LONGEST_CHINESE_GRAM = 3
_LATIN_GRAMS = (3, 4)


def grams(text: str) -> Iterator[str]:
    """Runs of 1 to 3 Chinese characters; of other scripts words, pairs of them, 3 to 4 letters in a word."""
    previous = ""
    for piece in _PIECES.findall(folded(text[:LEXICAL_CHARACTERS])):
        if _CHINESE.match(piece):
            previous = ""
            for length in range(1, _LONGEST_CHINESE_GRAM + 1):
                yield from (piece[at : at + length] for at in range(len(piece) - length + 1))
            continue
        yield f"={piece}"
        if previous:
            yield f"={previous}={piece}"
        previous = piece
        padded = f" {piece} "
        for length in _LATIN_GRAMS:
            yield from (padded[at : at + length] for at in range(len(padded) - length + 1))


def characters(text: str) -> Iterator[str]:
    """Single Chinese characters, and nothing else."""
    for piece in _PIECES.findall(folded(text[:LEXICAL_CHARACTERS])):
        if _CHINESE.match(piece):
            yield from piece


class LexicalIndex:
    """Cosine of TF-IDF vectors (logarithmic counts, smoothed idf, rows of length 1) against fixed texts."""

    def __init__(self, texts: Sequence[str], *, grams: Callable[[str], Iterator[str]] = grams) -> None:
        self._count = len(texts)
        self._grams = grams
        self._vectorizer = TfidfVectorizer(
            analyzer=lambda text: list(grams(text)), sublinear_tf=True, dtype=np.float32
        )
        self._columns: csr_matrix | None = None
        try:
            self._rows = self._vectorizer.fit_transform(texts)
        except ValueError:  # no text has a single word: nothing can be alike
            return
        self._columns = self._rows.T.tocsr()

    def similarities(self, texts: Sequence[str]) -> FloatArray:
        """Cosines between 0 and 1 of shape (len(texts), number of indexed texts)."""
        if self._columns is None or not texts:
            return np.zeros((len(texts), self._count), dtype=np.float32)
        return np.asarray((self._vectorizer.transform(texts) @ self._columns).toarray(), dtype=np.float32)

    def coverage(self, text: str, row: int) -> tuple[float, float]:
        """Which share of an indexed text's weight `text` has, and of the weight of `text` the indexed one.

        Weights are squares, as they count in the cosine; a gram that no indexed text has weighs as much as
        the rarest ones.
        """
        if self._columns is None:
            return 0.0, 0.0
        places, idf = self._vectorizer.vocabulary_, self._vectorizer.idf_
        start, end = self._rows.indptr[row], self._rows.indptr[row + 1]
        indexed = dict(zip(self._rows.indices[start:end], self._rows.data[start:end], strict=True))
        unknown = float(np.log(1 + self._count) + 1)
        of_indexed = of_text = shared = 0.0
        for gram, count in Counter(self._grams(text)).items():
            place = places.get(gram)
            weight = ((1 + np.log(count)) * (unknown if place is None else idf[place])) ** 2
            of_text += weight
            if place in indexed:
                shared += weight
                of_indexed += float(indexed[place]) ** 2
        return of_indexed, shared / of_text if of_text else 0.0
