"""Staff look through the knowledge."""

from dataclasses import dataclass

from server.domain.errors import NotFound
from server.domain.ids import EntryId
from server.domain.knowledge import KnowledgeEntry
from server.use_cases.knowledge_ports import EntryQuery, Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKnowledge:
    knowledge: Knowledge

    async def __call__(
        self, *, query: EntryQuery, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]:
        """A page, last changed first, and the cursor of the next one."""
        return await self.knowledge.page(query, limit=limit, cursor=cursor)

    async def one(self, entry_id: EntryId) -> KnowledgeEntry:
        """Raises NotFound."""
        entry = await self.knowledge.find(entry_id)
        if entry is None:
            raise NotFound("no such entry")
        return entry
