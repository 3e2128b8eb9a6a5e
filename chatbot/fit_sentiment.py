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
from sklearn.model_selection import StratifiedKFold

from chatbot.evaluate_sentiment import NEUTRAL, decide, figures, read_labelled_texts
from chatbot.language import LANGUAGES, Language, detect_language
from chatbot.linear_head import Head, Labels, Lessons, Matrix, fit_head
from chatbot.sentiment import (
    COEFFICIENTS,
    LABELS,
    SentimentModel,
    rows_of,
    without_version,
    write_sentiment,
)
from matching.embedding import Encoder, FloatArray, load_encoder, unit_rows

FOLDS = 5
_DENSE_SCALE = 1.5
_GRAM_SCALE: dict[Language, float] = {"zh": 1.0, "en": 0.25}
"""Chosen by cross-validation: a few letters decide more in Chinese than in English."""


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
    )
    return SentimentLessons(
        numbers=numbers, languages=np.array([detect_language(text, fallback="zh") for text in texts])
    )


def fit(lessons: SentimentLessons, *, made_for: str) -> SentimentModel:
    """A head for each language, fitted to the texts in it. Raises ValueError when there are none."""
    means: dict[Language, FloatArray] = {}
    heads: dict[Language, Head] = {}
    for language in LANGUAGES:
        spoken = lessons.numbers.only(np.flatnonzero(lessons.languages == language))
        if not len(spoken.truth):
            raise ValueError(f"there is no text in {language}")
        means[language] = spoken.vectors.mean(axis=0)
        heads[language] = fit_head(
            unit_rows(spoken.vectors - means[language]),
            spoken,
            dense_scale=_DENSE_SCALE,
            gram_scale=_GRAM_SCALE[language],
        )
    return SentimentModel(made_for=made_for, means=means, heads=heads)


def cross_validated(lessons: SentimentLessons, *, made_for: str, seed: int = 0) -> Matrix:
    """Logits (n, 3) for every text, from models that never saw it."""
    logits = np.zeros((len(lessons.languages), len(LABELS)))
    strata = lessons.numbers.source * len(LABELS) + lessons.numbers.truth
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(strata, strata):
        model = fit(lessons.only(seen), made_for=made_for)
        for language, head in model.heads.items():
            chosen = unseen[lessons.languages[unseen] == language]
            rest = lessons.numbers.only(chosen)
            logits[chosen] = head.logits(unit_rows(rest.vectors - model.means[language]), rest.rows)
    return logits


def report(lessons: SentimentLessons, names: Sequence[str], logits: Matrix) -> dict[str, Any]:
    """The figures of each source."""
    numbers = lessons.numbers
    return {
        name: figures(
            numbers.truth[numbers.source == number],
            decide(
                logits[numbers.source == number],
                has_neutral=bool(numbers.is_open[numbers.source == number, NEUTRAL].all()),
            ),
        )
        for number, name in enumerate(names)
    }


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
