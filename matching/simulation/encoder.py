"""Stands for the embedding model in a simulated world: every text there has a vector drawn for it."""

from collections.abc import Mapping, Sequence

import numpy as np

from matching.embedding import FloatArray
from matching.everyday_questions import EVERYDAY_QUESTIONS


class WorldEncoder:
    """An `Encoder` of one world's texts, where everyday questions point nowhere; others raise KeyError."""

    def __init__(self, vectors: Mapping[str, FloatArray], *, dimensions: int) -> None:
        nowhere = np.zeros(dimensions, dtype=np.float32)
        self._vectors = {**dict.fromkeys(EVERYDAY_QUESTIONS, nowhere), **vectors}
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        return "simulated"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        del keep
        rows = [self._vectors[text] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self._dimensions)

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        return self.encode_queries(texts, keep=keep)
