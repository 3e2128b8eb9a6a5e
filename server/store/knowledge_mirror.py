"""All knowledge in memory, kept current by reading only what has changed since the last look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.store.client import Database
from server.store.cursors import read_cursor, write_cursor
from server.store.knowledge_documents import entry_of
from server.use_cases.knowledge_ports import EntryQuery

Document = dict[str, Any]
Place = tuple[int, str]

REVISION = "knowledge"

_READ_AT_ONCE = 1_000
_THREAD_FROM = 2_000
"""Searching this many texts is left to a thread: everybody else is served meanwhile."""


@dataclass(slots=True)
class KnowledgeMirror:
    """Every entry carries the revision that wrote it, so one look through an index finds the news.

    Every database reads all entries for a search inside of texts; the embedded one does so for a sorted page
    too. `epoch` tells a database that was made anew from one that has gone on.
    """

    database: Database
    _entries: dict[EntryId, KnowledgeEntry] = field(default_factory=dict)
    _newest: list[KnowledgeEntry] = field(default_factory=list)
    _seen: int = -1
    _epoch: str = ""
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]:
        """In the order of ids."""
        await self._look()
        chosen = [one for one in self._entries.values() if status is None or one.status is status]
        return sorted(chosen, key=lambda one: one.id)

    async def page(
        self, query: EntryQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]:
        """Last changed first. A cursor that is not ours is a BadRequest."""
        after = read_cursor(cursor) if cursor else None
        await self._look()
        entries, fits = self._newest, _condition(query)
        if query.text and len(entries) >= _THREAD_FROM:
            found = await asyncio.to_thread(_first, entries, fits, after, limit + 1)
        else:
            found = _first(entries, fits, after, limit + 1)
        page = found[:limit]
        return page, write_cursor(*_place(page[-1])) if len(found) > limit else None

    async def _look(self) -> None:
        async with self._looking:
            stored = await self.database["revisions"].find_one({"_id": REVISION})
            # Read before the entries: what is written in between is then read once more, never missed.
            revision, epoch = (stored["number"], stored.get("epoch", "")) if stored else (0, "")
            if (revision, epoch) == (self._seen, self._epoch):
                return
            has_gone_on = epoch == self._epoch and 0 <= self._seen < revision
            entries = dict(self._entries) if has_gone_on else {}
            news = self.database["knowledge"].find({"revision": {"$gt": self._seen}} if has_gone_on else {})
            while some := await news.to_list(_READ_AT_ONCE):
                entries |= {EntryId(one["_id"]): entry_of(one) for one in some}
            self._newest = sorted(entries.values(), key=_place, reverse=True)
            self._entries, self._seen, self._epoch = entries, revision, epoch


def _first(
    entries: list[KnowledgeEntry], fits: Callable[[KnowledgeEntry], bool], after: Place | None, count: int
) -> list[KnowledgeEntry]:
    found: list[KnowledgeEntry] = []
    for entry in entries:
        if (after is None or _place(entry) < after) and fits(entry):
            found.append(entry)
            if len(found) == count:
                break
    return found


def _place(entry: KnowledgeEntry) -> Place:
    """Milliseconds and id: the order of the list, and what a cursor holds."""
    return round(entry.updated_at.timestamp() * 1000), entry.id


def _condition(query: EntryQuery) -> Callable[[KnowledgeEntry], bool]:
    wanted = query.text.casefold() if query.text else None

    def fits(entry: KnowledgeEntry) -> bool:
        return (
            (query.status is None or entry.status is query.status)
            and (not query.language or entry.language == query.language)
            and (not query.category or entry.category == query.category)
            and (not query.tag or query.tag in entry.tags)
            and (
                wanted is None
                or any(wanted in text.casefold() for text in (entry.question, *entry.alternatives))
            )
        )

    return fits
