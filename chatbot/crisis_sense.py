"""Senses crisis where no word gives it away, by likeness in meaning to written examples.

After a change of the examples run `python -m chatbot.crisis_sense`: it writes their vectors again.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from chatbot.crisis_patterns import CrisisKind
from chatbot.language import spoken_length
from matching.embedding import Encoder, FloatArray, load_encoder, unit_rows

VECTORS = "data/crisis_examples.npz"
LONGEST_SENSED = 60
"""In `spoken_length`: long accounts of illness or lawsuits are full of bad things and rarely emergencies."""

_LEAST_PROBABILITY = 0.5
_MOST_PROBABILITY = 0.995
_TOLERATED_FALSE_ALARMS = 0.08
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


def example_vectors(examples: Examples, encoder: Encoder) -> FloatArray:
    """Query vectors (n, d) of all examples: shipped ones for the encoder that they were made with.

    Making them takes five to ten seconds, which every first start would otherwise wait for.
    """
    texts = [*examples.crises, *examples.ordinary]
    with (
        resources.as_file(resources.files("chatbot").joinpath(VECTORS)) as file,
        np.load(file, allow_pickle=False) as shipped,
    ):
        if str(shipped["made_for"]) == _fingerprint(texts, encoder):
            return unit_rows(shipped["vectors"].astype(np.float32))
    return encoder.encode_queries(texts, keep=True)


def _fingerprint(texts: Sequence[str], encoder: Encoder) -> str:
    return hashlib.sha256("\n".join([encoder.name, *texts]).encode()).hexdigest()


def write_vectors(file: Path, encoder: Encoder) -> None:
    """Half precision: cosines change by less than 0.001."""
    examples = read_examples()
    texts = [*examples.crises, *examples.ordinary]
    vectors = encoder.encode_queries(texts).astype(np.float16)
    np.savez_compressed(file, vectors=vectors, made_for=_fingerprint(texts, encoder))


class CrisisSense:
    """A logistic regression on centred vectors of the examples; deterministic for one encoder.

    The probability that raises an alarm is at least 0.5, and high enough that in cross-validation at most 8
    % of the ordinary examples raise one: an encoder that does not understand a language stays silent in it.
    """

    def __init__(self, encoder: Encoder) -> None:
        examples = read_examples()
        raw = example_vectors(examples, encoder)
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


if __name__ == "__main__":
    write_vectors(Path(__file__).parent / VECTORS, load_encoder("bundled", threads=2, cache_file=None))
