"""Compares texts by runs of characters, weighted by how telling they are: TF-IDF, fast for one and many."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

READ_CHARACTERS = 1_000
"""Only this many leading characters of a question are compared by wording: a reply must not take seconds."""

_SHORTEST, _LONGEST = 2, 4
_LETTER_BITS = 16
"""Four letters fill a key."""

_AT_ONCE = 500
_COMMON = 1 / 8
"""Runs that more of the texts have are multiplied as an ordinary matrix."""

_SPACES = re.compile(r"\s\s+")

Keys = npt.NDArray[np.uint64]
Places = npt.NDArray[np.intp]
FloatRows = npt.NDArray[np.float32]


def plain(text: str) -> str:
    """Fold full-width forms and case, so that the same word compares equal however it was typed."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


class _Part(NamedTuple):
    """All runs of some texts, as often as they occur: `owners` are the texts' places."""

    texts: int
    owners: Places
    keys: Keys


@dataclass(frozen=True, eq=False)
class Spelled:
    """Texts taken apart into runs once, for everything that they are compared with by wording."""

    texts: Sequence[str]

    @property
    def parts(self) -> Iterable[_Part]:
        """So many texts at once that memory stays small; what a round asks about is kept."""
        if len(self.texts) <= _AT_ONCE:
            return [self._only]
        starts = range(0, len(self.texts), _AT_ONCE)
        return (_taken_apart(self.texts[start : start + _AT_ONCE]) for start in starts)

    @property
    def is_blank(self) -> list[bool]:
        return [not text.strip() for text in self.texts]

    @cached_property
    def _only(self) -> _Part:
        return _taken_apart(self.texts)


class Weighed(NamedTuple):
    """Sparse rows of unit length, or empty: row i has `values[ends[i]:ends[i + 1]]` at these `columns`."""

    values: npt.NDArray[np.float32]
    columns: Places
    ends: Places

    @property
    def owners(self) -> Places:
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))

    def times(self, matrix: FloatRows) -> FloatRows:
        """(rows, matrix columns)."""
        found = np.zeros((len(self.ends) - 1, matrix.shape[1]), dtype=np.float32)
        for row, (start, end) in enumerate(_stretches(self.ends)):
            found[row] = self.values[start:end] @ matrix[self.columns[start:end]]
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """TF-IDF over runs of 2 to 4 characters, fitted by scikit-learn.

    Applied by hand, to all texts in a few passes: the library takes a millisecond for one short text, and
    counting in Python takes a fifth of one. A run is known by its key: its letters side by side in 64 bits.
    """

    keys: Keys  # ascending
    places: Places
    idf: npt.NDArray[np.float32]
    is_sublinear: bool

    @classmethod
    def of(
        cls, texts: Sequence[str], *, is_sublinear: bool = False
    ) -> "tuple[Runs, sparse.csr_matrix] | None":
        """With the rows (texts, runs) that it is fitted on; None where no text has two characters."""
        # Here and not above: who only needs a Profile is spared 90 MB.
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        if all(len(plain(text)) < _SHORTEST for text in texts):
            return None
        vectorizer = TfidfVectorizer(
            analyzer="char",
            ngram_range=(_SHORTEST, _LONGEST),
            lowercase=False,
            preprocessor=plain,
            sublinear_tf=is_sublinear,
            dtype=np.float32,
        )
        rows = vectorizer.fit_transform([text[:READ_CHARACTERS] for text in texts])
        vocabulary = vectorizer.get_feature_names_out().tolist()
        letters, lengths = _letters(vocabulary), np.array([len(run) for run in vocabulary])
        starts = np.cumsum(lengths) - lengths
        keys = np.zeros(len(vocabulary), dtype=np.uint64)
        for nth in range(_LONGEST):
            has_one = lengths > nth
            keys[has_one] |= _shifted(letters[starts[has_one] + nth], nth)
        order = np.argsort(keys, kind="stable")
        runs = cls(
            keys=keys[order],
            places=order,
            idf=np.asarray(vectorizer.idf_, dtype=np.float32),
            is_sublinear=is_sublinear,
        )
        return runs, rows

    def weighed(self, part: _Part) -> Weighed:
        near = np.searchsorted(self.keys, part.keys)
        near[near == len(self.keys)] = 0
        is_known = self.keys[near] == part.keys
        cells, counted = np.unique(
            part.owners[is_known] * len(self.idf) + self.places[near[is_known]], return_counts=True
        )
        rows, columns = np.divmod(cells, len(self.idf))
        counts = counted.astype(np.float32)
        values = (1 + np.log(counts) if self.is_sublinear else counts) * self.idf[columns]
        ends = np.zeros(part.texts + 1, dtype=np.intp)
        np.cumsum(np.bincount(rows, minlength=part.texts), out=ends[1:])
        for start, end in _stretches(ends):
            length_of_row = np.sqrt(values[start:end].dot(values[start:end]))
            if length_of_row:
                values[start:end] /= length_of_row
        return Weighed(values, columns, ends)


