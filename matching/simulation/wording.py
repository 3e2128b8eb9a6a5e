"""Draws the words of a simulated world: topics have words of their own, most words say nothing of them."""

from dataclasses import dataclass

import numpy as np

_CONSONANTS = "bdfgklmnprstvz"
_VOWELS = "aeiou"
_WORDS_OF_TOPIC = 40
_COMMON_WORDS = 400
_SKEW = 0.8


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """`common` words, and those of each topic; the first ones of each are said most often."""

    common: tuple[str, ...]
    by_topic: tuple[tuple[str, ...], ...]

    def name_of(self, topic: int) -> str:
        """What a list of topics calls this one: its two most usual words."""
        return " ".join(self.by_topic[topic][:2])

    def text(self, topic: int, *, words: int, topical_share: float, rng: np.random.Generator) -> str:
        """So many words, each with the chance `topical_share` one of the topic."""
        said = [
            _usual_first(self.by_topic[topic] if is_topical else self.common, rng)
            for is_topical in rng.random(words) < topical_share
        ]
        return " ".join(said)


def draw_vocabulary(topics: int, rng: np.random.Generator) -> Vocabulary:
    """All words differ."""
    words: dict[str, None] = {}
    while len(words) < _COMMON_WORDS + topics * _WORDS_OF_TOPIC:
        words[_word(rng)] = None
    drawn = tuple(words)
    own = drawn[_COMMON_WORDS:]
    return Vocabulary(
        common=drawn[:_COMMON_WORDS],
        by_topic=tuple(
            own[topic * _WORDS_OF_TOPIC : (topic + 1) * _WORDS_OF_TOPIC] for topic in range(topics)
        ),
    )


def _usual_first(words: tuple[str, ...], rng: np.random.Generator) -> str:
    """By Zipf's law: the n-th word as often as n to the power of minus _SKEW."""
    place = len(words) * rng.random() ** (1.0 / (1.0 - _SKEW))
    return words[min(int(place), len(words) - 1)]


def _word(rng: np.random.Generator) -> str:
    syllables = rng.integers(2, 5)
    return "".join(
        _CONSONANTS[rng.integers(len(_CONSONANTS))] + _VOWELS[rng.integers(len(_VOWELS))]
        for _ in range(syllables)
    )
