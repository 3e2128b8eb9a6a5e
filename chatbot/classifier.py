"""Learns from many phrasings of an answer what they have in common that none of them shows alone."""

import threading
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from chatbot.knowledge import IntArray
from matching.embedding import FloatArray

LARGEST = 6_000_000
"""Phrasings times answers; beyond it the fit would take minutes."""

_INVERSE_PENALTY = 100.0
_TOLERANCE = 3e-4
_MOST_ITERATIONS = 60
_FOLDS = 2
_SCALE = 0.1


class PhrasingClassifier:
    """Multinomial logistic regression from phrasings' unit vectors to their answers; deterministic.

    A phrasing that is hidden is scored by a second model, fitted without it: one of two, each fitted without
    every other phrasing, when the first hidden one is asked for. Safe to call from several threads.
    """

    def __init__(
        self, vectors: FloatArray, answer_of: IntArray, *, known: "LinearScores | None" = None
    ) -> None:
        """`vectors` (rows, d), `answer_of` (rows,): at least two answers, numbered from 0.

        With `known`, what another one has learnt about these answers, nothing is fitted.
        """
        self._vectors, self._answer_of = vectors, answer_of
        self._answer_count = int(answer_of.max()) + 1
        self._whole = _fitted(vectors, answer_of) if known is None else known
        self._without_fold: dict[int, LinearScores] = {}
        self._fitting = threading.Lock()

    def scores(self, vectors: FloatArray, *, hidden_rows: IntArray | None = None) -> FloatArray:
        """(n, answers): a tenth of the logits, 0 on average."""
        scores = np.zeros((len(vectors), self._answer_count), dtype=np.float32)
        if hidden_rows is None:
            scores[:, self._whole.answers] = self._whole.logits(vectors)
            return scores * _SCALE
        for fold in range(_FOLDS):
            asked = np.flatnonzero(hidden_rows % _FOLDS == fold)
            if len(asked):
                model = self._fitted_without(fold)
                scores[np.ix_(asked, model.answers)] = model.logits(vectors[asked])
        return scores * _SCALE

    @property
    def unknown(self) -> IntArray:
        """Answers that it knows nothing of: their scores are 0 unless phrasings are hidden."""
        return np.setdiff1d(np.arange(self._answer_count), self._whole.answers)

    def renumbered(self, numbers: IntArray) -> "LinearScores":
        """What it has learnt, where `numbers` has for each answer the number it has elsewhere, or -1."""
        elsewhere = numbers[self._whole.answers]
        is_there = elsewhere >= 0
        return LinearScores(
            answers=elsewhere[is_there],
            coefficients=self._whole.coefficients[is_there],
            intercepts=self._whole.intercepts[is_there],
        )

    def _fitted_without(self, fold: int) -> "LinearScores":
        with self._fitting:
            if fold not in self._without_fold:
                kept = np.arange(len(self._answer_of)) % _FOLDS != fold
                self._without_fold[fold] = _fitted(self._vectors[kept], self._answer_of[kept])
            return self._without_fold[fold]


@dataclass(frozen=True, kw_only=True)
class LinearScores:
    """`answers` (k,), `coefficients` (k, d), `intercepts` (k,)."""

    answers: IntArray
    coefficients: FloatArray
    intercepts: FloatArray

    def logits(self, vectors: FloatArray) -> FloatArray:
        return np.asarray(vectors @ self.coefficients.T + self.intercepts, dtype=np.float32)


def _fitted(vectors: FloatArray, answer_of: IntArray) -> LinearScores:
    model = LogisticRegression(C=_INVERSE_PENALTY, tol=_TOLERANCE, max_iter=_MOST_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # good enough after so many steps, and in time
        model.fit(vectors, answer_of)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # noqa: PLR2004  scikit-learn then gives the second one's row alone
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    return LinearScores(
        answers=np.asarray(model.classes_, dtype=np.int64),
        coefficients=np.asarray(coefficients, dtype=np.float32),
        intercepts=np.asarray(intercepts, dtype=np.float32),
    )
