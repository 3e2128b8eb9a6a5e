"""Senses crisis where no word gives it away, by likeness in meaning to written examples."""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from chatbot.crisis_patterns import CrisisKind
from chatbot.language import spoken_length
from matching.embedding import Encoder, FloatArray, unit_rows

LONGEST_SENSED = 60
"""In `spoken_length`: long accounts of illness or lawsuits are full of bad things and rarely emergencies."""

_LEAST_PROBABILITY = 0.8
_MOST_PROBABILITY = 0.995
_TOLERATED_FALSE_ALARMS = 0.03
_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Messages in both languages: crises with their kinds, and ordinary troubles and figures of speech."""

    crises: tuple[str, ...]
    kinds: tuple[CrisisKind, ...]
    ordinary: tuple[str, ...]


def read_examples() -> Examples:
    raw = json.loads(
        resources.files("chatbot").joinpath("data/crisis_examples.json").read_text(encoding="utf-8")
    )
    kinds: tuple[CrisisKind, ...] = ("self_harm", "danger", "medical")
    pairs = [(text, kind) for kind in kinds for text in raw["crisis"][kind]]
    return Examples(
        crises=tuple(text for text, _ in pairs),
        kinds=tuple(kind for _, kind in pairs),
        ordinary=tuple(raw["ordinary"]),
    )


class CrisisSense:
    """A logistic regression on centred vectors of the examples; deterministic for one encoder.

    The probability that raises an alarm is at least 0.8, and high enough that in cross-validation at most 3
    % of the ordinary examples raise one: an encoder that does not understand a language stays silent in it.
    """

    def __init__(self, encoder: Encoder) -> None:
        examples = read_examples()
        raw = encoder.encode_queries([*examples.crises, *examples.ordinary], keep=True)
        labels = np.arange(len(raw)) < len(examples.crises)
        self._mean = raw.mean(axis=0)
        vectors = self._centred(raw)
        model = LogisticRegression(C=10.0, max_iter=1000, class_weight="balanced")
        guessed = cross_val_predict(model, vectors, labels, cv=_FOLDS, method="predict_proba")[:, 1]
        quantile = float(np.quantile(guessed[~labels], 1 - _TOLERATED_FALSE_ALARMS))
        self.alarm_from = min(max(_LEAST_PROBABILITY, quantile), _MOST_PROBABILITY)
        self._model = model.fit(vectors, labels)
        self._crises = vectors[labels]
        self._kinds = examples.kinds

    def kind(self, vector: FloatArray, text: str) -> CrisisKind | None:
        """The kind of the most similar example if `text` (query vector (d,)) sounds like a crisis."""
        if (
            spoken_length(text) > LONGEST_SENSED
            or self.probability(vector[np.newaxis, :])[0] < self.alarm_from
        ):
            return None
        return self._kinds[int((self._crises @ self._centred(vector[np.newaxis, :])[0]).argmax())]

    def probability(self, vectors: FloatArray) -> npt.NDArray[np.float64]:
        """Probability of crisis (n,) for query vectors (n, d) that are not centred."""
        return np.asarray(self._model.predict_proba(self._centred(vectors))[:, 1], dtype=np.float64)

    def _centred(self, vectors: FloatArray) -> FloatArray:
        return unit_rows(vectors - self._mean)
