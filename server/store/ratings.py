"""Reads many ratings and shares of sessions, without the sessions themselves and without long queries."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.domain.ids import AccountId
from server.domain.queries import RatedSession, Served
from server.store.client import Database, Document

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
_AIM = 300
_FIRST_SPAN = timedelta(hours=6)
_SHORTEST_SPAN, _LONGEST_SPAN = timedelta(minutes=1), timedelta(days=4)
_PAUSE_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class RatingReads:
    """Goes back from the newest in slices of time.

    The embedded database reads all that a condition admits, also with a limit: 25,000 sessions took it 5 s,
    in which chat would have waited.
    """

    database: Database

    async def rated_between(self, from_: datetime, to: datetime, *, limit: int) -> list[RatedSession]:
        """The newest `limit` ratings that were given (or last changed) in [from_, to), newest first."""
        found: list[RatedSession] = []
        slices = _Slices(from_, to)
        for condition in slices:
            cursor = self.database["sessions"].find({"rating.updated_at": condition}, _FIELDS)
            documents = await cursor.to_list(None)
            slices.held(len(documents))
            part = [_rated_of(one) for one in documents if one["rating"]["consultant_id"]]
            found += sorted(part, key=lambda one: one.rated_at, reverse=True)
            if len(found) >= limit:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        return found[:limit]

    async def served_between(self, from_: datetime, to: datetime, *, enough: int) -> Served:
        """How many sessions each consultant had last, of those begun in [from_, to).

        Newest first, until about `enough` are counted; then it says since when.
        """
        counts: Counter[AccountId] = Counter()
        slices = _Slices(from_, to)
        for condition in slices:
            steps: list[dict[str, Any]] = [
                {"$match": {"created_at": condition, "consultant.id": {"$gt": ""}}},
                {"$group": {"_id": "$consultant.id", "served": {"$sum": 1}}},
            ]
            part = await self.database["sessions"].aggregate(steps).to_list(None)
            counts.update({AccountId(one["_id"]): one["served"] for one in part})
            slices.held(sum(one["served"] for one in part))
            if counts.total() >= enough:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        return Served(since=slices.reached, by_consultant=dict(counts))


class _Slices:
    """Stretches of time from the newest to the oldest, each about as long as _AIM documents take."""

    def __init__(self, from_: datetime, to: datetime) -> None:
        self._from = from_
        self._span = _FIRST_SPAN
        self.reached = to

    def __iter__(self) -> Iterator[dict[str, datetime]]:
        while self.reached > self._from:
            end, self.reached = self.reached, max(self._from, self.reached - self._span)
            yield {"$gte": self.reached, "$lt": end}

    def held(self, count: int) -> None:
        """How many there were in the last one. Lengths at most double: what was quiet may have been busy."""
        factor = min(2.0, _AIM / max(count, 1))
        self._span = min(max(self._span * factor, _SHORTEST_SPAN), _LONGEST_SPAN)


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
