"""How a message sounds; beside its model, for those who carry it and need no numbers."""

from dataclasses import dataclass
from typing import Literal

SentimentLabel = Literal["negative", "neutral", "positive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """`probability` is that of `label`, 0 to 1. It judges the words, never the person."""

    label: SentimentLabel
    probability: float

    def is_negative(self, *, at_least: float) -> bool:
        return self.label == "negative" and self.probability >= at_least
