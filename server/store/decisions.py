"""Logged decisions of the matcher: what another policy is replayed on, and estimated from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, WriteConcern
from pymongo.errors import BulkWriteError

from matching.decisions import Decision, ListedCandidate, ShadowChoice
from server.store.client import Database

Document = dict[str, Any]

INDEXES = {
    "decisions": [
        IndexModel([("at", ASCENDING)], name="by_time"),
        IndexModel([("policy", ASCENDING), ("at", DESCENDING)], name="of_policy"),
    ]
}

MOST_READ = 20_000
_AT_ONCE = 500
_DELETED_AT_ONCE = 2_000
_DUPLICATE_KEY = 11_000
_UNJOURNALED = WriteConcern(w=1, j=False)


@dataclass(frozen=True, slots=True)
class DecisionStore:
    """Written without waiting for the journal: a crash may take the last ones along, which biases nothing."""

    database: Database

    async def add(self, decisions: Sequence[Decision]) -> None:
        """Adding one again changes nothing."""
        collection = self.database["decisions"].with_options(write_concern=_UNJOURNALED)
        documents = [_document_of(one) for one in decisions]
        for start in range(0, len(documents), _AT_ONCE):
            try:
                await collection.insert_many(documents[start : start + _AT_ONCE], ordered=False)
            except BulkWriteError as error:
                if any(one["code"] != _DUPLICATE_KEY for one in (error.details or {}).get("writeErrors", [])):
                    raise

    async def read(
        self, *, since: datetime, until: datetime, policy: str | None = None, limit: int = MOST_READ
    ) -> list[Decision]:
        """The newest of those, oldest first, with the ratings that the sessions have now."""
        wanted: Document = {"at": {"$gte": since, "$lt": until}}
        if policy is not None:
            wanted["policy"] = policy
        found = self.database["decisions"].find(wanted).sort("at", DESCENDING).limit(limit)
        decisions = [_decision_of(one) for one in await found.to_list(limit)]
        decisions.reverse()
        return await self._with_ratings(decisions)

    async def span(self) -> tuple[datetime, datetime] | None:
        """When the oldest and the newest one were made."""
        decisions = self.database["decisions"]
        oldest = await decisions.find_one(sort=[("at", ASCENDING)], projection={"at": 1})
        newest = await decisions.find_one(sort=[("at", DESCENDING)], projection={"at": 1})
        return (oldest["at"], newest["at"]) if oldest and newest else None

    async def count(self) -> int:
        return int(await self.database["decisions"].estimated_document_count())

    async def forget(self, *, now: datetime, days: int, most: int) -> int:
        """Deletes what is older than so many days, and the oldest beyond `most`; at most 2,000 a call."""
        decisions = self.database["decisions"]
        excess = max(0, await self.count() - most)
        old = {"at": {"$lt": now - timedelta(days=days)}}
        gone = [one["_id"] async for one in decisions.find(old, {"_id": 1}).limit(_DELETED_AT_ONCE)]
        if not gone and excess:
            oldest = decisions.find({}, {"_id": 1}).sort("at", ASCENDING)
            gone = [one["_id"] async for one in oldest.limit(min(excess, _DELETED_AT_ONCE))]
        if gone:
            await decisions.delete_many({"_id": {"$in": gone}})
        return len(gone)

    async def _with_ratings(self, decisions: Sequence[Decision]) -> list[Decision]:
        """A rating belongs to the last decision for whoever has earned it."""
        last = {(one.session_id, one.consultant_id): i for i, one in enumerate(decisions)}
        rated = list(decisions)
        ids = list({one.session_id for one in decisions})
        for start in range(0, len(ids), _AT_ONCE):
            asked = {"_id": {"$in": ids[start : start + _AT_ONCE]}, "rating": {"$ne": None}}
            async for session in self.database["sessions"].find(asked, {"rating": 1}):
                place = last.get((session["_id"], session["rating"]["consultant_id"]))
                if place is not None:
                    rated[place] = replace(rated[place], rating=float(session["rating"]["score"]))
        return rated


def _document_of(decision: Decision) -> Document:
    document = asdict(decision)
    document["_id"] = f"{decision.session_id}/{decision.at:.3f}"
    document["at"] = datetime.fromtimestamp(decision.at, UTC)
    del document["rating"]
    return document


def _decision_of(document: Document) -> Decision:
    fields = {name: value for name, value in document.items() if name != "_id"}
    shadow = fields.pop("shadow")
    candidates = [one | {"values": tuple(one["values"])} for one in fields.pop("candidates")]
    return Decision(
        **fields
        | {
            "at": document["at"].timestamp(),
            "terms": tuple(document["terms"]),
            "moved": tuple(document["moved"]),
            "candidates": tuple(ListedCandidate(**one) for one in candidates),
            "shadow": ShadowChoice(**shadow | {"moved": tuple(shadow["moved"])}) if shadow else None,
        }
    )
