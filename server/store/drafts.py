"""Drafts of entries in MongoDB, the decided ones too."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from server.domain.drafts import Decision, Draft, DraftStatus, DraftWords, RehearsalFigures
from server.domain.errors import Conflict
from server.domain.ids import EntryId, SessionId
from server.domain.unanswered import question_id
from server.store.client import Database
from server.store.cursors import newest_page

Document = dict[str, Any]

INDEXES = {
    "drafts": [
        IndexModel(
            [("status", ASCENDING), ("updated_at", DESCENDING), ("_id", DESCENDING)], name="of_status"
        ),
        IndexModel([("updated_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
    ]
}


def _document_of(draft: Draft) -> Document:
    document = asdict(draft) | {"status": draft.status.value}
    document["_id"] = document.pop("id")
    return document


def _draft_of(document: Document) -> Draft:
    words, rehearsal, decision = document["words"], document["rehearsal"], document["decision"]
    return Draft(
        id=document["_id"],
        words=DraftWords(**words | {"alternatives": tuple(words["alternatives"])}),
        question_ids=tuple(document["question_ids"]),
        session_count=document["session_count"],
        answered_by=document["answered_by"],
        likeness=document["likeness"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        status=DraftStatus(document["status"]),
        is_edited=document["is_edited"],
        version=document["version"],
        rehearsal=RehearsalFigures(**rehearsal) if rehearsal else None,
        decision=Decision(**decision | {"entry_id": _entry_id(decision["entry_id"])}) if decision else None,
    )


def _entry_id(raw: str | None) -> EntryId | None:
    return None if raw is None else EntryId(raw)


@dataclass(frozen=True, slots=True)
class DraftStore:
    database: Database

    async def find(self, draft_id: str) -> Draft | None:
        document = await self.database["drafts"].find_one({"_id": draft_id})
        return _draft_of(document) if document else None

    async def pending(self) -> list[Draft]:
        """In the order of ids."""
        found = self.database["drafts"].find({"status": DraftStatus.PENDING.value}).sort("_id", ASCENDING)
        return [_draft_of(one) for one in await found.to_list(None)]

    async def page(
        self, status: DraftStatus | None, *, limit: int, cursor: str | None
    ) -> tuple[list[Draft], str | None]:
        """Last changed first. A cursor that is not ours is a BadRequest."""
        conditions = {"status": status.value} if status else {}
        page, next_cursor = await newest_page(
            self.database["drafts"], conditions, by="updated_at", limit=limit, cursor=cursor
        )
        return [_draft_of(one) for one in page], next_cursor

    async def add(self, draft: Draft) -> bool:
        """False when there is one of this id."""
        try:
            await self.database["drafts"].insert_one(_document_of(draft))
        except DuplicateKeyError:
            return False
        return True

    async def replace(self, draft: Draft, *, at: datetime) -> Draft:
        """Saved over the version that was read, which it has now one more than. Raises Conflict otherwise."""
        saved = replace(draft, version=draft.version + 1, updated_at=at)
        result = await self.database["drafts"].replace_one(
            {"_id": draft.id, "version": draft.version, "status": DraftStatus.PENDING.value},
            _document_of(saved),
        )
        if not result.matched_count:
            raise Conflict("the draft was changed or decided at the same time")
        return saved

    async def keep_rehearsal(self, draft: Draft, figures: RehearsalFigures) -> None:
        """Changes nothing when the draft has changed meanwhile."""
        await self.database["drafts"].update_one(
            {"_id": draft.id, "version": draft.version}, {"$set": {"rehearsal": asdict(figures)}}
        )

    async def forget(self, drafts: Sequence[Draft]) -> None:
        """Those that are still as they were read, and pending."""
        for draft in drafts:
            await self.database["drafts"].delete_one(
                {"_id": draft.id, "version": draft.version, "status": DraftStatus.PENDING.value}
            )

    async def of_session(self, session_id: SessionId) -> list[Draft]:
        """Those, of every status, that one of its questions is behind. Reads them all; there are few."""
        begins = {"$regex": f"^{re.escape(question_id(session_id, 0).removesuffix('0'))}"}
        found = self.database["drafts"].find({"question_ids": begins}).sort("_id", ASCENDING)
        return [_draft_of(one) for one in await found.to_list(None)]

    async def delete(self, draft_id: str) -> None:
        await self.database["drafts"].delete_one({"_id": draft_id})

    async def overwrite(self, draft: Draft) -> None:
        """Whatever its status. Raises Conflict when it is not there in the version that was read."""
        result = await self.database["drafts"].replace_one(
            {"_id": draft.id, "version": draft.version},
            _document_of(replace(draft, version=draft.version + 1)),
        )
        if not result.matched_count:
            raise Conflict("the draft was changed at the same time")

    async def counts(self) -> dict[str, int]:
        """By status."""
        return {
            status.value: await self.database["drafts"].count_documents({"status": status.value})
            for status in DraftStatus
        }
