"""The vectors of what past sessions asked: computed behind live questions, and kept in memory alone."""

from collections.abc import Sequence

import numpy as np

from matching.embedding import CachedEncoder, Encoder, FloatArray


class PastQuestions:
    """An encoder that knows the queries that it was given last: learning again computes the new ones only.

    What people have typed does not reach the disk: a cache behind `encoder` is passed by. What is not among
    the queries of the next call is forgotten, as where a session was erased.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder.uncached if isinstance(encoder, CachedEncoder) else encoder
        self._known: dict[str, FloatArray] = {}

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    def prepare(self, texts: Sequence[str]) -> None:
        """So many texts that they take long may come in parts, each known until the next `encode_queries`."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(missing, self._encoder.encode_queries(missing, keep=True), strict=True)

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:  # noqa: ARG002
        """Whatever `keep` says, it waits for live questions."""
        self.prepare(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._known[text]
        # Rows of this one array: rows of older ones would keep all of those.
        self._known = {text: vectors[row] for row, text in enumerate(texts)}
        return vectors

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self._encoder.encode_passages(texts, keep=keep)
