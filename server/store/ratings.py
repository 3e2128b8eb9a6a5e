"""Reads many ratings and shares of sessions at once, without the sessions themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING

from server.domain.ids import AccountId
from server.domain.queries import RatedSession
from server.store.client import Database, Document

_A_BATCH = 200
_FIELDS = {
    "_id": 0,
    "user.id": 1,
    "topic": 1,
    "language": 1,
    "rating.consultant_id": 1,
    "rating.score": 1,
    "rating.updated_at": 1,
    "rating.first_response_seconds": 1,
}


@dataclass(frozen=True, slots=True)
class RatingReads:
    database: Database

    async def rated_between(self, from_: datetime, to: datetime, *, limit: int) -> list[RatedSession]:
        """The newest `limit` ratings that were given (or last changed) in [from_, to), newest first."""
        cursor = self.database["sessions"].find(
            {"rating.updated_at": {"$gte": from_, "$lt": to}}, _FIELDS, batch_size=_A_BATCH
        )
        newest = cursor.sort("rating.updated_at", DESCENDING).limit(limit)
        found: list[RatedSession] = []
        # Small batches: to decode all at once would hold the event loop for longer than chat may wait.
        while batch := await newest.to_list(_A_BATCH):
            found += [_rated_of(one) for one in batch if one["rating"]["consultant_id"]]
        return found

    async def served_between(self, from_: datetime, to: datetime) -> Mapping[AccountId, int]:
        """How many of the sessions begun in [from_, to) each consultant had, counted for the last one."""
        steps: list[dict[str, Any]] = [
            {"$match": {"created_at": {"$gte": from_, "$lt": to}, "consultant.id": {"$gt": ""}}},
            {"$group": {"_id": "$consultant.id", "served": {"$sum": 1}}},
        ]
        found = await self.database["sessions"].aggregate(steps).to_list(None)
        return {AccountId(one["_id"]): one["served"] for one in found}


def _rated_of(document: Document) -> RatedSession:
    rating = document["rating"]
    return RatedSession(
        consultant_id=AccountId(rating["consultant_id"]),
        user_id=AccountId(document["user"]["id"]),
        topic=document["topic"],
        language=document["language"],
        score=rating["score"],
        rated_at=rating["updated_at"],
        first_response_seconds=rating.get("first_response_seconds"),  # older versions did not keep it
    )
