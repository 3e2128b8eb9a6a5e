"""Knowledge entries in MongoDB: each change is one transaction with the revision that models watch."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, WriteConcern
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from server.domain.errors import Conflict
from server.domain.ids import EntryId, ImportId
from server.domain.knowledge import ChangeKind, EntryStatus, KnowledgeEntry, KnowledgeImport
from server.store.client import Database
from server.store.cursors import newest_page
from server.store.knowledge_documents import (
    document_of,
    earlier_document_of,
    entry_of,
    import_document_of,
    import_of,
    place_of,
)
from server.store.knowledge_mirror import REVISION, KnowledgeMirror
from server.store.revisions import raise_revision, revision
from server.use_cases.knowledge_ports import EntryQuery, Replacement

Document = dict[str, Any]
Item = TypeVar("Item")

INDEXES = {
    "knowledge": [
        IndexModel([("revision", ASCENDING)], name="of_revision"),
        IndexModel([("change.import_id", ASCENDING)], name="of_import"),
    ],
    "knowledge_versions": [],
    "knowledge_imports": [IndexModel([("at", DESCENDING), ("_id", DESCENDING)], name="newest")],
}

_NOT_TAKEN_BACK: Document = {"undone_at": None, "is_being_undone": {"$ne": True}}
_DUPLICATE_KEY = 11_000
_NEW_AT_ONCE = 500
_CHANGED_AT_ONCE = 100
"""Each takes the embedded database 4 ms, ten times as long as a new one."""
_READ_AT_ONCE = 1_000
_KEYS_AT_ONCE = 100
"""The embedded database takes the square of this many keys that it finds."""


@dataclass(slots=True)
class KnowledgeStore:
    """Lists are answered from memory; single entries and all changes go to the database."""

    database: Database
    _mirror: KnowledgeMirror = field(init=False)

    def __post_init__(self) -> None:
        self._mirror = KnowledgeMirror(self.database)

    async def find(self, entry_id: EntryId) -> KnowledgeEntry | None:
        document = await self.database["knowledge"].find_one({"_id": entry_id})
        return entry_of(document) if document else None

    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]:
        """In the order of ids, so that the same knowledge always looks the same."""
        return await self._mirror.all(status=status)

    async def page(
        self, query: EntryQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[KnowledgeEntry], str | None]:
        """Last changed first. A cursor that is not ours is a BadRequest."""
        return await self._mirror.page(query, limit=limit, cursor=cursor)

    async def revision(self) -> int:
        return await revision(self.database, REVISION)

    async def earlier(self, entry_id: EntryId, versions: Collection[int]) -> list[KnowledgeEntry]:
        """Newest first; those that are not kept are left out."""
        found = await self._by_places([place_of(entry_id, version) for version in versions])
        return sorted(found.values(), key=lambda one: -one.version)

    async def find_import(self, import_id: ImportId) -> KnowledgeImport | None:
        document = await self.database["knowledge_imports"].find_one({"_id": import_id})
        return import_of(document) if document else None

    async def imports(self, *, limit: int, cursor: str | None) -> tuple[list[KnowledgeImport], str | None]:
        """Newest first. A cursor that is not ours is a BadRequest."""
        page, next_cursor = await newest_page(
            self.database["knowledge_imports"], {}, by="at", limit=limit, cursor=cursor
        )
        return [import_of(one) for one in page], next_cursor

    async def unfinished_import(self, digest: str) -> KnowledgeImport | None:
        document = await self.database["knowledge_imports"].find_one(
            {"is_complete": False, "digest": digest} | _NOT_TAKEN_BACK
        )
        return import_of(document) if document else None

    async def undone_of_import(self, import_id: ImportId) -> int:
        return await self.database["knowledge"].count_documents(
            {"change.import_id": import_id, "change.kind": ChangeKind.IMPORT_UNDONE.value}
        )

    async def still_of_import(
        self, import_id: ImportId
    ) -> list[tuple[KnowledgeEntry, KnowledgeEntry | None]]:
        """Entries that nobody has changed since this import, each with what stood there before."""
        stored = self.database["knowledge"].find(
            {"change.import_id": import_id, "change.kind": ChangeKind.IMPORTED.value}
        )
        entries: list[KnowledgeEntry] = []
        while some := await stored.to_list(_READ_AT_ONCE):
            entries += map(entry_of, some)
        before = await self._by_places(
            [place_of(one.id, one.version - 1) for one in entries if one.version > 1]
        )
        return [(one, before.get(place_of(one.id, one.version - 1))) for one in entries]

    async def save(
        self,
        *,
        new: Sequence[KnowledgeEntry],
        changed: Sequence[Replacement],
        imported: KnowledgeImport | None = None,
        undone: KnowledgeImport | None = None,
    ) -> None:
        """All or nothing. Raises Conflict as the use cases' port says."""
        if not (new or changed or imported or undone):
            return

        async def write(session: AsyncIOMotorClientSession) -> None:
            # First, so that two writers at once meet here and not in the middle of their work.
            number = await raise_revision(self.database, REVISION, session=session)
            if undone is not None:
                await self._mark_undone(undone, session)
            if imported is not None:
                await self._file(imported, session)
            await self._write(new, changed, number, session)

        async with await self.database.client.start_session() as session:
            await session.with_transaction(
                write,
                read_concern=ReadConcern("majority"),
                write_concern=WriteConcern(w="majority", j=True),
            )

    async def _file(self, imported: KnowledgeImport, session: AsyncIOMotorClientSession) -> None:
        try:
            await self.database["knowledge_imports"].replace_one(
                {"_id": imported.id} | _NOT_TAKEN_BACK,
                import_document_of(imported),
                upsert=True,
                session=session,
            )
        except DuplicateKeyError as error:
            message = "this import has been undone meanwhile"
            raise Conflict(message, details={"reason": "import_undone"}) from error

    async def _mark_undone(self, undone: KnowledgeImport, session: AsyncIOMotorClientSession) -> None:
        mark = {
            "is_being_undone": True,
            "undone_at": undone.undone_at,
            "undone_by_name": undone.undone_by_name,
        }
        marked = await self.database["knowledge_imports"].update_one(
            {"_id": undone.id, "undone_at": None}, {"$set": mark}, session=session
        )
        if not marked.matched_count:
            raise Conflict("this import is undone already", details={"reason": "import_undone"})

    async def _write(
        self,
        new: Sequence[KnowledgeEntry],
        changed: Sequence[Replacement],
        revision: int,
        session: AsyncIOMotorClientSession,
    ) -> None:
        mark = {"revision": revision}
        entries, versions = self.database["knowledge"], self.database["knowledge_versions"]
        try:
            for fresh in _batches(new, _NEW_AT_ONCE):
                await entries.insert_many([document_of(entry) | mark for entry in fresh], session=session)
            for some in _batches(changed, _CHANGED_AT_ONCE):
                replacements = [
                    ReplaceOne(
                        {"_id": one.after.id, "version": one.before.version}, document_of(one.after) | mark
                    )
                    for one in some
                ]
                result = await entries.bulk_write(replacements, session=session)
                if result.matched_count != len(some):
                    raise Conflict("an entry was changed at the same time")
                await versions.insert_many([earlier_document_of(one.before) for one in some], session=session)
        except BulkWriteError as error:
            failures = (error.details or {}).get("writeErrors", [])
            if any(failure.get("code") == _DUPLICATE_KEY for failure in failures):
                raise Conflict("an entry with this id exists") from error
            raise

    async def _by_places(self, places: Sequence[str]) -> dict[str, KnowledgeEntry]:
        found: list[Document] = []
        for some in _batches(places, _KEYS_AT_ONCE):
            found += (
                await self.database["knowledge_versions"].find({"_id": {"$in": list(some)}}).to_list(None)
            )
        return {one["_id"]: entry_of(one["entry"]) for one in found}


def _batches(items: Sequence[Item], count: int) -> Iterator[Sequence[Item]]:
    """Each operation has the driver's time limit to itself."""
    for start in range(0, len(items), count):
        yield items[start : start + count]
