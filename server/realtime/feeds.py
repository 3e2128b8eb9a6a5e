"""Desks and boards of this process: what they show, and which fact concerns which of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from server.domain.events import FloorChanged, MessagePosted, OfferMade, ReceiptMoved, SessionChanged
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant
from server.domain.session import Session, SessionStatus
from server.domain.times import rfc3339, utc_now
from server.realtime.board_feeds import BoardFeeds, Parts
from server.realtime.connections import Connection
from server.realtime.desk_feeds import DeskFeeds, OwnPart, QueuePart
from server.realtime.payloads import (
    BoardResult,
    DeskResult,
    OfferJson,
)
from server.realtime.push import offer_json
from server.use_cases.shared_reading import SharedReading
from server.use_cases.view_floor import ConsultantAtWork, Figures, ViewFloor
from server.use_cases.waiting_line import WaitingLine
from server.wire.floor import BoardJson, BoardWaitingJson, QueueItemJson, RatedJson
from server.wire.objects import PresenceJson, rating_json
from server.wire.session_views import SessionViews

_FIGURES_COST_BOUND = 50
_BUILT_AT_ONCE = 100


@dataclass(slots=True)
class Feeds:
    """`can_claim` tells desks whether waiting sessions may be taken by hand."""

    floor: ViewFloor
    line: WaitingLine
    views: SessionViews
    can_claim: bool
    desks: DeskFeeds = field(init=False)
    boards: BoardFeeds = field(init=False)
    _figures: SharedReading[Figures] = field(init=False)
    _queue: QueuePart = field(default_factory=lambda: QueuePart({}))
    _queue_of: Sequence[Session] | None = None

    def __post_init__(self) -> None:
        self.desks = DeskFeeds(self._read_desks, self._read_queue)
        self.boards = BoardFeeds(self._read_board)
        self._figures = SharedReading(self.floor.figures, cost_bound=_FIGURES_COST_BOUND)

    # -- facts -----------------------------------------------------------------------------------------------

    def message(self, fact: MessagePosted) -> None:
        holder = fact.session.consultant.id if fact.session.consultant else None
        if fact.session.status is not SessionStatus.ACTIVE:
            holder = None
        self.desks.patch(fact.message.session_id, holder, last_seq=fact.message.seq)
        self.boards.touch()

    def receipt(self, fact: ReceiptMoved) -> None:
        self.desks.raise_receipt(fact.session_id, fact.by, delivered=fact.delivered, read=fact.read)
        self.boards.touch()

    def session(self, fact: SessionChanged) -> None:
        holder = fact.session.consultant.id if fact.session.consultant else None
        self.desks.touch([holder, fact.former_consultant_id])
        if SessionStatus.QUEUED in (fact.before, fact.session.status):
            self._touch_queue()
        self.boards.touch()

    def offer(self, fact: OfferMade) -> None:  # noqa: ARG002  every fact is told in the same way
        self._touch_queue()
        self.boards.touch()

    def somebody(self, fact: FloorChanged) -> None:
        if fact.account_id is None:
            self.touch_all()
        else:
            self.desks.touch([fact.account_id])
            self.boards.touch()

    def message_elsewhere(self, session_id: SessionId, holder: AccountId | None, seq: int) -> None:
        """Another process has posted it."""
        self.desks.patch(session_id, holder, last_seq=seq)
        self.boards.touch()

    def floor_elsewhere(self, accounts: Iterable[AccountId], *, has_queue_moved: bool) -> None:
        """Another process has changed what these consultants' desks show, or the queue."""
        self.desks.touch(accounts)
        if has_queue_moved:
            self._touch_queue()
        self.boards.touch()

    def touch_all(self) -> None:
        """Anything may have changed."""
        self.desks.touch_all()
        self._touch_queue()
        self.boards.touch()

    def _touch_queue(self) -> None:
        self.line.touch()
        self.desks.touch_queue()

    # -- opening ---------------------------------------------------------------------------------------------

    async def presence_of(self, consultant: Consultant) -> PresenceJson:
        return presence_json(await self.floor.at_work(consultant))

    async def open_desk(self, connection: Connection) -> tuple[DeskResult, list[Session]]:
        """The desk for the ack, and the sessions that the connection follows from now on."""
        window = await self.desks.open(connection)
        version, own, queue = window.version, window.told, window.queue
        result: DeskResult = {
            # A desk that is opening counts as present, although its first lease may still be on its way.
            "presence": {**own.presence, "present": True},
            "sessions": list(own.sessions.values()),
            "offers": await self._offers(connection.person.id),
            "queue": [one for key, one in queue.items.items() if key not in own.sessions],
            "version": version,
            "can_claim": self.can_claim,
        }
        return result, list(own.held)

    async def _offers(self, consultant_id: AccountId) -> list[OfferJson]:
        return [
            await offer_json(one, one.offer, self.views)
            for one in await self.line.current()
            if one.offer is not None and one.offer.consultant_id == consultant_id
        ]

    async def open_board(self, connection: Connection) -> BoardResult:
        window = await self.boards.open(connection)
        return {"board": cast(BoardJson, window.told.parts), "version": window.version}

    async def read_board(self) -> BoardJson:
        """Also what GET /api/board answers."""
        return cast(BoardJson, (await self.boards.shared.current()).parts)

    # -- reading ---------------------------------------------------------------------------------------------

    async def _read_desks(self, consultant_ids: list[AccountId]) -> Mapping[AccountId, OwnPart]:
        desks = await self.floor.desks(consultant_ids)
        shown = await self.views.of_all(one for desk in desks.values() for one in desk.sessions)
        by_id = {one["id"]: one for one in shown}
        return {
            consultant_id: OwnPart(
                presence_json(desk.own), {one.id: by_id[one.id] for one in desk.sessions}, desk.sessions
            )
            for consultant_id, desk in desks.items()
        }

    async def _read_queue(self) -> QueuePart:
        waiting = await self.line.current()
        if waiting is not self._queue_of:
            self._queue_of = waiting
            items: dict[str, QueueItemJson] = {
                one.id: _queue_item(one, place) for place, one in enumerate(waiting, start=1)
            }
            self._queue = self._queue.followed_by(items)
        return self._queue

    async def _read_board(self) -> Parts:
        self._figures.touch()
        figures = await self._figures.recent()
        line, floor = await self.line.current(), await self.floor.floor()
        names = {one.consultant.id: one.consultant.name for one in floor.consultants}
        now = utc_now()
        waiting: list[BoardWaitingJson] = []
        for place, one in enumerate(line, start=1):
            waiting.append(_waiting_json(one, place, names, now))
            held = self.views.queue.places.get(one.id)
            if held is not None and held.hold:
                waiting[-1]["hold"] = held.hold
            if place % _BUILT_AT_ONCE == 0:
                await asyncio.sleep(0)
        if self._figures.is_touched:
            self.boards.touch()  # they cost too much to be counted each time: again later
        return {
            "waiting": waiting,
            "longest_wait_s": max((one["waited_s"] for one in waiting), default=0),
            "active": await self.views.of_all(floor.active),
            "consultants": [_at_work_json(one) for one in floor.consultants],
            "bot": figures.bot,
            "estimates": asdict(figures.estimates),
            "ratings": [_rated_json(one) for one in figures.rated],
        }


def _at_work_json(one: ConsultantAtWork) -> dict[str, Any]:
    return {
        "id": one.consultant.id,
        "name": one.consultant.name,
        "title": one.consultant.title,
        "status": one.consultant.status.value,
        "present": one.is_present,
        "open": len(one.consultant.open_sessions),
        "capacity": one.consultant.capacity,
    }


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
    if session.priority_reason:
        item["priority_reason"] = session.priority_reason.value
    return item


def _waiting_json(
    session: Session, position: int, names: Mapping[AccountId, str], now: datetime
) -> BoardWaitingJson:
    waited = now - (session.queued_at or session.created_at)
    item = cast(BoardWaitingJson, {**_queue_item(session, position), "waited_s": int(waited.total_seconds())})
    asked = session.offer.consultant_id if session.offer else None
    if asked is not None and asked in names:
        item["offered_to"] = {"id": asked, "name": names[asked]}
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
