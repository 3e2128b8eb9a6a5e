"""Says what a question is about: the category of the entries that are most like it."""

from collections.abc import Sequence

import numpy as np

from chatbot.knowledge import Entry

_LOOKED_AT = 8
_SHARPNESS = 12.0
"""As for suggestions: an entry that scores 0.06 less counts half."""

LEAST_SHARE = 0.6
LEAST_CONFIDENCE = 0.2


def topic_of(ranked: Sequence[tuple[Entry, float]], *, confidence: float) -> str:
    """The category that most of the nearest entries share, empty where they differ or none is near.

    `ranked` is best first with scores (0 to 1). `confidence` (0 to 1) is that the best one is right: what the
    knowledge knows nothing about gets no topic.
    """
    if confidence < LEAST_CONFIDENCE or not ranked:
        return ""
    shares: dict[str, float] = {}
    ceiling = ranked[0][1]
    for entry, score in ranked[:_LOOKED_AT]:
        weight = float(np.exp(-_SHARPNESS * (ceiling - score)))
        shares[entry.category.strip()] = shares.get(entry.category.strip(), 0.0) + weight
    best = max(shares, key=lambda category: shares[category])
    return best if shares[best] >= LEAST_SHARE * sum(shares.values()) else ""
