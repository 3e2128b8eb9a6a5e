"""A knowledge entry as JSON."""

from typing import Literal

from typing_extensions import TypedDict

from server.domain.knowledge import KnowledgeEntry
from server.domain.times import rfc3339


class EntryJson(TypedDict):
    id: str
    question: str
    alternatives: list[str]
    answer: str
    category: str
    language: str
    tags: list[str]
    status: Literal["draft", "published", "archived"]
    version: int
    updated_at: str


def entry_json(entry: KnowledgeEntry) -> EntryJson:
    return {
        "id": entry.id,
        "question": entry.question,
        "alternatives": list(entry.alternatives),
        "answer": entry.answer,
        "category": entry.category,
        "language": entry.language,
        "tags": list(entry.tags),
        "status": entry.status.value,
        "version": entry.version,
        "updated_at": rfc3339(entry.updated_at),
    }
