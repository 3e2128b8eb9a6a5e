"""Questions that the bot could not answer, one document a message."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from server.domain.ids import AccountId, SessionId
from server.domain.unanswered import ColleagueReply, UnansweredQuestion, Why
from server.store.client import Database
from server.store.cursors import newest_page
from server.store.revisions import raise_revision, revision

Document = dict[str, Any]

_ERASURES = "erasures"
_KEYS_AT_ONCE = 100
"""The embedded database takes the square of this many keys that it finds."""

INDEXES = {
    "unanswered": [
        IndexModel([("asked_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel(
            [("looked_at", ASCENDING)], name="unsettled", partialFilterExpression={"is_settled": False}
        ),
        IndexModel([("is_open", ASCENDING), ("asked_at", DESCENDING)], name="open"),
        IndexModel([("changed_at", DESCENDING)], name="changed"),
        IndexModel([("session_id", ASCENDING)], name="of_session"),
    ]
}


def _document_of(question: UnansweredQuestion) -> Document:
    return {
        "session_id": question.session_id,
        "seq": question.seq,
        "language": question.language,
        "why": question.why.value,
        "body": {"v": 0, "text": question.text},
        "asked_at": question.asked_at,
        "confidence": question.confidence,
        "entry_ids": list(question.entry_ids),
        "replies": [asdict(reply) for reply in question.replies],
        "is_settled": question.is_settled,
        "is_open": True,
        "looked_at": question.asked_at,
        "changed_at": question.asked_at,
    }


def _question_of(document: Document) -> UnansweredQuestion:
    return UnansweredQuestion(
        session_id=SessionId(document["session_id"]),
        seq=document["seq"],
        language=document["language"],
        why=Why(document["why"]),
        text=document["body"]["text"],
        asked_at=document["asked_at"],
        confidence=document["confidence"],
        entry_ids=tuple(document["entry_ids"]),
        replies=tuple(
            ColleagueReply(seq=one["seq"], text=one["text"], author_id=AccountId(one["author_id"]))
            for one in document["replies"]
        ),
        is_settled=document["is_settled"],
    )


@dataclass(frozen=True, slots=True)
class UnansweredStore:
    """A question is open until a draft that was made of it is decided. The oldest beyond `most_kept` go."""

    database: Database
    most_kept: int = 20_000

    async def add(self, question: UnansweredQuestion) -> bool:
        """False when this message is recorded already; the first record stays."""
        result = await self.database["unanswered"].update_one(
            {"_id": question.id}, {"$setOnInsert": _document_of(question)}, upsert=True
        )
        return result.upserted_id is not None

    async def unsettled(self, *, limit: int) -> list[UnansweredQuestion]:
        """Those that nobody has looked at for the longest time first."""
        found = self.database["unanswered"].find({"is_settled": False}).sort("looked_at", ASCENDING)
        return [_question_of(one) for one in await found.limit(limit).to_list(limit)]

    async def join(
        self, question_id: str, replies: Sequence[ColleagueReply], *, is_settled: bool, at: datetime
    ) -> None:
        """Replaces what was joined before; only a change moves `changed_at`."""
        documents = [asdict(reply) for reply in replies]
        collection = self.database["unanswered"]
        await collection.update_one(
            {"_id": question_id, "replies": {"$ne": documents}},
            {"$set": {"replies": documents, "changed_at": at}},
        )
        await collection.update_one(
            {"_id": question_id}, {"$set": {"is_settled": is_settled, "looked_at": at}}
        )

    async def forget(self, question_id: str) -> None:
        await self.database["unanswered"].delete_one({"_id": question_id})

    async def open_page(
        self, *, limit: int, cursor: str | None
    ) -> tuple[list[UnansweredQuestion], str | None]:
        """Newest first. A cursor that is not ours is a BadRequest."""
        page, next_cursor = await newest_page(
            self.database["unanswered"], {"is_open": True}, by="asked_at", limit=limit, cursor=cursor
        )
        return [_question_of(one) for one in page], next_cursor

    async def newest_open(self, *, limit: int) -> list[UnansweredQuestion]:
        return (await self.open_page(limit=limit, cursor=None))[0]

    async def of(self, question_ids: Sequence[str]) -> list[UnansweredQuestion]:
        """Those that are still there, oldest first."""
        found: list[UnansweredQuestion] = []
        for start in range(0, len(question_ids), _KEYS_AT_ONCE):
            some = self.database["unanswered"].find(
                {"_id": {"$in": list(question_ids[start : start + _KEYS_AT_ONCE])}}
            )
            found += map(_question_of, await some.to_list(None))
        return sorted(found, key=lambda one: (one.asked_at, one.id))

    async def of_session(self, session_id: SessionId) -> list[UnansweredQuestion]:
        found = self.database["unanswered"].find({"session_id": session_id}).sort("asked_at", ASCENDING)
        return [_question_of(one) for one in await found.to_list(None)]

    async def forget_session(self, session_id: SessionId) -> None:
        """Raises `erasures`, also when none is left: whoever asks again after a crash has not told it yet."""
        await self.database["unanswered"].delete_many({"session_id": session_id})
        await raise_revision(self.database, _ERASURES)

    async def erasures(self) -> int:
        return await revision(self.database, _ERASURES)

    async def touch(self, question_ids: Sequence[str], *, at: datetime) -> None:
        """They are to be drafted anew."""
        await self.database["unanswered"].update_many(
            {"_id": {"$in": list(question_ids)}}, {"$set": {"changed_at": at}}
        )

    async def close(self, question_ids: Sequence[str]) -> None:
        """A draft of them has been decided: they make no further one."""
        await self.database["unanswered"].update_many(
            {"_id": {"$in": list(question_ids)}}, {"$set": {"is_open": False}}
        )

    async def last_change(self) -> datetime | None:
        newest, _ = await newest_page(self.database["unanswered"], {}, by="changed_at", limit=1, cursor=None)
        return newest[0]["changed_at"] if newest else None

    async def forget_oldest(self) -> int:
        """Down to `most_kept`; how many were forgotten."""
        collection = self.database["unanswered"]
        if await collection.estimated_document_count() <= self.most_kept:
            return 0
        beyond = (
            collection.find({}, {"asked_at": 1}).sort("asked_at", DESCENDING).skip(self.most_kept).limit(1)
        )
        oldest = await beyond.to_list(1)
        if not oldest:
            return 0
        result = await collection.delete_many({"asked_at": {"$lte": oldest[0]["asked_at"]}})
        return result.deleted_count
