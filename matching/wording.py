"""Counts runs of characters, weighted by how telling they are: TF-IDF of single questions, fast."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

READ_CHARACTERS = 1_000
"""Only this many leading characters of a question are compared by wording: a reply must not take seconds."""

_SHORTEST, _LONGEST = 2, 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Runs:
    """TF-IDF over runs of 2 to 4 characters, fitted by scikit-learn; rows have unit length or are 0.

    Applied by hand: the library spends a millisecond on checks before it looks at one short text.
    """

    analyse: Callable[[str], Iterable[str]]
    vocabulary: dict[str, int]
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
        runs = cls(
            analyse=vectorizer.build_analyzer(),
            vocabulary=cast(dict[str, int], vectorizer.vocabulary_),
            idf=np.asarray(vectorizer.idf_, dtype=np.float32),
            is_sublinear=is_sublinear,
        )
        return runs, rows

    def rows(self, texts: Sequence[str]) -> "sparse.csr_matrix":
        """(texts, runs)."""
        from scipy import sparse  # noqa: PLC0415

        found = [self._row(text) for text in texts]
        ends = np.cumsum([0, *(len(places) for places, _ in found)])
        places = np.concatenate([some for some, _ in found]) if found else np.zeros(0, dtype=np.intp)
        values = np.concatenate([some for _, some in found]) if found else np.zeros(0, dtype=np.float32)
        return sparse.csr_matrix((values, places, ends), shape=(len(found), len(self.vocabulary)))

    def _row(self, text: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
        counted = Counter(
            place
            for place in map(self.vocabulary.get, self.analyse(text[:READ_CHARACTERS]))
            if place is not None
        )
        places = np.array(sorted(counted), dtype=np.intp)
        counts = np.array([counted[place] for place in places.tolist()], dtype=np.float32)
        values = (1 + np.log(counts) if self.is_sublinear else counts) * self.idf[places]
        length = float(np.linalg.norm(values))
        return places, np.asarray(values / length if length else values, dtype=np.float32)
