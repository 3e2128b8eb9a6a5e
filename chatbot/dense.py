"""Vectors of meaning, centred so that their cosines tell right from wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chatbot.language import Language
from matching.embedding import Encoder, unit_rows

FloatArray = npt.NDArray[np.float32]
Vectors = dict[str, FloatArray]

_BACKGROUND_WEIGHT = 20
ORDINARY: dict[Language, tuple[str, ...]] = {
    "zh": (
        "今天天气怎么样",
        "附近有什么好吃的餐厅",
        "帮我写一首诗",
        "这部电影讲了什么",
        "怎么去火车站",
        "孩子不爱吃蔬菜怎么办",
        "电脑开不了机",
        "明天股市会涨吗",
        "推荐几本好看的小说",
        "这道数学题怎么做",
        "养猫需要准备什么",
        "周末去哪里旅游比较好",
    ),
    "en": (
        "what is the weather like today",
        "any good restaurants nearby",
        "write me a poem",
        "what is this film about",
        "how do I get to the station",
        "my child does not eat vegetables",
        "the computer does not start",
        "will the stock market rise tomorrow",
        "recommend a few good novels",
        "how do I solve this equation",
        "what do I need to keep a cat",
        "where should we travel at the weekend",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Centre:
    """What all texts of one side and language have in common; models put much of every vector there."""

    means: dict[Language, FloatArray]

    def centred(self, vectors: FloatArray, languages: Sequence[Language]) -> FloatArray:
        """Unit rows of shape (n, d) after taking off the mean of each row's language."""
        if not len(vectors):
            return vectors
        return unit_rows(vectors - np.stack([self.means[language] for language in languages]))


def centre_of(
    vectors: FloatArray, languages: Sequence[Language], ordinary: dict[Language, FloatArray]
) -> Centre:
    """The mean a language, drawn towards the mean of ordinary sentences while there are few texts."""
    means: dict[Language, FloatArray] = {}
    for language, background in ordinary.items():
        mine = vectors[[row for row, its in enumerate(languages) if its == language]]
        total = mine.sum(axis=0) + _BACKGROUND_WEIGHT * background.mean(axis=0)
        means[language] = np.asarray(total / (len(mine) + _BACKGROUND_WEIGHT), dtype=np.float32)
    return Centre(means=means)


class StoredVectors:
    """Vectors of the knowledge base's texts; those of an earlier generation are taken over.

    What is only imagined (`is_stored` False) is not marked to be kept on disk: drafts are in users' words.
    """

    def __init__(
        self, encoder: Encoder, *, earlier: "StoredVectors | None" = None, is_stored: bool = True
    ) -> None:
        self._encoder = encoder
        self._is_stored = is_stored
        self._known_queries: Vectors = earlier.all_queries if earlier else {}
        self._known_passages: Vectors = earlier.all_passages if earlier else {}
        self.all_queries: Vectors = {}
        self.all_passages: Vectors = {}

    def queries(self, texts: Sequence[str]) -> FloatArray:
        """Float32 (n, dimensions), not centred."""
        return self._take(texts, self.all_queries, self._known_queries, self._encoder.encode_queries)

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Float32 (n, dimensions), not centred."""
        return self._take(texts, self.all_passages, self._known_passages, self._encoder.encode_passages)

    def ordinary_queries(self) -> dict[Language, FloatArray]:
        return {language: self.queries(texts) for language, texts in ORDINARY.items()}

    def ordinary_passages(self) -> dict[Language, FloatArray]:
        return {language: self.passages(texts) for language, texts in ORDINARY.items()}

    def forget_earlier(self) -> None:
        """Let go of the earlier generation, so that texts no longer used do not stay in memory."""
        self._known_queries, self._known_passages = {}, {}

    def _take(self, texts: Sequence[str], mine: Vectors, known: Vectors, encode: "_Encode") -> FloatArray:
        wanted = [text for text in dict.fromkeys(texts) if text not in mine]
        mine.update({text: known[text] for text in wanted if text in known})
        missing = [text for text in wanted if text not in known]
        if missing:
            mine.update(zip(missing, encode(missing, keep=self._is_stored), strict=True))
        if not texts:
            return np.zeros((0, self._encoder.dimensions), dtype=np.float32)
        return np.stack([mine[text] for text in texts])


class _Encode(Protocol):
    def __call__(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray: ...
