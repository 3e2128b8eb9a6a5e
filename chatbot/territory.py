"""Tells questions near the knowledge from those about something else, which asking back would not help."""

import numpy as np

from chatbot.dense import ORDINARY
from chatbot.knowledge import IntArray
from chatbot.language import LANGUAGES
from chatbot.retrieval import VIEWS, Comparison, Index
from matching.embedding import FloatArray

NO_BORDER = -1.0
"""Below every cosine: all questions are near."""

_FEWEST, _MOST = 40, 128
_NEAREST = VIEWS.index("dense_question")


def nearest_of(comparison: Comparison) -> FloatArray:
    """(n,) the cosine of each text to the wording on offer that is most like it."""
    return np.asarray(comparison.views[:, :, _NEAREST].max(axis=1, initial=NO_BORDER), dtype=np.float32)


def border_of(index: Index) -> float:
    """The cosine that own wordings, hidden, exceed as surely as everyday sentences stay below it.

    It is as many standard deviations from the mean of the ones as from that of the others, which keeps the
    larger share of errors smallest (normal distributions). Own wordings are all about the base's subject:
    alone they can't teach how far away other questions are. NO_BORDER where few answers have two wordings.
    """
    layout = index.phrasings
    rows = np.flatnonzero(layout.rows_of_answer[layout.answer_of] > 1)
    if len(rows) < _FEWEST:
        return NO_BORDER
    if len(rows) > _MOST:
        rows = rows[np.linspace(0, len(rows) - 1, _MOST).astype(np.int64)]
    known, elsewhere = _nearest_of_hidden(index, rows), _nearest_of_everyday_sentences(index)
    spread, spread_elsewhere = float(known.std()), float(elsewhere.std())
    mean, mean_elsewhere = float(known.mean()), float(elsewhere.mean())
    if mean <= mean_elsewhere:
        return NO_BORDER  # it knows about the weather, too
    return (mean * spread_elsewhere + mean_elsewhere * spread) / max(spread + spread_elsewhere, 1e-6)


def _nearest_of_hidden(index: Index, rows: IntArray) -> FloatArray:
    layout = index.phrasings
    languages = np.array(layout.languages)[rows]
    nearest = []
    for language in LANGUAGES:
        asked = rows[languages == language]
        texts = [layout.texts[row] for row in asked]
        compared = index.compare_vectors(
            index.vectors.queries(texts),
            texts,
            [language] * len(texts),
            only_language=language,
            hidden_rows=asked,
        )
        nearest.append(nearest_of(compared))
    return np.concatenate(nearest)


def _nearest_of_everyday_sentences(index: Index) -> FloatArray:
    """In the languages that the base has wordings in."""
    nearest = []
    for language in LANGUAGES:
        if language in index.phrasings.languages:
            texts = ORDINARY[language]
            compared = index.compare_vectors(
                index.vectors.queries(texts), texts, [language] * len(texts), only_language=language
            )
            nearest.append(nearest_of(compared))
    return np.concatenate(nearest)
