"""Desks and boards, live: the state is computed afresh and only what differs is sent, at most twice a second.

So "what was opened plus all events" equals "opened now" by construction, and a missed trigger can only make a
change late, never lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import structlog

from server.domain.ids import AccountId
from server.domain.session import Session
from server.domain.times import rfc3339
from server.realtime.connections import Connection
from server.realtime.payloads import (
    BoardResult,
    DeskResult,
    OfferJson,
)
from server.realtime.push import offer_json
from server.use_cases.view_floor import Board, ConsultantAtWork, ViewFloor
from server.wire.floor import BoardJson, BoardWaitingJson, QueueItemJson, RatedJson
from server.wire.objects import PresenceJson, rating_json
from server.wire.session_views import SessionViews

logger = structlog.get_logger(__name__)

LEAST_SECONDS_BETWEEN = 0.5
SAFETY_NET_SECONDS = 5.0

State = dict[str, Any]


@dataclass(slots=True, eq=False)
class LiveFeed:
    """One connection's desk or board. `changes(old, new)` is what the next event carries, {} for nothing."""

    connection: Connection
    event: str
    read: Callable[[], Awaitable[State]]
    changes: Callable[[State, State], State]
    state: State = field(default_factory=dict)
    version: int = 0
    _dirty: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    async def open(self) -> tuple[State, int]:
        """The state and its version. Events with later versions may reach the client before the ack does."""
        self.state = state = await self.read()
        self.version += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"{self.event} feed")
        return state, self.version

    def touch(self) -> None:
        self._dirty.set()

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            try:
                async with asyncio.timeout(SAFETY_NET_SECONDS):
                    await self._dirty.wait()
            except TimeoutError:
                pass
            self._dirty.clear()
            try:
                await self._send_changes()
            except Exception:
                logger.exception("feed could not be read", feed=self.event)
            await asyncio.sleep(LEAST_SECONDS_BETWEEN)

    async def _send_changes(self) -> None:
        version, new = self.version, await self.read()
        if version != self.version:
            return  # opened again while this was being read
        changes = self.changes(self.state, new)
        self.state = new
        if changes:
            self.version += 1
            self.connection.emit(self.event, {"version": self.version, **changes})


@dataclass(slots=True)
class Feeds:
    """`can_claim` tells desks whether waiting sessions may be taken by hand."""

    floor: ViewFloor
    views: SessionViews
    can_claim: bool
    _open: set[LiveFeed] = field(default_factory=set)

    def touch(self) -> None:
        """Something that desks or boards show may have changed."""
        for feed in list(self._open):
            if feed.connection.socket.closed:
                self._open.discard(feed)
                feed.close()
            else:
                feed.touch()

    async def presence_of(self, consultant_id: AccountId) -> PresenceJson:
        return presence_json(await self.floor.at_work(consultant_id))

    async def open_desk(self, connection: Connection) -> tuple[DeskResult, list[Session]]:
        """The desk for the ack, and the sessions that the connection follows from now on."""
        consultant_id = connection.person.id
        if not isinstance(connection.desk, LiveFeed):
            feed = LiveFeed(connection, "desk", lambda: self._read_desk(consultant_id), _desk_changes)
            connection.desk = feed
            self._open.add(feed)
        desk_feed = connection.desk
        state, version = await desk_feed.open()
        desk = await self.floor.desk(consultant_id)
        result: DeskResult = {
            "presence": state["presence"],
            "sessions": list(state["sessions"].values()),
            "offers": await self._offers(desk.waiting, consultant_id),
            "queue": list(state["queue"].values()),
            "version": version,
            "can_claim": self.can_claim,
        }
        # A desk that is opening counts as present, although its first lease may still be on its way.
        result["presence"]["present"] = True
        return result, desk.sessions

    async def open_board(self, connection: Connection) -> BoardResult:
        if not isinstance(connection.board, LiveFeed):
            feed = LiveFeed(connection, "board", self.read_board_state, _part_changes)
            connection.board = feed
            self._open.add(feed)
        state, version = await connection.board.open()
        return {"board": cast(BoardJson, state), "version": version}

    async def read_board(self) -> BoardJson:
        """Also what GET /api/board answers."""
        return cast(BoardJson, await self.read_board_state())

    async def read_board_state(self) -> State:
        board = await self.floor.board()
        waiting = [_waiting_json(one, place, board) for place, one in enumerate(board.waiting, start=1)]
        return {
            "waiting": waiting,
            "longest_wait_s": max((one["waited_s"] for one in waiting), default=0),
            "active": await self.views.of_all(board.active),
            "consultants": [
                {
                    "id": one.consultant.id,
                    "name": one.consultant.name,
                    "title": one.consultant.title,
                    "status": one.consultant.status.value,
                    "present": one.is_present,
                    "open": len(one.consultant.open_sessions),
                    "capacity": one.consultant.capacity,
                }
                for one in board.consultants
            ],
            "bot": board.bot,
            "ratings": [_rated_json(one) for one in board.rated],
        }

    async def _read_desk(self, consultant_id: AccountId) -> State:
        desk = await self.floor.desk(consultant_id)
        sessions = await self.views.of_all(desk.sessions)
        return {
            "presence": presence_json(desk.own),
            "sessions": {one["id"]: one for one in sessions},
            "queue": {one.id: _queue_item(one, place) for place, one in enumerate(desk.waiting, start=1)},
        }

    async def _offers(self, waiting: list[Session], consultant_id: AccountId) -> list[OfferJson]:
        return [
            await offer_json(one, one.offer, self.views)
            for one in waiting
            if one.offer is not None and one.offer.consultant_id == consultant_id
        ]


