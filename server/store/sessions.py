"""Sessions in MongoDB: saved over the fence that was read, with a small cache for the hot path."""

from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCursor
from pymongo import DESCENDING, UpdateOne
from pymongo.errors import DuplicateKeyError

from server.domain.errors import NotFound
from server.domain.ids import AccountId, SessionId
from server.domain.queries import ConsultantReach, Glance, SessionQuery
from server.domain.rating import Rating
from server.domain.session import Receipt, Session, SessionStatus
from server.store.client import Database, Document
from server.store.cursors import newest_page
from server.store.receipts import ReceiptBook
from server.store.session_documents import (
    GLANCE_FIELDS,
    document_of,
    glance_of,
    rating_document,
    rating_of,
    session_of,
    state_document,
)
from server.store.slices import newest_first

CACHED_SESSIONS = 20_000
_A_BATCH = 50


@dataclass(slots=True)
class SessionStore:
    """`cached` may be old: whoever writes under it is stopped by the log's fence and reads again."""

    database: Database
    _cache: "OrderedDict[SessionId, Session]" = field(default_factory=OrderedDict)
    _receipts: ReceiptBook = field(init=False)

    def __post_init__(self) -> None:
        self._receipts = ReceiptBook(self.database)

    # -- one session -----------------------------------------------------------------------------------------

    async def insert(self, session: Session) -> bool:
        """False when the user already has an open session."""
        try:
            await self.database["sessions"].insert_one(document_of(session))
        except DuplicateKeyError:
            return False
        return True

    async def find(self, session_id: SessionId) -> Session | None:
        document = await self.database["sessions"].find_one({"_id": session_id})
        if document is None:
            return None
        # The caller may change what it gets, so the cache keeps a copy of its own.
        self._remember(self._session_of(document))
        return self._session_of(document)

    async def get(self, session_id: SessionId) -> Session:
        """Raises NotFound."""
        session = await self.find(session_id)
        if session is None:
            raise NotFound("no such session")
        return session

    async def cached(self, session_id: SessionId) -> Session:
        """As `get`, but a copy from this process will do. Callers must not change it."""
        session = self._cache.get(session_id)
        return session if session is not None else await self.get(session_id)

    def forget(self, session_id: SessionId) -> None:
        """It has changed elsewhere, or nobody here would hear if it did."""
        self._cache.pop(session_id, None)

    def forget_all(self) -> None:
        """Any may have changed elsewhere while nobody here heard of it."""
        self._cache.clear()

    async def many(self, session_ids: Iterable[SessionId]) -> list[Session]:
        """Those of these sessions that exist, in one query."""
        ids = list(session_ids)
        if not ids:
            return []
        found: list[Session] = []
        async for batch in _batches(self.database["sessions"].find({"_id": {"$in": ids}})):
            for document in batch:
                self._remember(self._session_of(document))
                found.append(self._session_of(document))
        return found

    async def fences(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]:
        cursor = self.database["sessions"].find({"_id": {"$in": list(session_ids)}}, {"fence": 1})
        return {SessionId(one["_id"]): one["fence"] for one in await cursor.to_list(None)}

    async def find_open_of(self, user_id: AccountId) -> Session | None:
        document = await self.database["sessions"].find_one({"user.id": user_id, "is_open": True})
        return self._session_of(document) if document else None

    async def save(self, session: Session, *, over_fence: int) -> bool:
        """False when somebody else has changed the session since it was read."""
        try:
            result = await self.database["sessions"].update_one(
                {"_id": session.id, "fence": over_fence}, {"$set": state_document(session)}
            )
        finally:
            self.forget(session.id)
        return result.matched_count == 1

    async def confirm_logged(self, session: Session) -> None:
        """Empties the outbox, whose contents now stand elsewhere, unless the session has moved on."""
        await self.database["sessions"].update_one(
            {"_id": session.id, "fence": session.fence},
            {"$set": {"pending": [], "has_pending": False, "unfiled": None}},
        )

    async def keep_last_seq(self, session_id: SessionId, last_seq: int) -> None:
        """Kept once a session has ended, so that lists need no look into the log."""
        await self._update(session_id, {"$max": {"last_seq": last_seq}})

    async def raise_receipt(self, session_id: SessionId, role: str, *, delivered: int, read: int) -> Receipt:
        """How far it is then. Stored by the next `write_receipts`. Raises NotFound."""
        session = await self.cached(session_id)
        return self._receipts.raise_receipt(session, role, delivered=delivered, read=read)

    def hear_receipt(self, session_id: SessionId, role: str, *, delivered: int, read: int) -> None:
        """Another process has told people of it: a copy here that knows less would let it go back."""
        session = self._cache.get(session_id)
        if session is not None:
            receipt = session.receipts[role]
            receipt.delivered = max(receipt.delivered, delivered)
            receipt.read = max(receipt.read, read)

    async def write_receipts(self) -> None:
        await self._receipts.write()

    async def set_tags(self, session_id: SessionId, tags: Sequence[str]) -> None:
        await self._update(session_id, {"$set": {"tags": list(tags)}})

    async def set_rating(self, session_id: SessionId, rating: Rating) -> Rating | None:
        """Returns the rating that this one replaces."""
        while True:
            before = await self.database["sessions"].find_one({"_id": session_id}, {"rating": 1})
            if before is None:
                return None
            result = await self.database["sessions"].update_one(
                {"_id": session_id, "rating": before["rating"]}, {"$set": {"rating": rating_document(rating)}}
            )
            self._cache.pop(session_id, None)
            if result.matched_count:
                return rating_of(before["rating"])

    async def raise_overtaken(self, counts: Mapping[SessionId, tuple[int, int]]) -> bool:
        """How often each of these waiting sessions has been passed by later ones: (as read, new).

        False when one of them has another count by now, or waits no more; some may have been raised then.
        """
        result = await self.database["sessions"].bulk_write(
            [
                UpdateOne(
                    {"_id": session_id, "status": "queued", "overtaken": read}, {"$set": {"overtaken": new}}
                )
                for session_id, (read, new) in counts.items()
            ]
        )
        for session_id in counts:
            self._cache.pop(session_id, None)
        return bool(result.matched_count == len(counts))

    async def _update(self, session_id: SessionId, change: dict[str, Any]) -> None:
        self._cache.pop(session_id, None)
        await self.database["sessions"].update_one({"_id": session_id}, change)
        self._cache.pop(session_id, None)

    # -- many sessions ---------------------------------------------------------------------------------------

    async def queued(self) -> list[Session]:
        """Everybody who waits, the most urgent and then the longest waiting first."""
        sessions = await self._read({"status": "queued"})
        return sorted(sessions, key=lambda one: (-one.priority, one.queued_at or one.created_at, one.id))

    async def offered(self) -> list[Session]:
        """The waiting sessions that somebody is being asked to take."""
        return [one for one in await self._read({"has_offer": True}) if one.offer is not None]

    async def open_with_any(self, consultant_ids: Iterable[AccountId]) -> list[Session]:
        """The sessions that are with any of these, the oldest assignment first."""
        ids = list(consultant_ids)
        found: list[Session] = []
        for start in range(0, len(ids), _A_BATCH):
            part = ids[start : start + _A_BATCH]
            who = part[0] if len(part) == 1 else {"$in": part}
            found += await self._read({"consultant.id": who, "is_open": True})
        return sorted(found, key=lambda one: one.assigned_at or one.created_at)

    async def open_of_any(self, user_ids: Iterable[AccountId]) -> list[Session]:
        """The sessions that any of these users has open."""
        ids = list(user_ids)
        found: list[Session] = []
        for start in range(0, len(ids), _A_BATCH):
            found += await self._read({"user.id": {"$in": ids[start : start + _A_BATCH]}, "is_open": True})
        return found

    async def in_status(self, *statuses: str) -> list[Session]:
        return await self._read({"status": {"$in": list(statuses)}})

    async def count_in(self, status: str) -> int:
        return await self.database["sessions"].count_documents({"status": status})

    async def glance(self, *statuses: str) -> list[Glance]:
        """The same sessions as `in_status`, by the fields that sweeps decide on."""
        cursor = self.database["sessions"].find({"status": {"$in": list(statuses)}}, GLANCE_FIELDS)
        return [glance_of(one) async for batch in _batches(cursor) for one in batch]

    async def _read(self, condition: dict[str, Any]) -> list[Session]:
        cursor = self.database["sessions"].find(condition)
        return [self._session_of(one) async for batch in _batches(cursor) for one in batch]

    async def with_pending(self) -> list[Session]:
        """Sessions whose last change may not have reached the log: a process died in between."""
        cursor = self.database["sessions"].find({"has_pending": True})
        return [self._session_of(one) for one in await cursor.to_list(None)]

    async def last_consultant_of(self, user_id: AccountId) -> AccountId | None:
        document = await self.database["sessions"].find_one(
            {"user.id": user_id, "consultant": {"$ne": None}},
            {"consultant": 1},
            sort=[("created_at", DESCENDING)],
        )
        return AccountId(document["consultant"]["id"]) if document else None

    async def last_rated(self, limit: int) -> list[Session]:
        """The newest ratings first."""
        found: list[Session] = []
        async for stretch in newest_first():
            part = self.database["sessions"].find({"rating.updated_at": stretch})
            newest = part.sort("rating.updated_at", DESCENDING).limit(limit - len(found))
            found += [self._session_of(one) for one in await newest.to_list(limit)]
            if len(found) >= limit:
                break
        return found

    async def count_since(self, since: datetime) -> dict[str, int]:
        """How many sessions began since then, and how many of them asked for a person."""
        asked = {"$cond": [{"$gt": ["$queued_at", None]}, 1, 0]}
        steps: list[dict[str, Any]] = [
            {"$match": {"created_at": {"$gte": since}}},
            {"$group": {"_id": None, "started": {"$sum": 1}, "asked": {"$sum": asked}}},
        ]
        found = await self.database["sessions"].aggregate(steps).to_list(1)
        return {
            "started": found[0]["started"] if found else 0,
            "asked_for_person": found[0]["asked"] if found else 0,
        }

    async def handle_seconds_since(self, since: datetime) -> list[tuple[datetime, float]]:
        """(ended at, assigned → ended in seconds) of the sessions that ended since then, oldest first."""
        cursor = self.database["sessions"].find(
            {"status": "ended", "ended_at": {"$gt": since}}, {"assigned_at": 1, "ended_at": 1}
        )
        ends = [
            (one["ended_at"], (one["ended_at"] - one["assigned_at"]).total_seconds())
            async for batch in _batches(cursor)
            for one in batch
            if one["assigned_at"] is not None
        ]
        return sorted(ends)

    async def move(self, from_account: AccountId, into_account: AccountId, *, name: str) -> None:
        """A visitor turned out to be a known user: their sessions become that user's.

        Where both have an open session, the visitor's stays theirs; it is the caller's to end it first.
        """
        documents = await self.database["sessions"].find({"user.id": from_account}).to_list(None)
        for document in documents:
            self._cache.pop(SessionId(document["_id"]), None)
            try:
                await self.database["sessions"].update_one(
                    {"_id": document["_id"]}, {"$set": {"user.id": into_account, "user.name": name}}
                )
            except DuplicateKeyError:
                continue

    async def page(
        self, query: SessionQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[Session], str | None]:
        """Newest first. The cursor is opaque; a forged one is a BadRequest."""
        page, next_cursor = await newest_page(
            self.database["sessions"],
            *_any_of(query),
            by="created_at",
            limit=limit,
            cursor=cursor,
            from_=query.from_,
            to=query.to,
            # Of one user, or not ended: an index leads to these.
            are_few=bool(query.user_id) or query.status not in {None, SessionStatus.ENDED},
        )
        return [self._session_of(one) for one in page], next_cursor

    def _session_of(self, document: dict[str, Any]) -> Session:
        return self._receipts.add_to(session_of(document))

    def _remember(self, session: Session) -> None:
        self._cache[session.id] = session
        self._cache.move_to_end(session.id)
        if len(self._cache) > CACHED_SESSIONS:
            self._cache.popitem(last=False)


