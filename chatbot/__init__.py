"""The first-contact bot: answers from reviewed entries, knows how sure it is and when a person is needed.

The bot itself is `chatbot.responder.Bot`; what stands here is light to import.
"""

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

__all__ = [
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
