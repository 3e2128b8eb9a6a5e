"""Fits the sentiment coefficients to labelled texts and reports cross-validated figures.

`python -m chatbot.fit_sentiment DATA.jsonl … [--out FILE]`: every file is one source with lines `{"text",
"label"}`; sources weigh the same. A source without `neutral` teaches only how negative and positive differ.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.model_selection import StratifiedKFold

from chatbot.evaluate_sentiment import NEUTRAL, among, figures, read_labelled_texts
from chatbot.language import LANGUAGES, Language, detect_language
from chatbot.metrics import expected_calibration_error
from chatbot.sentiment import (
    COEFFICIENTS,
    LABELS,
    Probabilities,
    SentimentModel,
    rows_of,
    without_version,
    write_sentiment,
)
from chatbot.sentiment_head import Head
from chatbot.sentiment_lessons import Lessons, fit_head, weights_of
from chatbot.softmax_regression import Labels
from matching.embedding import Encoder, load_encoder

FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class SentimentLessons:
    """Labelled texts as numbers, with the language of each."""

    numbers: Lessons
    languages: npt.NDArray[np.str_]

    def only(self, chosen: Labels) -> "SentimentLessons":
        return SentimentLessons(numbers=self.numbers.only(chosen), languages=self.languages[chosen])


def read_lessons(files: Sequence[Path], encoder: Encoder) -> SentimentLessons:
    """Raises EvaluationInputError."""
    texts: list[str] = []
    truth: list[int] = []
    source: list[int] = []
    is_open = np.ones((len(files), len(LABELS)), dtype=np.bool_)
    for number, file in enumerate(files):
        labelled = read_labelled_texts(file.read_text(encoding="utf-8").split("\n"), source=file.name)
        texts += [one.text for one in labelled]
        truth += [LABELS.index(one.label) for one in labelled]
        source += [number] * len(labelled)
        is_open[number, NEUTRAL] = any(one.label == "neutral" for one in labelled)
    numbers = Lessons(
        vectors=encoder.encode_queries(texts),
        rows=rows_of(texts),
        truth=np.array(truth),
        source=np.array(source),
        is_open=is_open[np.array(source)],
        weights=weights_of(np.array(source)),
    )
    return SentimentLessons(
        numbers=numbers, languages=np.array([detect_language(text, fallback="zh") for text in texts])
    )


def fit(lessons: SentimentLessons, *, made_for: str) -> SentimentModel:
    """A head for each language, fitted to the texts in it. Raises ValueError when there are none."""
    heads: dict[Language, Head] = {}
    for language in LANGUAGES:
        spoken = lessons.numbers.only(np.flatnonzero(lessons.languages == language))
        if not len(spoken.truth):
            raise ValueError(f"there is no text in {language}")
        heads[language] = fit_head(spoken)
    return SentimentModel(made_for=made_for, heads=heads)


def cross_validated(lessons: SentimentLessons, *, made_for: str, seed: int = 0) -> Probabilities:
    """Probabilities (n, 3) for every text, from models that never saw it."""
    found = np.zeros((len(lessons.languages), len(LABELS)))
    strata = lessons.numbers.source * len(LABELS) + lessons.numbers.truth
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(strata, strata):
        model = fit(lessons.only(seen), made_for=made_for)
        for language, head in model.heads.items():
            chosen = unseen[lessons.languages[unseen] == language]
            rest = lessons.numbers.only(chosen)
            found[chosen] = softmax(head.logits(rest.vectors, rest.rows), axis=1)
    return found


def report(lessons: SentimentLessons, names: Sequence[str], probabilities: Probabilities) -> dict[str, Any]:
    """The figures of each source, with the calibration error of the label decided on."""
    return {
        name: _of_source(lessons.numbers.only(np.flatnonzero(lessons.numbers.source == number)), found)
        for number, name in enumerate(names)
        for found in [probabilities[lessons.numbers.source == number]]
    }


def _of_source(lessons: Lessons, probabilities: Probabilities) -> dict[str, Any]:
    considered = among(probabilities, has_neutral=bool(lessons.is_open[:, NEUTRAL].all()))
    decided = considered.argmax(axis=1)
    is_right = (decided == lessons.truth).tolist()
    error = expected_calibration_error(considered.max(axis=1).tolist(), is_right)
    return {**figures(lessons.truth, decided), "ece": error}


def main(arguments: Sequence[str]) -> None:
    out = Path(__file__).parent / COEFFICIENTS
    files = [Path(one) for one in arguments]
    if "--out" in arguments:
        out = Path(arguments[arguments.index("--out") + 1])
        files = [one for one in files if str(one) not in {"--out", str(out)}]
    encoder = load_encoder("bundled", threads=2, cache_file=None)
    lessons, made_for = read_lessons(files, encoder), without_version(encoder.name)
    names = [file.stem for file in files]
    shown = report(lessons, names, cross_validated(lessons, made_for=made_for))
    sys.stdout.write(json.dumps(shown, indent=2) + "\n")
    write_sentiment(fit(lessons, made_for=made_for), out)


if __name__ == "__main__":
    main(sys.argv[1:])
