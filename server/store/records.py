"""What is written once about a session: notes of staff, explanations of assignments, feedback on the bot."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from server.domain.ids import AccountId, EntryId, SessionId
from server.domain.message import Sender, SenderRole
from server.domain.note import Note
from server.domain.trust import Votes
from server.store.client import Database

Document = dict[str, Any]

_MOST_VOTES = 2_000

INDEXES = {
    "notes": [
        IndexModel([("session_id", ASCENDING), ("created_at", ASCENDING)], name="of_session"),
        IndexModel(
            [("session_id", ASCENDING), ("author.id", ASCENDING), ("cmid", ASCENDING)],
            name="sent_once",
            unique=True,
        ),
    ],
    "assignments": [
        IndexModel([("session_id", ASCENDING), ("fence", DESCENDING)], name="one_a_fence", unique=True)
    ],
    "bot_feedback": [
        IndexModel([("session_id", ASCENDING), ("seq", ASCENDING)], name="one_an_answer", unique=True),
        IndexModel([("answered_with", ASCENDING), ("at", DESCENDING)], name="on_entry"),
    ],
}


def _note_of(document: Document) -> Note:
    author = document["author"]
    return Note(
        id=document["_id"],
        session_id=SessionId(document["session_id"]),
        after_seq=document["after_seq"],
        cmid=document["cmid"],
        author=Sender(SenderRole(author["role"]), author["id"], author["name"]),
        text=document["body"]["text"],
        created_at=document["created_at"],
    )


@dataclass(frozen=True, slots=True)
class NoteStore:
    database: Database

    async def add(self, note: Note) -> tuple[Note, bool]:
        """The stored note and whether it is new: the same cmid again returns the first one."""
        author = {"role": note.author.role.value, "id": note.author.id, "name": note.author.name}
        document = {
            "_id": note.id,
            "session_id": note.session_id,
            "after_seq": note.after_seq,
            "cmid": note.cmid,
            "author": author,
            "body": {"v": 0, "text": note.text},
            "created_at": note.created_at,
        }
        try:
            await self.database["notes"].insert_one(document)
        except DuplicateKeyError:
            stored = await self.database["notes"].find_one(
                {"session_id": note.session_id, "author.id": note.author.id, "cmid": note.cmid}
            )
            if stored is None:
                raise
            return _note_of(stored), False
        return note, True

    async def of_session(self, session_id: SessionId) -> list[Note]:
        cursor = self.database["notes"].find({"session_id": session_id}).sort("created_at", ASCENDING)
        return [_note_of(one) for one in await cursor.to_list(None)]


@dataclass(frozen=True, slots=True)
class AssignmentStore:
    """Why each consultant was chosen, kept as it was decided."""

    database: Database

    async def file(self, session_id: SessionId, explanation: Document, *, fence: int, at: datetime) -> None:
        """The explanation of the assignment under this fence; filing it again changes nothing."""
        await self.database["assignments"].update_one(
            {"session_id": session_id, "fence": fence},
            {"$setOnInsert": {"at": at, "explanation": explanation}},
            upsert=True,
        )

    async def of_session(self, session_id: SessionId) -> list[Document]:
        """Explanations, newest first."""
        cursor = self.database["assignments"].find({"session_id": session_id}).sort("fence", DESCENDING)
        return [one["explanation"] for one in await cursor.to_list(None)]


@dataclass(frozen=True, slots=True)
class BotFeedbackStore:
    database: Database

    async def set(
        self,
        session_id: SessionId,
        seq: int,
        *,
        user_id: AccountId,
        helpful: bool,
        entry_ids: list[str],
        answered_with: EntryId | None,
        at: datetime,
    ) -> None:
        """A later word replaces the earlier one."""
        word = {"user_id": user_id, "helpful": helpful, "entry_ids": entry_ids}
        await self.database["bot_feedback"].update_one(
            {"session_id": session_id, "seq": seq},
            {"$set": {**word, "answered_with": answered_with, "at": at}},
            upsert=True,
        )

    async def votes_on(self, entry_id: EntryId, *, since: datetime | None) -> Votes:
        """One vote a person, the last one; only those after `since`, and of those the newest 2,000."""
        conditions: Document = {"answered_with": entry_id}
        if since is not None:
            conditions["at"] = {"$gt": since}
        found = self.database["bot_feedback"].find(conditions, {"user_id": 1, "helpful": 1})
        newest = await found.sort("at", DESCENDING).limit(_MOST_VOTES).to_list(_MOST_VOTES)
        last_word = {one["user_id"]: bool(one["helpful"]) for one in reversed(newest)}
        helpful = sum(last_word.values())
        return Votes(helpful=helpful, not_helpful=len(last_word) - helpful)

    async def of_session(self, session_id: SessionId) -> dict[int, bool]:
        """Whether the bot's message with this seq has helped, as far as the user said so."""
        found = self.database["bot_feedback"].find({"session_id": session_id}, {"seq": 1, "helpful": 1})
        return {one["seq"]: one["helpful"] async for one in found}

    async def count(self) -> dict[str, int]:
        helpful = await self.database["bot_feedback"].count_documents({"helpful": True})
        total = await self.database["bot_feedback"].count_documents({})
        return {"helpful": helpful, "not_helpful": total - helpful}
