"""What the use cases around knowledge need from the outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus, KnowledgeEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryQuery:
    """All conditions hold together. `text` is looked for, literally, in questions and other wordings."""

    status: EntryStatus | None = None
    language: str | None = None
    category: str | None = None
    tag: str | None = None
    text: str | None = None


class Knowledge(Protocol):
    async def find(self, entry_id: EntryId) -> KnowledgeEntry | None: ...

    async def page(
        self, query: EntryQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]: ...

    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]: ...

    async def save(self, *, new: Sequence[KnowledgeEntry], changed: Sequence[KnowledgeEntry]) -> None:
        """All or nothing, and the revision rises with it.

        A changed entry replaces the stored one of the version before; raises Conflict when that has changed
        in between, or when the id of a new one is taken.
        """
        ...

    async def revision(self) -> int:
        """Rises with every change."""
        ...
