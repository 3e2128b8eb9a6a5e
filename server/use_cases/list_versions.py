"""Staff look at what an entry said before, who changed it, and when."""

from dataclasses import dataclass

from server.domain.errors import BadRequest, NotFound
from server.domain.ids import EntryId
from server.domain.knowledge import Difference, KnowledgeEntry, differences
from server.use_cases.knowledge_ports import Knowledge

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryVersion:
    """`differences` are those from the version before; None where that one is not kept."""

    entry: KnowledgeEntry
    differences: tuple[Difference, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListVersions:
    knowledge: Knowledge

    async def __call__(
        self, *, entry_id: EntryId, limit: int, cursor: str | None
    ) -> tuple[list[EntryVersion], str | None]:
        """A page, newest first, with the one that stands; at most 50. Raises NotFound and BadRequest.

        The cursor is the version before which the next page begins.
        """
        current = await self.knowledge.find(entry_id)
        if current is None:
            raise NotFound("no such entry")
        below = min(_version_of(cursor), current.version + 1) if cursor else current.version + 1
        count = min(limit, MOST_VERSIONS)
        # One more than shown: the oldest shown is compared with it.
        wanted = [number for number in range(below - 1, below - 2 - count, -1) if number > 0]
        earlier = await self.knowledge.earlier(
            entry_id, [number for number in wanted if number != current.version]
        )
        known = {one.version: one for one in (current, *earlier)}
        shown = [known[number] for number in wanted[:count] if number in known]
        page = [EntryVersion(entry=one, differences=_since(known.get(one.version - 1), one)) for one in shown]
        has_more = len(wanted) > count and wanted[count] in known
        return page, str(wanted[count - 1]) if has_more else None


def _since(before: KnowledgeEntry | None, after: KnowledgeEntry) -> tuple[Difference, ...] | None:
    if before is None and after.version > 1:
        return None
    return differences(before, after)


def _version_of(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:  # noqa: PLR2004  no entry has more
        raise BadRequest("the cursor is not one of ours")
    return int(cursor)