async def _batches(cursor: AsyncIOMotorCursor[Document]) -> AsyncIterator[list[Document]]:
    """Small ones: decoding a thousand sessions at once would hold the event loop for tens of milliseconds."""
    cursor.batch_size(_A_BATCH)
    while batch := await cursor.to_list(_A_BATCH):
        yield batch


def _any_of(query: SessionQuery) -> list[dict[str, Any]]:
    asked = {
        "user.id": query.user_id,
        "status": query.status.value if query.status else None,
        "consultant.id": query.consultant_id,
        "tags": query.tag,
        "rating.score": query.rating,
    }
    conditions = {name: value for name, value in asked.items() if value}
    if query.reach is None:
        return [conditions]
    return [_both(conditions, one) for one in _reach(query.reach)]


def _both(conditions: dict[str, Any], reach: dict[str, Any]) -> dict[str, Any]:
    """Where both name a field with different values, no session has both."""
    return conditions | {
        name: {"$in": []} if conditions.get(name, value) != value else value for name, value in reach.items()
    }


def _reach(reach: ConsultantReach) -> list[dict[str, Any]]:
    own = {"consultant.id": reach.consultant_id}
    if reach.past_sessions == "own":
        return [own]
    open_ones = own | {"is_open": True}
    return [open_ones, {"is_open": False}] if reach.past_sessions == "all" else [open_ones]
