"""Fits the sense of crisis to the written examples: `python -m chatbot.fit_crisis`.

To be run after a change of `data/crisis_examples.json` or of the tables of words. Prints cross-validated
figures; takes two minutes.
"""

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC

from chatbot.crisis_features import dense_part, gram_part, gram_rows, rarity_of, revealed, word_columns
from chatbot.crisis_machine import KernelMachine
from chatbot.crisis_sense import COEFFICIENTS, KINDS, CrisisModel, write_model
from chatbot.sentiment import without_version
from matching.embedding import FloatArray, load_encoder

_FOLDS = 5
_WIDTH = 0.7
_PENALTY = 3.0
_LETTER_PENALTY = 20.0
_KIND_PENALTY = 3.0
_TOLERATED_MISSES = 0.02
_TOLERATED_MISSES_OF_LETTERS = 0.05

Labels = npt.NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Revealed texts as numbers; `kinds` (n,) is the place of each one's kind in `KINDS`, -1 for ordinary."""

    vectors: FloatArray
    rows: scipy.sparse.csr_matrix
    columns: FloatArray
    kinds: Labels
    learnt_from: str

    def only(self, chosen: npt.NDArray[np.int64]) -> "Examples":
        return Examples(
            vectors=self.vectors[chosen],
            rows=self.rows[chosen],
            columns=self.columns[chosen],
            kinds=self.kinds[chosen],
            learnt_from=self.learnt_from,
        )


def read_examples() -> list[tuple[str, int]]:
    """Every written example with the place of its kind in `KINDS`, -1 for ordinary messages."""
    raw = json.loads(
        resources.files("chatbot").joinpath("data/crisis_examples.json").read_text(encoding="utf-8")
    )
    crises = [(text, number) for number, kind in enumerate(KINDS) for text in raw["crisis"][kind]]
    return [*crises, *((text, -1) for text in raw["ordinary"])]


def fingerprint(pairs: Sequence[tuple[str, int]]) -> str:
    """Of the examples and of what the tables of words find in them: after a change of either, fit again."""
    texts = [revealed(text) for text, _ in pairs]
    digest = hashlib.sha256(json.dumps(pairs, ensure_ascii=False).encode())
    digest.update(word_columns(texts).tobytes())
    return digest.hexdigest()


def examples_of(pairs: Sequence[tuple[str, int]], vectors: FloatArray) -> Examples:
    """`vectors` (n, d) are the query vectors of the revealed texts."""
    texts = [revealed(text) for text, _ in pairs]
    return Examples(
        vectors=vectors,
        rows=gram_rows(texts),
        columns=word_columns(texts),
        kinds=np.array([kind for _, kind in pairs], dtype=np.int8),
        learnt_from=fingerprint(pairs),
    )


def fit(examples: Examples, *, made_for: str) -> tuple[CrisisModel, dict[str, Any]]:
    """The model, its thresholds from cross-validation, and the cross-validated figures. Deterministic."""
    is_crisis = examples.kinds >= 0
    evidence, letter_scores = np.zeros((len(is_crisis), 3), dtype=np.float32), np.zeros(len(is_crisis))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(is_crisis, examples.kinds):
        machine, letters, mean, rarity = _fit_once(examples.only(seen))
        rest = examples.only(unseen)
        evidence[unseen] = machine.evidence(*_inputs(rest, mean, rarity))
        letter_scores[unseen] = letters.decision_function(_letters(rest))
    weigher = LogisticRegression(class_weight="balanced", max_iter=2000).fit(evidence, is_crisis)
    scores = weigher.decision_function(evidence)
    alarm_from = float(np.quantile(scores[is_crisis], _TOLERATED_MISSES, method="lower"))
    letters_alarm_from = float(np.quantile(letter_scores[is_crisis], _TOLERATED_MISSES_OF_LETTERS))
    machine, letters, mean, rarity = _fit_once(examples)
    crises = examples.only(np.flatnonzero(is_crisis))
    kinds = LogisticRegression(C=_KIND_PENALTY, class_weight="balanced", max_iter=500)
    kinds.fit(dense_part(crises.vectors, mean, crises.columns), crises.kinds)
    model = CrisisModel(
        made_for=made_for,
        learnt_from=examples.learnt_from,
        mean=mean,
        rarity=rarity,
        machine=machine,
        evidence=np.append(weigher.coef_[0], weigher.intercept_).astype(np.float32),
        kinds=np.column_stack([kinds.coef_, kinds.intercept_]).astype(np.float32),
        alarm_from=alarm_from,
        letters=np.append(letters.coef_[0], letters.intercept_).astype(np.float32),
        letters_alarm_from=letters_alarm_from,
    )
    is_heard = scores >= alarm_from
    return model, {
        "crises": int(is_crisis.sum()),
        "ordinary": int((~is_crisis).sum()),
        "supporting": len(model.machine.weights),
        "recall": float(is_heard[is_crisis].mean()),
        "false_alarms": float(is_heard[~is_crisis].mean()),
        "letters_false_alarms": float((letter_scores[~is_crisis] >= letters_alarm_from).mean()),
    }


def _fit_once(examples: Examples) -> tuple[KernelMachine, LogisticRegression, FloatArray, FloatArray]:
    is_crisis = examples.kinds >= 0
    mean, rarity = examples.vectors.mean(axis=0), rarity_of(examples.rows)
    dense, grams = _inputs(examples, mean, rarity)
    fitted = SVC(C=_PENALTY, gamma=_WIDTH, class_weight="balanced", cache_size=500)
    fitted.fit(scipy.sparse.hstack([scipy.sparse.csr_matrix(dense), grams]).tocsr(), is_crisis)
    machine = KernelMachine(
        dense=dense[fitted.support_],
        grams=grams[fitted.support_],
        weights=np.asarray(fitted.dual_coef_.toarray()[0], dtype=np.float32),
        width=_WIDTH,
        intercept=float(fitted.intercept_[0]),
    )
    letters = LogisticRegression(C=_LETTER_PENALTY, class_weight="balanced", max_iter=500)
    return machine, letters.fit(_letters(examples), is_crisis), mean, rarity


def _inputs(
    examples: Examples, mean: FloatArray, rarity: FloatArray
) -> tuple[FloatArray, scipy.sparse.csr_matrix]:
    return dense_part(examples.vectors, mean, examples.columns), gram_part(examples.rows, rarity)


def _letters(examples: Examples) -> scipy.sparse.csr_matrix:
    return scipy.sparse.hstack([examples.rows, scipy.sparse.csr_matrix(examples.columns)]).tocsr()


def main() -> None:
    encoder = load_encoder("bundled", threads=2, cache_file=None)
    pairs = read_examples()
    vectors = encoder.encode_queries([revealed(text) for text, _ in pairs])
    model, figures = fit(examples_of(pairs, vectors), made_for=without_version(encoder.name))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    write_model(model, Path(__file__).parent / COEFFICIENTS)


if __name__ == "__main__":
    main()
