"""Hears crisis in a message by its meaning, its letters and the tables of words together.

What the coefficients were fitted on, and how well they do, stands in `data/crisis.md`; `python -m
chatbot.fit_crisis` makes them.
"""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse

from chatbot.crisis import find_crisis
from chatbot.crisis_features import (
    BUCKETS,
    LONGEST_LEARNT,
    LONGEST_SENSED,
    dense_part,
    gram_part,
    gram_rows,
    pieces,
    revealed,
    word_columns,
)
from chatbot.crisis_machine import KernelMachine
from chatbot.crisis_patterns import CrisisKind
from chatbot.language import spoken_length
from chatbot.sentiment import without_version
from matching.embedding import Encoder, FloatArray

COEFFICIENTS = "data/crisis.npz"
KINDS: tuple[CrisisKind, ...] = ("self_harm", "danger", "medical")
_LONGEST_PIECE = 15
"""In `spoken_length`: what is split over two messages has a short half."""

_REMEMBERED_CHARACTERS = 200
_EMBEDDED_CHARACTERS = 600
_MOST_PIECES = 8
"""So many vectors at most are made for one message; where more of its pieces have words, the words decide."""


@dataclass(frozen=True, kw_only=True)
class CrisisModel:
    """A kernel machine and a logistic regression over its evidence; beside it one that needs no vectors.

    `evidence` (4,) are coefficients of `KernelMachine.evidence` and an intercept: an alarm is raised from a
    score of `alarm_from` on. `kinds` (3, d + 7) are coefficients and intercepts that tell the kinds apart.
    """

    made_for: str
    learnt_from: str
    mean: FloatArray
    rarity: FloatArray
    machine: KernelMachine
    evidence: FloatArray
    kinds: FloatArray
    alarm_from: float
    letters: FloatArray
    letters_alarm_from: float

    def scores(self, texts: list[str], vectors: FloatArray) -> tuple[FloatArray, npt.NDArray[np.int64]]:
        """Scores (n,) and the likeliest kinds (n,) of revealed texts with their query vectors (n, d)."""
        dense = dense_part(vectors, self.mean, word_columns(texts))
        evidence = self.machine.evidence(dense, gram_part(gram_rows(texts), self.rarity))
        by_kind = dense @ self.kinds[:, :-1].T + self.kinds[:, -1]
        return np.asarray(evidence @ self.evidence[:-1] + self.evidence[-1]), by_kind.argmax(axis=1)

    def letter_scores(self, texts: list[str]) -> FloatArray:
        """Scores (n,) from letters and words alone."""
        rows = scipy.sparse.hstack([gram_rows(texts), word_columns(texts)]).tocsr()
        return np.asarray(rows @ self.letters[:-1] + self.letters[-1])


