"""One thing that the bot knows, and how each of its versions came about."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.domain.ids import EntryId, ImportId


class EntryStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class ChangeKind(StrEnum):
    CREATED = "created"
    EDITED = "edited"
    ARCHIVED = "archived"
    RESTORED = "restored"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """How a version came about.

    `editor_name` as it was then. `restored_version` is the earlier version whose words came back. `import_id`
    is the import that wrote this version, or whose undoing did.
    """

    kind: ChangeKind
    editor_name: str = ""
    restored_version: int | None = None
    import_id: ImportId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeEntry:
    """`version` rises by one with every edit; an edit that names an older one is a conflict.

    `updated_at`, `updated_by` and `change` say when, by whom and how this version was made.
    """

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
    change: EntryChange = EntryChange(kind=ChangeKind.CREATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeImport:
    """A file that was brought in: what it has done, and whether that was taken back.

    A large file goes in in parts; `is_complete` says that the last one is in. `digest` names the file, so
    that an import that was cut short is gone on with, unless somebody has begun to take it back
    (`is_being_undone`): then no further part goes in.
    """

    id: ImportId
    at: datetime
    editor_id: str
    editor_name: str
    created: int
    updated: int
    unchanged: int
    digest: str = ""
    is_complete: bool = True
    is_being_undone: bool = False
    undone_at: datetime | None = None
    undone_by_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that two versions don't share. `before` is None where there was no version before."""

    field: str
    before: str | tuple[str, ...] | None
    after: str | tuple[str, ...]


_FIELDS = ("question", "alternatives", "answer", "category", "language", "tags", "status")


def differences(before: KnowledgeEntry | None, after: KnowledgeEntry) -> tuple[Difference, ...]:
    """What an editor changed between two versions, in the order of the form; else what was given."""
    found = []
    for name in _FIELDS:
        old = None if before is None else _shown(getattr(before, name))
        new = _shown(getattr(after, name))
        if old != new and (before is not None or new):
            found.append(Difference(field=name, before=old, after=new))
    return tuple(found)


def _shown(value: str | list[str]) -> str | tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else str(value)
