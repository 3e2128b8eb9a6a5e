"""Consultants in MongoDB: profiles, what they chose as presence, and the slots that their sessions take.

A slot is taken before a session is given and freed after it is taken away, so a crash in between can only
waste a slot for a moment (`CheckSlots` finds it), never exceed a capacity. `slot_fences` has for each the
highest fence of the session over which anybody who took it is going to give. Whoever finds the session
elsewhere, under a later fence, knows that all of them are too late, and may free the slot.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from server.domain.errors import NotFound
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant, NewSessionRate, PresenceStatus
from server.store.client import Database
from server.store.revisions import raise_revision, revision

Document = dict[str, Any]

_TRIES = 3
_REVISION = "profiles"

INDEXES = {"consultants": [IndexModel([("is_active", ASCENDING), ("name", ASCENDING)], name="active")]}

_SLOT_FIELDS = {"open_sessions": 1, "capacity": 1, "session_capacity": 1, "given_at": 1}
_A_MINUTE = timedelta(minutes=1)
_MOST_COUNTED = 100

_FIELDS = frozenset(field.name for field in fields(Consultant))

_A_BATCH = 100
"""Decoding all consultants at once would hold the event loop."""

_PROFILE_FIELDS = (
    "name",
    "title",
    "bio",
    "skills",
    "languages",
    "specialty",
    "price_class",
    "avatar",
    "capacity",
    "is_active",
)


def _consultant_of(document: Document) -> Consultant:
    known = {key: value for key, value in document.items() if key in _FIELDS}
    known["capacity"] = document.get("session_capacity") or document["capacity"]
    return Consultant(**(known | {"id": document["_id"], "status": PresenceStatus(document["status"])}))


def _taking(session_id: SessionId, fence: int) -> Document:
    return {"$addToSet": {"open_sessions": session_id}, "$max": {f"slot_fences.{session_id}": fence}}


@dataclass(frozen=True, slots=True)
class ConsultantStore:
    database: Database

    # -- profiles --------------------------------------------------------------------------------------------

    async def insert(self, consultant: Consultant) -> None:
        document = asdict(consultant) | {"status": consultant.status.value}
        document["_id"] = document.pop("id")
        await self.database["consultants"].insert_one(document)
        await raise_revision(self.database, _REVISION)

    async def find(self, consultant_id: AccountId) -> Consultant | None:
        document = await self.database["consultants"].find_one({"_id": consultant_id})
        return _consultant_of(document) if document else None

    async def get(self, consultant_id: AccountId) -> Consultant:
        """Raises NotFound."""
        consultant = await self.find(consultant_id)
        if consultant is None:
            raise NotFound("no such consultant")
        return consultant

    async def of(self, consultant_ids: Iterable[AccountId]) -> dict[AccountId, Consultant]:
        """Those of them that there are."""
        cursor = self.database["consultants"].find({"_id": {"$in": list(consultant_ids)}})
        return {one["_id"]: _consultant_of(one) for one in await cursor.to_list(None)}

    async def all(self, *, active_only: bool = True) -> list[Consultant]:
        cursor = self.database["consultants"].find({"is_active": True} if active_only else {})
        cursor.sort("name", ASCENDING).batch_size(_A_BATCH)
        found: list[Consultant] = []
        while batch := await cursor.to_list(_A_BATCH):
            found += [_consultant_of(one) for one in batch]
        return found

    async def named(self, text: str, limit: int) -> list[Consultant]:
        """Active consultants whose name or title contains `text`, read literally."""
        pattern = {"$regex": re.escape(text), "$options": "i"}
        cursor = self.database["consultants"].find(
            {"is_active": True, "$or": [{"name": pattern}, {"title": pattern}]}
        )
        return [_consultant_of(one) for one in await cursor.limit(limit).to_list(limit)]

    async def save_profile(self, consultant: Consultant) -> None:
        """A changed capacity replaces what the consultant had chosen for the day."""
        document = asdict(consultant)
        await self._update(
            consultant.id,
            {"$set": {name: document[name] for name in _PROFILE_FIELDS} | {"session_capacity": None}},
        )
        await raise_revision(self.database, _REVISION)

    async def revision(self) -> int:
        """Rises after each change of a profile, but not if the process dies in between."""
        return await revision(self.database, _REVISION)

    # -- presence and slots ----------------------------------------------------------------------------------

    async def set_presence(
        self, consultant_id: AccountId, status: PresenceStatus, *, capacity: int | None = None
    ) -> Consultant:
        change: Document = {"status": status.value}
        if capacity is not None:
            change["session_capacity"] = capacity
        return await self._update(consultant_id, {"$set": change})

    async def slots_taken(self) -> set[tuple[AccountId, SessionId]]:
        """Every reserved place: whose, and for which session."""
        cursor = self.database["consultants"].find(
            {"open_sessions.0": {"$exists": True}}, {"open_sessions": 1}
        )
        cursor.batch_size(_A_BATCH)
        taken: set[tuple[AccountId, SessionId]] = set()
        while batch := await cursor.to_list(_A_BATCH):
            taken |= {(one["_id"], session_id) for one in batch for session_id in one["open_sessions"]}
        return taken

    async def take_slot(
        self,
        consultant_id: AccountId,
        session_id: SessionId,
        *,
        fence: int,
        rate: NewSessionRate | None = None,
    ) -> bool:
        """For giving the session over its `fence`, in one atomic step. May be there already.

        False when there is no room, or the consultant doesn't take sessions now, or not so many at once.
        """
        for _ in range(_TRIES):
            seen = await self.database["consultants"].find_one({"_id": consultant_id}, _SLOT_FIELDS)
            if seen is None:
                return False
            room = seen.get("session_capacity") or seen["capacity"]
            # There is room as long as the list has no last place; an `$expr` about its size would make the
            # embedded database read the whole collection.
            condition: Document = {
                "_id": consultant_id,
                "is_active": True,
                "status": PresenceStatus.ONLINE.value,
                "capacity": seen["capacity"],
                "session_capacity": seen.get("session_capacity"),
            }
            is_there = session_id in seen["open_sessions"]
            if is_there:
                condition["open_sessions"] = session_id
            else:
                condition[f"open_sessions.{max(room, 1) - 1}"] = {"$exists": False}
            change = _taking(session_id, fence)
            if rate is not None and not is_there:
                before = seen.get("given_at") or []
                lately = [one for one in before if one > rate.now - _A_MINUTE]
                if rate.is_limit and len(lately) >= rate.per_minute:
                    return False
                # Only as read: of two who count at the same time, one has to count again.
                condition["given_at"] = seen.get("given_at")
                change["$set"] = {"given_at": [*lately[-_MOST_COUNTED:], rate.now]}
            result = await self.database["consultants"].update_one(condition, change)
            if result.matched_count == 1:
                return True
            if len(seen["open_sessions"]) >= room and not is_there:
                return False
        return False

    async def restore_slot(self, consultant_id: AccountId, session_id: SessionId, *, fence: int) -> None:
        """For a session that the consultant has already, at this fence: whether or not there is room."""
        await self.database["consultants"].update_one({"_id": consultant_id}, _taking(session_id, fence))

    async def free_slot(
        self, consultant_id: AccountId, session_id: SessionId, *, now: datetime, fence: int | None
    ) -> bool:
        """Whether it was there and is free now; not if it was taken for giving over `fence` or a later one.

        None frees it in any case.
        """
        condition: Document = {"_id": consultant_id, "open_sessions": session_id}
        if fence is not None:
            # Not `$lt`: slots that were taken before there were fences have none.
            condition[f"slot_fences.{session_id}"] = {"$not": {"$gte": fence}}
        change: Document = {
            "$pull": {"open_sessions": session_id},
            "$unset": {f"slot_fences.{session_id}": ""},
            "$set": {"free_since": now},
        }
        result = await self.database["consultants"].update_one(condition, change)
        return result.matched_count == 1

    async def count_rating(self, consultant_id: AccountId, *, sessions: int, score: int) -> None:
        """Adds to (or, changing a rating, shifts) the sums that the average is made of."""
        await self.database["consultants"].update_one(
            {"_id": consultant_id}, {"$inc": {"rating_count": sessions, "rating_sum": score}}
        )

    async def _update(self, consultant_id: AccountId, change: Document) -> Consultant:
        # Not `find_one_and_update`: for that the embedded database reads the whole collection.
        await self.database["consultants"].update_one({"_id": consultant_id}, change)
        return await self.get(consultant_id)
