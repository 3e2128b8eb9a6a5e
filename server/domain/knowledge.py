"""One thing that the bot knows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.domain.ids import EntryId


class EntryStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(slots=True, kw_only=True)
class KnowledgeEntry:
    """`version` rises with every edit; an edit that names an older one is a conflict."""

    id: EntryId
    question: str
    answer: str
    alternatives: list[str] = field(default_factory=list)
    category: str = ""
    language: str = "zh"
    tags: list[str] = field(default_factory=list)
    status: EntryStatus = EntryStatus.PUBLISHED
    version: int = 1
    updated_at: datetime
    updated_by: str = ""
