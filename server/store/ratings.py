"""Reads many ratings and shares of sessions, without the sessions themselves and without long queries."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.ids import AccountId, SessionId
from server.domain.queries import RatedSession, Served
from server.store.client import Database, Document
from server.store.slices import newest_first

_FIELDS = {
    "user.id": 1,
    "topic": 1,
    "language": 1,
    "rating.consultant_id": 1,
    "rating.score": 1,
    "rating.updated_at": 1,
    "rating.first_response_seconds": 1,
}
_DECODED_AT_ONCE = 200
"""More would hold the event loop."""


@dataclass(frozen=True, slots=True)
class RatingReads:
    """Goes back from the newest in stretches of time, between which others get their turn."""

    database: Database

    async def rated_between(
        self, from_: datetime | None, to: datetime | None, *, limit: int
    ) -> list[RatedSession]:
        """The newest `limit` ratings that were given (or last changed) in [from_, to), newest first."""
        found: list[RatedSession] = []
        async for stretch in newest_first(from_, to):
            cursor = self.database["sessions"].find({"rating.updated_at": stretch}, _FIELDS)
            cursor.batch_size(_DECODED_AT_ONCE)
            part: list[RatedSession] = []
            while documents := await cursor.to_list(_DECODED_AT_ONCE):
                part += [_rated_of(one) for one in documents if one["rating"]["consultant_id"]]
                await asyncio.sleep(0)
            found += sorted(part, key=lambda one: one.rated_at, reverse=True)
            if len(found) >= limit:
                break
        return found[:limit]

    async def served_between(self, from_: datetime, to: datetime, *, enough: int) -> Served:
        """How many sessions each consultant had last, of those begun in [from_, to).

        Newest first, until about `enough` are counted; then it says since when.
        """
        counts: Counter[AccountId] = Counter()
        since = to
        async for stretch in newest_first(from_, to):
            steps: list[dict[str, Any]] = [
                {"$match": {"created_at": stretch, "consultant.id": {"$gt": ""}}},
                {"$group": {"_id": "$consultant.id", "served": {"$sum": 1}}},
            ]
            part = await self.database["sessions"].aggregate(steps).to_list(None)
            counts.update({AccountId(one["_id"]): one["served"] for one in part})
            since = stretch["$gte"]
            if counts.total() >= enough:
                break
        return Served(since=since, by_consultant=dict(counts))


def _rated_of(document: Document) -> RatedSession:
    rating = document["rating"]
    return RatedSession(
        id=SessionId(document["_id"]),
        consultant_id=AccountId(rating["consultant_id"]),
        user_id=AccountId(document["user"]["id"]),
        topic=document["topic"],
        language=document["language"],
        score=rating["score"],
        rated_at=rating["updated_at"],
        first_response_seconds=rating.get("first_response_seconds"),  # older versions did not keep it
    )
