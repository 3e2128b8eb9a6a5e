"""Compares texts by the characters and words they share, weighted by how rare those are."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from chatbot.gram_counts import GramCounts, Grams
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
    """Cosine of TF-IDF vectors (logarithmic counts, smoothed idf, rows of length 1) against fixed texts.

    As scikit-learn's TfidfVectorizer has it, but for texts that `earlier` has counted already.
    """

    def __init__(
        self, texts: Sequence[str], *, grams: Grams = grams, earlier: "LexicalIndex | None" = None
    ) -> None:
        self._count = len(texts)
        self._grams = grams
        self.counts: GramCounts = GramCounts(
            texts, grams, earlier=earlier.counts if earlier is not None else None
        )
        texts_with = self.counts.texts_with
        self._idf = (np.log((1 + self._count) / (1 + texts_with)) + 1).astype(np.float32)
        rows = self.counts.matrix.copy()
        rows.data = (1 + np.log(rows.data)) * self._idf[rows.indices]
        sizes = np.diff(rows.indptr)
        lengths = np.sqrt(csr_matrix((rows.data**2, rows.indices, rows.indptr), shape=rows.shape).sum(axis=1))
        rows.data /= np.repeat(np.asarray(lengths).ravel(), sizes)
        self._rows = rows
        self._columns = rows.T.tocsr()

    def similarities(self, texts: Sequence[str]) -> FloatArray:
        """Cosines between 0 and 1 of shape (len(texts), number of indexed texts)."""
        similarities = np.zeros((len(texts), self._count), dtype=np.float32)
        columns = self._columns
        for row, text in zip(similarities, texts, strict=True):
            weights = self._weights(text)
            if not weights:
                continue
            spans = [slice(columns.indptr[place], columns.indptr[place + 1]) for place in weights]
            shares = [
                columns.data[span] * weight for span, weight in zip(spans, weights.values(), strict=True)
            ]
            rows = np.concatenate([columns.indices[span] for span in spans])
            row[:] = np.bincount(rows, weights=np.concatenate(shares), minlength=self._count)
        return similarities

    def _weights(self, text: str) -> dict[int, float]:
        """Of the grams that indexed texts have, scaled to length 1."""
        counted = [(self._place_of(gram), count) for gram, count in Counter(self._grams(text)).items()]
        weights = {
            place: (1 + math.log(count)) * float(self._idf[place])
            for place, count in counted
            if place is not None
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {place: weight / length for place, weight in weights.items()}

    def _place_of(self, gram: str) -> int | None:
        place = self.counts.vocabulary.numbers.get(gram)
        is_mine = place is not None and place < len(self._idf) and self.counts.texts_with[place]
        return place if is_mine else None
