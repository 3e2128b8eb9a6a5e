"""Builds the large alternations by which words are recognised."""

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """One pattern of alternatives; gaps inside them must be bounded (`.{0,6}`), so that time stays linear."""
    return re.compile("|".join(alternatives))


def any_words_of(*alternatives: str) -> re.Pattern[str]:
    """As `any_of`, for alternatives that start and end at word boundaries."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b")
