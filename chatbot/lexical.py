"""Compares texts by the characters and words they share, weighted by how rare those are."""

import re
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
