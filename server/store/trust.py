"""The trust in each entry that somebody has said something of."""

from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from server.domain.ids import EntryId
from server.domain.trust import DOUBTED_BELOW, EntryTrust, Votes
from server.store.client import Database

Document = dict[str, Any]

INDEXES = {"entry_trust": [IndexModel([("trust", ASCENDING)], name="least_trusted")]}

_MOST_DOUBTED = 500


@dataclass(frozen=True, slots=True)
class TrustStore:
    database: Database

    async def find(self, entry_id: EntryId) -> EntryTrust | None:
        document = await self.database["entry_trust"].find_one({"_id": entry_id})
        return _trust_of(document) if document else None

    async def save(self, trust: EntryTrust) -> None:
        document = {
            "helpful": trust.votes.helpful,
            "not_helpful": trust.votes.not_helpful,
            "trust": trust.trust,
            "changed_at": trust.changed_at,
            "reviewed_at": trust.reviewed_at,
            "reviewed_by": trust.reviewed_by,
        }
        await self.database["entry_trust"].update_one(
            {"_id": trust.entry_id}, {"$set": document}, upsert=True
        )

    async def doubted(self) -> list[EntryTrust]:
        """Least trusted first, at most 500."""
        found = self.database["entry_trust"].find({"trust": {"$lt": DOUBTED_BELOW}}).sort("trust", ASCENDING)
        return [_trust_of(one) for one in await found.limit(_MOST_DOUBTED).to_list(_MOST_DOUBTED)]


def _trust_of(document: Document) -> EntryTrust:
    return EntryTrust(
        entry_id=EntryId(document["_id"]),
        votes=Votes(document["helpful"], document["not_helpful"]),
        trust=document["trust"],
        changed_at=document["changed_at"],
        reviewed_at=document["reviewed_at"],
        reviewed_by=document["reviewed_by"],
    )
