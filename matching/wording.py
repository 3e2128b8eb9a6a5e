"""Counts runs of characters, weighted by how telling they are: TF-IDF of many questions at once, fast."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

READ_CHARACTERS = 1_000
"""Only this many leading characters of a question are compared by wording: a reply must not take seconds."""

_SHORTEST, _LONGEST = 2, 4
_LETTER_BITS = 16
_MOST_LETTERS = 2**_LETTER_BITS - 1
"""Four of them fill a key; those beyond, if texts ever have so many, are read as unknown ones."""
_AT_ONCE = 500
_SPACES = re.compile(r"\s\s+")

Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """TF-IDF over runs of 2 to 4 characters, fitted by scikit-learn; rows have unit length or are 0.

    Applied by hand, to all texts in a few passes: the library takes a millisecond for one short text, and
    counting in Python takes a fifth of one. A run is known by its key: its letters, numbered by `letters`
    (code points; 0: unknown, as all are from the last one on), side by side in 64 bits.
    """

    preprocessor: Callable[[str], str]
    letters: npt.NDArray[np.uint16]
    keys: Keys
    places: Places
    idf: npt.NDArray[np.float32]
    is_sublinear: bool

    @classmethod
    def of(
        cls, texts: Sequence[str], *, preprocessor: Callable[[str], str], is_sublinear: bool = False
    ) -> "tuple[Runs, sparse.csr_matrix] | None":
        """With the rows of the texts that it is fitted on; None where no text has two characters."""
        # Here and not above: who only needs a Profile is spared 90 MB.
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        if all(len(preprocessor(text)) < _SHORTEST for text in texts):
            return None
        vectorizer = TfidfVectorizer(
            analyzer="char",
            ngram_range=(_SHORTEST, _LONGEST),
            lowercase=False,
            preprocessor=preprocessor,
            sublinear_tf=is_sublinear,
            dtype=np.float32,
        )
        rows = vectorizer.fit_transform([text[:READ_CHARACTERS] for text in texts])
        vocabulary = vectorizer.get_feature_names_out().tolist()
        letters = _numbered(vocabulary)
        keys = np.zeros(len(vocabulary), dtype=np.uint64)
        numbers, lengths = _numbers(vocabulary, letters), np.array([len(run) for run in vocabulary])
        starts = np.cumsum(lengths) - lengths
        for nth in range(_LONGEST):
            has_one = lengths > nth
            keys[has_one] |= _shifted(numbers[starts[has_one] + nth], nth)
        order = np.argsort(keys)
        runs = cls(
            preprocessor=preprocessor,
            letters=letters,
            keys=keys[order],
            places=order,
            idf=np.asarray(vectorizer.idf_, dtype=np.float32),
            is_sublinear=is_sublinear,
        )
        return runs, rows

    def rows(self, texts: Sequence[str]) -> "sparse.csr_matrix":
        """(texts, runs)."""
        from scipy import sparse  # noqa: PLC0415

        parts = [
            self._rows(texts[start : start + _AT_ONCE]) for start in range(0, max(1, len(texts)), _AT_ONCE)
        ]
        return parts[0] if len(parts) == 1 else sparse.vstack(parts, format="csr")

    def _rows(self, texts: Sequence[str]) -> "sparse.csr_matrix":
        from scipy import sparse  # noqa: PLC0415

        prepared = [_SPACES.sub(" ", self.preprocessor(text[:READ_CHARACTERS])) for text in texts]
        lengths = np.array([len(text) for text in prepared], dtype=np.intp)
        owners = np.repeat(np.arange(len(texts)), lengths)
        numbers = _numbers(prepared, self.letters)
        found: list[Places] = []
        # A run is known only if the shorter runs in it are: where these are not, nothing longer begins.
        begins = np.flatnonzero(numbers)
        key = _shifted(numbers, 0)
        for length in range(_SHORTEST, _LONGEST + 1):
            last = begins + length - 1
            begins, last = begins[last < len(numbers)], last[last < len(numbers)]
            is_whole = (owners[begins] == owners[last]) & (numbers[last] > 0)
            begins, last = begins[is_whole], last[is_whole]
            key[begins] |= _shifted(numbers[last], length - 1)
            places = self._places(key[begins])
            begins, places = begins[places >= 0], places[places >= 0]
            found.append(owners[begins] * len(self.idf) + places)
        cells, counted = np.unique(np.concatenate(found), return_counts=True)
        rows, columns = np.divmod(cells, len(self.idf))
        counts = counted.astype(np.float32)
        values = (1 + np.log(counts) if self.is_sublinear else counts) * self.idf[columns]
        ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(texts)))])
        for start, end in zip(ends.tolist(), ends[1:].tolist(), strict=False):
            length_of_row = np.sqrt(values[start:end].dot(values[start:end]))
            if length_of_row:
                values[start:end] /= length_of_row
        return sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(self.idf)))

    def _places(self, keys: Keys) -> Places:
        """Where these runs stand in the vocabulary; -1 for those that do not."""
        near = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[near] == keys, self.places[near], -1)


def _numbered(texts: Sequence[str]) -> npt.NDArray[np.uint16]:
    points = np.unique(_code_points(texts))[:_MOST_LETTERS]
    letters = np.zeros(int(points[-1]) + 2, dtype=np.uint16)
    letters[points] = np.arange(1, len(points) + 1)
    return letters


def _numbers(texts: Sequence[str], letters: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Those of all characters of all texts, one after the other."""
    return letters[np.minimum(_code_points(texts), len(letters) - 1)]


def _code_points(texts: Sequence[str]) -> npt.NDArray[np.uint32]:
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _shifted(numbers: npt.NDArray[np.uint16], nth: int) -> Keys:
    """As the nth letter of a key."""
    return numbers.astype(np.uint64) << np.uint64(_LETTER_BITS * (_LONGEST - 1 - nth))
