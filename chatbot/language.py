"""Says whether a message is Chinese or English."""

import re
from typing import Literal

from chatbot.normalisation import EXAMINED_CHARACTERS

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f]{1,40}")
_LETTERS_THAT_PROVE_ENGLISH = 4


def detect_language(text: str, *, fallback: Language) -> Language:
    """The language of one message; emoji, numbers, other scripts and very short Latin words say nothing.

    One Chinese character counts as much as one Latin word: `iPhone 怎么退款` is Chinese.
    """
    examined = text[:EXAMINED_CHARACTERS]
    chinese = len(_CHINESE.findall(examined))
    latin = _LATIN_WORD.findall(examined)
    if chinese and chinese >= len(latin):
        return "zh"
    if sum(map(len, latin)) >= _LETTERS_THAT_PROVE_ENGLISH:
        return "en"
    return fallback


def spoken_length(text: str) -> int:
    """Chinese characters plus twice the other words: about equal for one thought in either language."""
    examined = text[:EXAMINED_CHARACTERS]
    return len(_CHINESE.findall(examined)) + 2 * len(_LATIN_WORD.findall(examined))
