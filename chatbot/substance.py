"""Says whether a message says something that could be learned."""

from chatbot.language import spoken_length
from chatbot.normalisation import EXAMINED_CHARACTERS, squeezed, words
from chatbot.small_talk import find_small_talk

_FEWEST_SPOKEN = 6
_ASKS = ("?", "？", "吗", "呢", "么")


def says_something(text: str) -> bool:
    """Neither a greeting nor just a few words."""
    examined = text[:EXAMINED_CHARACTERS].strip()
    if spoken_length(examined) < _FEWEST_SPOKEN:
        return False
    return find_small_talk(squeezed(examined), words(examined)) is None


def is_substantial(text: str) -> bool:
    """Says something, and is no question: a reply that may hold an answer."""
    return says_something(text) and not text[:EXAMINED_CHARACTERS].strip().endswith(_ASKS)
