"""Describes a question in numbers that experience is learned from: what it means and how it is worded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.embedding import unit_rows
from matching.wording import FloatRows, Runs, Spelled

WORDING_DIMENSIONS = 128
_MOST_TEXTS = 3_000
"""What is usual wording shows in so many; of ten thousand the runs of characters would take 1 GB."""

_LEAST_TEXTS = 20
"""Fewer say nothing about which wordings belong together."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Wording:
    """Latent semantic analysis (Deerwester et al., 1990) of TF-IDF over runs of characters."""

    runs: Runs
    directions: FloatRows  # (runs, dimensions)

    def rows(self, questions: Spelled) -> FloatRows:
        return np.vstack([self.runs.weighed(part).times(self.directions) for part in questions.parts])


@dataclass(frozen=True, kw_only=True, eq=False)
class QuestionSpace:
    """Meaning and wording side by side, each of about unit length, around the mean of past questions."""

    centre: FloatRows  # (embedding dimensions,)
    wording: Wording | None

    @classmethod
    def of(cls, texts: Sequence[str], vectors: FloatRows) -> "QuestionSpace":
        """Fitted on past questions, of wording the last ones; at least one."""
        centre = np.asarray(vectors.mean(axis=0), dtype=np.float32)
        return cls(centre=centre, wording=_fit_wording(texts[-_MOST_TEXTS:]))

    def rows(self, questions: Spelled, vectors: FloatRows) -> FloatRows:
        """(questions, dimensions)."""
        meaning = unit_rows(np.asarray(vectors - self.centre, dtype=np.float32))
        if self.wording is None:
            return meaning
        return np.hstack([meaning, self.wording.rows(questions)])


def _fit_wording(texts: Sequence[str]) -> Wording | None:
    from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415  profiles alone need none of it

    if len(texts) < _LEAST_TEXTS:
        return None
    fitted = Runs.of(texts, is_sublinear=True)
    if fitted is None:
        return None
    runs, rows = fitted
    count = min(WORDING_DIMENSIONS, min(rows.shape) - 1)
    if count < 1:
        return None
    # The seed makes two processes that learned from the same sessions agree.
    found = TruncatedSVD(count, random_state=0).fit(rows)
    return Wording(runs=runs, directions=np.ascontiguousarray(found.components_.T, dtype=np.float32))