def presence_json(own: ConsultantAtWork) -> PresenceJson:
    return {
        "status": own.consultant.status.value,
        "capacity": own.consultant.capacity,
        "open": len(own.consultant.open_sessions),
        "present": own.is_present,
    }


def _queue_item(session: Session, position: int) -> QueueItemJson:
    item: QueueItemJson = {
        "id": session.id,
        "position": position,
        "user": {"id": session.user.id, "name": session.user.name},
        "language": session.language,
        "priority": session.priority,
        "queued_at": rfc3339(session.queued_at or session.created_at),
        "is_offered": session.offer is not None,
    }
    if session.topic:
        item["topic"] = session.topic
    return item


def _waiting_json(session: Session, position: int, board: Board) -> BoardWaitingJson:
    waited = board.at - (session.queued_at or session.created_at)
    item = cast(BoardWaitingJson, {**_queue_item(session, position), "waited_s": int(waited.total_seconds())})
    asked = session.offer.consultant_id if session.offer else None
    name = next((one.consultant.name for one in board.consultants if one.consultant.id == asked), None)
    if asked is not None and name is not None:
        item["offered_to"] = {"id": asked, "name": name}
    return item


def _rated_json(session: Session) -> RatedJson:
    if session.rating is None:
        raise ValueError("the session is not rated")
    shape: RatedJson = {
        "session_id": session.id,
        "user": {"id": session.user.id, "name": session.user.name},
        "rating": rating_json(session.rating),
    }
    if session.consultant is not None:
        shape["consultant"] = {"id": session.consultant.id, "name": session.consultant.name}
    return shape


def _desk_changes(old: State, new: State) -> State:
    changes: State = {}
    if old["presence"] != new["presence"]:
        changes["presence"] = new["presence"]
    for part in ("sessions", "queue"):
        changed = [one for key, one in new[part].items() if old[part].get(key) != one]
        if changed:
            changes[part] = changed
    removed = [
        key
        for key in {**old["sessions"], **old["queue"]}
        if key not in new["sessions"] and key not in new["queue"]
    ]
    if removed:
        changes["removed"] = removed
    return changes


def _part_changes(old: State, new: State) -> State:
    return {part: value for part, value in new.items() if old.get(part) != value}
