"""What the use cases around knowledge need from the outside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import EntryId, ImportId
from server.domain.knowledge import EntryStatus, KnowledgeEntry, KnowledgeImport


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuery:
    """All conditions hold together. `text` is looked for, literally, in questions and other wordings."""

    status: EntryStatus | None = None
    language: str | None = None
    category: str | None = None
    tag: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An entry as it was read, and what is to stand in its place: the next version."""

    before: KnowledgeEntry
    after: KnowledgeEntry


class Knowledge(Protocol):
    async def find(self, entry_id: EntryId) -> KnowledgeEntry | None: ...

    async def page(
        self, query: EntryQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]: ...

    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]: ...

    async def earlier(self, entry_id: EntryId, versions: Collection[int]) -> list[KnowledgeEntry]:
        """Versions that have been replaced, newest first; those that are not kept are left out."""
        ...

    async def save(
        self,
        *,
        new: Sequence[KnowledgeEntry],
        changed: Sequence[Replacement],
        imported: KnowledgeImport | None = None,
        undone: KnowledgeImport | None = None,
    ) -> None:
        """All or nothing, and the revision rises with it; what was replaced is kept as an earlier version.

        Raises Conflict when what a replacement stands on has changed in between, or when the id of a new one
        is taken. `imported` is filed with it, in the place of what was filed under its id; a Conflict with
        the reason `import_undone` as soon as somebody has begun to take that back. So is filed that `undone`
        is being, or with a time was, taken back; once it was, again would be such a Conflict.
        """
        ...

    async def revision(self) -> int:
        """Rises with every change."""
        ...


class Imports(Knowledge, Protocol):
    async def find_import(self, import_id: ImportId) -> KnowledgeImport | None: ...

    async def imports(self, *, limit: int, cursor: str | None) -> tuple[list[KnowledgeImport], str | None]:
        """Newest first."""
        ...

    async def unfinished_import(self, digest: str) -> KnowledgeImport | None:
        """One of this file that was cut short and not taken back."""
        ...

    async def undone_of_import(self, import_id: ImportId) -> int:
        """How many entries have been taken back, and not been changed since."""
        ...

    async def still_of_import(
        self, import_id: ImportId
    ) -> list[tuple[KnowledgeEntry, KnowledgeEntry | None]]:
        """Entries that nobody has changed since this import, each with what stood there before.

        That is None where the import made the entry.
        """
        ...