@dataclass(frozen=True, kw_only=True, eq=False)
class Postings:
    """Which texts have which run, and how much of it: an inverted index of unit rows.

    Runs that many of the texts have stand apart as an ordinary matrix: listing who has these is slow.
    """

    texts: int
    common: Places  # (runs,): the place in `of_common`, -1 for a rare run
    of_common: FloatRows  # (common runs, texts)
    values: npt.NDArray[np.float32]
    owners: npt.NDArray[np.int32]
    ends: Places  # (runs + 1,): of each run's values and owners

    @classmethod
    def of(cls, rows: "sparse.csr_matrix") -> "Postings":
        """From (texts, runs)."""
        by_run = rows.T.tocsr()
        lengths = np.diff(by_run.indptr)
        is_common = lengths > _COMMON * rows.shape[0]
        is_rare = np.repeat(~is_common, lengths)
        return cls(
            texts=rows.shape[0],
            common=np.where(is_common, np.cumsum(is_common) - 1, -1),
            of_common=by_run[np.flatnonzero(is_common)].toarray(),
            values=by_run.data[is_rare],
            owners=by_run.indices[is_rare].astype(np.int32),
            ends=np.concatenate([[0], np.cumsum(np.where(is_common, 0, lengths))]),
        )

    def cosines(self, weighed: Weighed) -> FloatRows:
        """Of each row with each of the texts: (rows, texts)."""
        count, owners, common = len(weighed.ends) - 1, weighed.owners, self.common[weighed.columns]
        lengths = self.ends[weighed.columns + 1] - self.ends[weighed.columns]
        ends = np.cumsum(lengths)
        found = np.repeat(self.ends[weighed.columns] - ends + lengths, lengths) + np.arange(lengths.sum())
        cosines = np.bincount(
            np.repeat(owners * self.texts, lengths) + self.owners[found],
            weights=np.repeat(weighed.values, lengths) * self.values[found],
            minlength=count * self.texts,
        )
        is_common = common >= 0
        used = np.unique(common[is_common])
        asked = np.zeros((count, len(used)), dtype=np.float32)
        asked[owners[is_common], np.searchsorted(used, common[is_common])] = weighed.values[is_common]
        return np.asarray(cosines.reshape(count, self.texts) + asked @ self.of_common[used], dtype=np.float32)


def _taken_apart(texts: Sequence[str]) -> _Part:
    prepared = [_SPACES.sub(" ", plain(text[:READ_CHARACTERS])) for text in texts]
    letters = _letters(prepared)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in prepared])
    key = _shifted(letters, 0)
    keys, owned = [], []
    for length in range(_SHORTEST, _LONGEST + 1):
        key = key[:-1] | _shifted(letters[length - 1 :], length - 1)
        begins, last = owners[: len(key)], owners[length - 1 :]
        is_whole = begins == last
        keys.append(key[is_whole])
        owned.append(begins[is_whole])
    return _Part(len(texts), np.concatenate(owned), np.concatenate(keys))


def _letters(texts: Sequence[str]) -> Keys:
    """All characters of all texts in 16 bits each, never 0: those beyond the common 65,535 share numbers."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.asarray(points % np.uint32(2**_LETTER_BITS - 1) + 1, dtype=np.uint64)


def _shifted(letters: Keys, nth: int) -> Keys:
    """As the nth letter of a key."""
    return letters << np.uint64(_LETTER_BITS * (_LONGEST - 1 - nth))


def _stretches(ends: Places) -> Iterator[tuple[int, int]]:
    return pairwise(ends.tolist())
