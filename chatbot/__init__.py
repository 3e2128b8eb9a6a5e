"""The first-contact bot: answers from reviewed entries, knows how sure it is and when a person is needed."""

from chatbot.knowledge import Entry
from chatbot.language import Language, detect_language
from chatbot.replies import (
    Decision,
    EmergencyNumbers,
    RankedEntry,
    Reply,
    SearchResult,
    Suggestion,
)
from chatbot.responder import Bot

__all__ = [
    "Bot",
    "Decision",
    "EmergencyNumbers",
    "Entry",
    "Language",
    "RankedEntry",
    "Reply",
    "SearchResult",
    "Suggestion",
    "detect_language",
]