class CrisisSense:
    """The shipped coefficients with the encoder that they were fitted for.

    With another encoder letters and words speak alone: more crises are missed until it is fitted anew.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._model = shipped_model()
        self._is_known = without_version(encoder.name) == self._model.made_for

    def find(
        self, text: str, *, vector: FloatArray | None = None, earlier_text: str | None = None
    ) -> CrisisKind | None:
        """The kind of crisis that `text` (with its query vector (d,), if at hand) sounds like, or None.

        With `earlier_text` (the message before), what is split over two messages is found too; what the
        earlier message says alone was answered there and does not count again.
        """
        plain = revealed(text)
        length = spoken_length(plain)
        kind = None
        if length <= LONGEST_SENSED:
            (kind,) = self._kinds([plain], vector if plain == text else None)
        if kind is None and length > LONGEST_LEARNT:
            kind = self._in_a_piece(plain)
        return kind or (self._over_both(earlier_text, plain) if earlier_text else None)

    def _in_a_piece(self, plain: str) -> CrisisKind | None:
        """What a long message says in one of its sentences; only those with words of crisis are heard."""
        named = find_crisis(plain)
        if named is None:
            return None
        worded = [(piece, kind) for piece in pieces(plain) if (kind := find_crisis(piece))]
        if not worded:  # they stand across sentences, and too long a whole has not been heard
            return named if spoken_length(plain) > LONGEST_SENSED else None
        if len(worded) > _MOST_PIECES:
            return named
        heard = self._kinds([piece for piece, _ in worded])
        return next((kind for (_, kind), is_heard in zip(worded, heard, strict=True) if is_heard), None)

    def _over_both(self, earlier_text: str, plain: str) -> CrisisKind | None:
        earlier = revealed(earlier_text[-_REMEMBERED_CHARACTERS:])
        if min(spoken_length(earlier), spoken_length(plain)) > _LONGEST_PIECE:
            return None
        is_latin = earlier[-1:].isascii() and plain[:1].isascii()
        both = f"{earlier} {plain}" if is_latin else f"{earlier}{plain}"
        if spoken_length(both) > LONGEST_SENSED and not find_crisis(both):
            return None
        before, joined = self._kinds([earlier, both])
        return joined if before is None else None

    def _kinds(self, texts: list[str], vector: FloatArray | None = None) -> list[CrisisKind | None]:
        model = self._model
        if not self._is_known:
            heard = model.letter_scores(texts) >= model.letters_alarm_from
            return [_named(text) if is_heard else None for text, is_heard in zip(texts, heard, strict=True)]
        if vector is None:
            vectors = self._encoder.encode_queries([text[:_EMBEDDED_CHARACTERS] for text in texts])
        else:
            vectors = vector[np.newaxis, :]
        scores, kinds = model.scores(texts, vectors)
        return [
            KINDS[kind] if score >= model.alarm_from else None
            for score, kind in zip(scores.tolist(), kinds.tolist(), strict=True)
        ]


def _named(text: str) -> CrisisKind:
    return find_crisis(text) or "self_harm"


def shipped_model() -> CrisisModel:
    """The coefficients in `data/crisis.npz`: three megabytes, read in a few hundredths of a second."""
    with resources.as_file(resources.files("chatbot").joinpath(COEFFICIENTS)) as file:
        return read_model(file)


def read_model(file: Path) -> CrisisModel:
    with np.load(file, allow_pickle=False) as stored:
        numbers = ("width", "intercept", "alarm_from", "letters_alarm_from")
        arrays = ("mean", "rarity", "dense", "weights", "evidence", "kinds", "letters", "gram_values")
        part = {name: stored[name].astype(np.float32) for name in arrays} | {
            name: float(stored[name]) for name in numbers
        }
        grams = scipy.sparse.csr_matrix(
            (part.pop("gram_values"), stored["gram_buckets"].astype(np.int32), stored["gram_starts"]),
            shape=(len(part["weights"]), BUCKETS),
        )
        of_machine = {name: part.pop(name) for name in ("dense", "weights", "width", "intercept")}
        machine = KernelMachine(grams=grams, **of_machine)
        return CrisisModel(
            made_for=str(stored["made_for"]),
            learnt_from=str(stored["learnt_from"]),
            machine=machine,
            **part,
        )


def write_model(model: CrisisModel, file: Path) -> None:
    """Mostly in half precision: scores change by less than 0.05."""
    machine = model.machine
    halves = {
        name: getattr(model, name).astype(np.float16) for name in ("mean", "rarity", "kinds", "letters")
    }
    np.savez_compressed(
        file,
        allow_pickle=False,
        made_for=model.made_for,
        learnt_from=model.learnt_from,
        dense=machine.dense.astype(np.float16),
        gram_values=machine.grams.data.astype(np.float16),
        gram_buckets=machine.grams.indices.astype(np.uint16),
        gram_starts=machine.grams.indptr,
        weights=machine.weights,
        width=machine.width,
        intercept=machine.intercept,
        evidence=model.evidence,
        alarm_from=model.alarm_from,
        letters_alarm_from=model.letters_alarm_from,
        **halves,
    )
