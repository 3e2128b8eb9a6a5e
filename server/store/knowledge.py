"""Knowledge entries in MongoDB: each change is one transaction with the revision that models watch."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, WriteConcern
from pymongo.errors import BulkWriteError
from pymongo.read_concern import ReadConcern

from server.domain.errors import Conflict
from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.store.client import Database
from server.store.cursors import newest_page
from server.store.revisions import raise_revision, revision
from server.use_cases.knowledge_ports import EntryQuery

Document = dict[str, Any]

INDEXES = {
    "knowledge": [
        IndexModel([("updated_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel([("status", ASCENDING)], name="status"),
    ],
}

_REVISION = "knowledge"
_DUPLICATE_KEY = 11_000
_BATCH = 500


def _document_of(entry: KnowledgeEntry) -> Document:
    document = asdict(entry) | {"status": entry.status.value}
    document["_id"] = document.pop("id")
    return document


def _entry_of(document: Document) -> KnowledgeEntry:
    fields = {key: value for key, value in document.items() if key != "_id"}
    return KnowledgeEntry(
        **fields | {"id": EntryId(document["_id"]), "status": EntryStatus(document["status"])}
    )


@dataclass(frozen=True, slots=True)
class KnowledgeStore:
    database: Database

    async def find(self, entry_id: EntryId) -> KnowledgeEntry | None:
        document = await self.database["knowledge"].find_one({"_id": entry_id})
        return _entry_of(document) if document else None

    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]:
        """In the order of ids, so that the same knowledge always looks the same."""
        found = self.database["knowledge"].find({"status": status.value} if status else {})
        return [_entry_of(one) for one in await found.sort("_id", ASCENDING).to_list(None)]

    async def page(
        self, query: EntryQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]:
        """Last changed first. A cursor that is not ours is a BadRequest."""
        page, next_cursor = await newest_page(
            self.database["knowledge"], _conditions(query), by="updated_at", limit=limit, cursor=cursor
        )
        return [_entry_of(one) for one in page], next_cursor

    async def revision(self) -> int:
        return await revision(self.database, _REVISION)

    async def save(self, *, new: Sequence[KnowledgeEntry], changed: Sequence[KnowledgeEntry]) -> None:
        """All or nothing. Raises Conflict as the use cases' port says."""
        if not new and not changed:
            return

        async def write(session: AsyncIOMotorClientSession) -> None:
            # First, so that two writers at once meet here and not in the middle of their work.
            await raise_revision(self.database, _REVISION, session=session)
            await self._write(new, changed, session)

        async with await self.database.client.start_session() as session:
            await session.with_transaction(
                write,
                read_concern=ReadConcern("majority"),
                write_concern=WriteConcern(w="majority", j=True),
            )

    async def _write(
        self,
        new: Sequence[KnowledgeEntry],
        changed: Sequence[KnowledgeEntry],
        session: AsyncIOMotorClientSession,
    ) -> None:
        collection = self.database["knowledge"]
        try:
            for some in _batches(new):
                await collection.insert_many([_document_of(entry) for entry in some], session=session)
            for some in _batches(changed):
                replacements = [
                    ReplaceOne({"_id": entry.id, "version": entry.version - 1}, _document_of(entry))
                    for entry in some
                ]
                result = await collection.bulk_write(replacements, session=session)
                if result.matched_count != len(some):
                    raise Conflict("an entry was changed at the same time")
        except BulkWriteError as error:
            failures = (error.details or {}).get("writeErrors", [])
            if any(failure.get("code") == _DUPLICATE_KEY for failure in failures):
                raise Conflict("an entry with this id exists") from error
            raise


def _batches(entries: Sequence[KnowledgeEntry]) -> Iterator[Sequence[KnowledgeEntry]]:
    """Each operation has the driver's time limit to itself."""
    for start in range(0, len(entries), _BATCH):
        yield entries[start : start + _BATCH]


def _conditions(query: EntryQuery) -> Document:
    conditions: Document = {}
    if query.status:
        conditions["status"] = query.status.value
    if query.language:
        conditions["language"] = query.language
    if query.category:
        conditions["category"] = query.category
    if query.tag:
        conditions["tags"] = query.tag
    if query.text:
        literal = {"$regex": re.escape(query.text), "$options": "i"}
        conditions["$or"] = [{"question": literal}, {"alternatives": literal}]
    return conditions
