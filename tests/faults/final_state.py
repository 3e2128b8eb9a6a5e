"""What the database and the clients have in the end, and what the database had all the while."""

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.errors import PyMongoError

from server.store.client import Database
from tests.faults.client import Refused
from tests.faults.history import History
from tests.faults.people import Person, Stranger
from tests.faults.wire import Lost

SAMPLE_SECONDS = 0.2
_LOGGED_SECONDS = 20.0
_TRIES = 20


@dataclass(slots=True)
class Sampler:
    """Looks at sessions and places a few times a second, as a reader of its own."""

    history: History
    database: Database

    async def run(self) -> None:
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            with contextlib.suppress(PyMongoError):
                await self._look()

    async def _look(self) -> None:
        active: dict[str, list[list[Any]]] = defaultdict(list)
        cursor = self.database["sessions"].find({"status": "active"}, {"consultant.id": 1, "fence": 1})
        async for one in cursor:
            active[one["consultant"]["id"]].append([one["_id"], one["fence"]])
        places, online = {}, []
        async for one in self.database["consultants"].find({}, {"open_sessions": 1, "status": 1}):
            places[one["_id"]] = one["open_sessions"]
            if one["status"] == "online":
                online.append(one["_id"])
        self.history.note("sample", active=active, places=places, online=online)

    async def is_anybody_waiting(self) -> bool:
        try:
            return await self.database["sessions"].count_documents({"status": "queued"}) > 0
        except PyMongoError:
            return True

    async def until_all_is_logged(self) -> None:
        """Steps whose process died are written down by the next sweep."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOGGED_SECONDS):
                while await self.database["sessions"].count_documents({"has_pending": True}):
                    await asyncio.sleep(SAMPLE_SECONDS)


async def note_views(history: History, people: list[Person]) -> None:
    """Every client syncs all that it knows once more, and says what it has."""
    await asyncio.gather(*(_note_views_of(history, one) for one in people if not isinstance(one, Stranger)))


async def _note_views_of(history: History, person: Person) -> None:
    for tab in person.tabs:
        for session_id, copy in list(tab.copies.items()):
            for _ in range(_TRIES):
                await tab.ready.wait()
                try:
                    await tab.sync(session_id)
                except (Lost, Refused):
                    continue
                break
            if session_id in tab.followed:
                history.note("view", person=person.id, session=session_id, cmids=copy.cmids)


async def note_final_state(history: History, database: Database) -> None:
    """Straight from the database, after everybody has gone."""
    async for one in database["messages"].find({}).sort([("session_id", 1), ("seq", 1)]):
        data = one.get("data") or {}
        history.note(
            "log", session=one["session_id"], seq=one["seq"], cmid=one["cmid"], sender=one["sender"]["id"],
            role=one["sender"]["role"], kind=one["kind"], text=one["body"]["text"],
            at=one["created_at"].timestamp(), fence=one["fence"], event=data.get("event", ""),
            consultant=data.get("consultant_id", ""),
        )  # fmt: skip
    async for one in database["sessions"].find({}):
        history.note(
            "final session", session=one["_id"], status=one["status"], user=one["user"]["id"],
            consultant=(one["consultant"] or {}).get("id"), declined_by=one["declined_by"],
            language=one["language"], priority=one["priority"], ended_by=one["ended_by"],
            is_offered=one["offer"] is not None, unwritten=len(one["pending"]),
            rating={name: (one["rating"] or {}).get(name) for name in ("score", "consultant_id")},
        )  # fmt: skip
    async for one in database["assignments"].find({}):
        decided_at = datetime.fromisoformat(one["explanation"]["at"]).timestamp()
        history.note(
            "decision", session=one["session_id"], fence=one["fence"], at=decided_at,
            explanation=one["explanation"],
        )  # fmt: skip
    async for one in database["consultants"].find({}):
        history.note(
            "final consultant", consultant=one["_id"], status=one["status"], places=one["open_sessions"],
            capacity=one.get("session_capacity") or one["capacity"], languages=one["languages"],
        )  # fmt: skip
