"""Promises about waits, one document a session, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from server.domain.ids import SessionId
from server.domain.waiting import KeptOrNot, WaitPromise
from server.store.client import Database
from server.store.cursors import newest_page

Document = dict[str, Any]

INDEXES = {
    "wait_promises": [
        IndexModel([("judged_at", DESCENDING)], name="judged"),
        IndexModel([("is_open", ASCENDING)], name="open", partialFilterExpression={"is_open": True}),
    ]
}

_MOST_OPEN = 5_000


@dataclass(frozen=True, slots=True)
class WaitPromiseStore:
    database: Database

    async def keep(self, promises: Sequence[WaitPromise]) -> None:
        """A session's first promise counts: later ones change nothing."""
        await self.database["wait_promises"].bulk_write(
            [
                UpdateOne(
                    {"_id": one.session_id},
                    {
                        "$setOnInsert": {
                            "at": one.at,
                            "raw": list(one.raw),
                            "told": list(one.told),
                            "is_open": True,
                            "judged_at": None,
                        }
                    },
                    upsert=True,
                )
                for one in promises
            ],
            ordered=False,
        )

    async def open(self) -> list[WaitPromise]:
        found = self.database["wait_promises"].find({"is_open": True}).limit(_MOST_OPEN)
        return [_promise_of(one) for one in await found.to_list(_MOST_OPEN)]

    async def settle(self, outcomes: Sequence[KeptOrNot], now: datetime) -> None:
        await self.database["wait_promises"].bulk_write(
            [
                UpdateOne(
                    {"_id": one.promise.session_id, "is_open": True},
                    {
                        "$set": {
                            "is_open": False,
                            "judged_at": now,
                            "waited_seconds": one.waited_seconds,
                            "was_served": one.was_served,
                        }
                    },
                )
                for one in outcomes
            ],
            ordered=False,
        )

    async def newest_outcomes(self, limit: int) -> list[KeptOrNot]:
        """Oldest first."""
        documents, _ = await newest_page(
            self.database["wait_promises"], {"is_open": False}, by="judged_at", limit=limit, cursor=None
        )
        return [
            KeptOrNot(_promise_of(one), one["waited_seconds"], one["was_served"])
            for one in reversed(documents)
        ]

    async def forget_before(self, moment: datetime) -> None:
        await self.database["wait_promises"].delete_many({"is_open": False, "judged_at": {"$lt": moment}})


def _promise_of(document: Document) -> WaitPromise:
    (raw_median, raw_ninetieth), (median, ninetieth) = document["raw"], document["told"]
    return WaitPromise(
        SessionId(document["_id"]), document["at"], (raw_median, raw_ninetieth), (median, ninetieth)
    )
