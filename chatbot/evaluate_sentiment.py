"""Measures the shipped sentiment model on labelled texts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chatbot.evaluation_lines import EvaluationInputError, json_objects, text_field
from chatbot.metrics import share
from chatbot.mood import SentimentLabel
from chatbot.sentiment import LABELS, Probabilities, SentimentModel, shipped_sentiment
from matching.embedding import Encoder

NEUTRAL = LABELS.index("neutral")
_BY_NAME: dict[str, SentimentLabel] = {label: label for label in LABELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledText:
    """One text and what it was judged to be."""

    text: str
    label: SentimentLabel


@dataclass(frozen=True, slots=True, kw_only=True)
class SentimentEvaluation:
    """`figures`, and of each text (n,) the probability of the label decided on and whether it was right."""

    figures: dict[str, Any]
    confidence: list[float]
    is_right: list[bool]


def read_labelled_texts(lines: Iterable[str], *, source: str = "data") -> list[LabelledText]:
    """From lines `{"text", "label": "positive|neutral|negative"}`; blank lines are passed over.

    Raises EvaluationInputError, also when there is no line at all.
    """
    found = []
    for line, raw in json_objects(lines, source):
        text, label = text_field(raw, "text", source, line), text_field(raw, "label", source, line)
        if label not in _BY_NAME:
            message = f"the field 'label' is {json.dumps(label[:40])}, not positive, neutral or negative"
            raise EvaluationInputError(source, line, "unknown_label", message)
        found.append(LabelledText(text=text, label=_BY_NAME[label]))
    if not found:
        raise EvaluationInputError(source, 0, "no_entries", "there is no labelled text")
    return found


def evaluate_sentiment(
    lines: Iterable[str],
    *,
    encoder: Encoder,
    model: SentimentModel | None = None,
    source: str = "data",
) -> SentimentEvaluation:
    """The figures: accuracy, macro_f1, per_class {label: {precision, recall, f1, support}}, or None.

    Data in which no text is neutral is decided between negative and positive alone; only classes that occur
    in the data have a part in `macro_f1`. Raises EvaluationInputError.
    """
    labelled = read_labelled_texts(lines, source=source)
    texts = [one.text for one in labelled]
    truth = np.array([LABELS.index(one.label) for one in labelled])
    vectors = encoder.encode_queries(texts)
    probabilities = (model or shipped_sentiment()).probabilities(texts, vectors, encoder_name=encoder.name)
    considered = among(probabilities, has_neutral=bool((truth == NEUTRAL).any()))
    decided = considered.argmax(axis=1)
    return SentimentEvaluation(
        figures=figures(truth, decided),
        confidence=considered.max(axis=1).tolist(),
        is_right=(decided == truth).tolist(),
    )


def among(probabilities: Probabilities, *, has_neutral: bool) -> Probabilities:
    """The probabilities (n, 3) as they are, or, where nothing is neutral, of the two other labels alone."""
    if has_neutral:
        return probabilities
    considered = probabilities.copy()
    considered[:, NEUTRAL] = 0.0
    total = considered.sum(axis=1, keepdims=True)
    return np.asarray(considered / np.where(total > 0.0, total, 1.0), dtype=np.float64)


def figures(truth: npt.NDArray[np.int64], decided: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Accuracy, macro F1 and the figures of each label that occurs or was decided, by label numbers (n,)."""
    occurring = [number for number in range(len(LABELS)) if number in truth or number in decided]
    per_class = {LABELS[number]: _of_class(truth == number, decided == number) for number in occurring}
    f1 = [per_class[LABELS[number]]["f1"] or 0.0 for number in occurring if number in truth]
    return {
        "accuracy": share(int((truth == decided).sum()), len(truth)),
        "macro_f1": sum(f1) / len(f1) if f1 else None,
        "per_class": per_class,
    }


def _of_class(
    is_one: npt.NDArray[np.bool_], decided_one: npt.NDArray[np.bool_]
) -> dict[str, float | int | None]:
    right, support, decided = (int(mask.sum()) for mask in (is_one & decided_one, is_one, decided_one))
    return {
        "precision": share(right, decided),
        "recall": share(right, support),
        "f1": share(2 * right, support + decided),
        "support": support,
    }
