"""Desks, live: one worker reads what has become old for many desks at once, and tells each what differs.

What a message or a receipt changes is known without reading; the rest is read afresh and compared, so that
"what was opened plus all events" equals "opened now", and a missed hint makes a change late, never lost.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import orjson
import structlog

from server.domain.errors import NotFound
from server.domain.ids import AccountId, SessionId
from server.domain.session import Session
from server.realtime.connections import Connection
from server.wire.floor import QueueItemJson
from server.wire.objects import PresenceJson, SessionJson

logger = structlog.get_logger(__name__)

LEAST_SECONDS_BETWEEN = 0.5
SAFETY_NET_SECONDS = 30.0
_ROUND_SECONDS = 0.1
_IDLE_SECONDS = 1.0
_READ_AT_ONCE = 40
_COST_BOUND = 3
_SLICE_SECONDS = 0.002
_QUEUE_BYTES_A_SECOND = 4_000_000
"""A long queue changes for every desk with every assignment: what all desks together are told is bounded."""


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a desk shows that is its consultant's alone."""

    presence: PresenceJson
    sessions: Mapping[str, SessionJson]
    held: Sequence[Session] = ()


@dataclass(frozen=True, slots=True, eq=False)
class QueuePart:
    """The queue as all desks show it. An item that is as it was before is the same object."""

    items: Mapping[str, QueueItemJson]
    number: int = 0

    def followed_by(self, items: Mapping[str, QueueItemJson]) -> "QueuePart":
        """Itself where nothing differs."""
        kept = self.items
        same = {key: kept[key] if kept.get(key) == item else item for key, item in items.items()}
        if len(same) == len(kept) and all(kept.get(key) is item for key, item in same.items()):
            return self
        return QueuePart(same, self.number + 1)


@dataclass(slots=True, eq=False)
class QueueNews:
    """What differs between a queue and earlier ones, worked out and encoded once for all desks."""

    queue: QueuePart
    _since: dict[int, tuple[orjson.Fragment | None, list[str], int]] = field(default_factory=dict)

    def since(self, before: QueuePart) -> tuple[orjson.Fragment | None, list[str], int]:
        """(the changed items, the keys of those that are gone, how many bytes the items are)"""
        if before.number not in self._since:
            changed = [item for key, item in self.queue.items.items() if before.items.get(key) is not item]
            gone = [key for key in before.items if key not in self.queue.items]
            encoded = orjson.dumps(changed)
            fragment = orjson.Fragment(encoded) if changed else None
            self._since[before.number] = fragment, gone, len(encoded)
        return self._since[before.number]


@dataclass(slots=True, eq=False)
class Desk:
    """One consultant's, however many windows show it."""

    consultant_id: AccountId
    own: OwnPart
    windows: "set[DeskWindow]" = field(default_factory=set)
    is_old: bool = False
    is_being_read: bool = False

    def replace(self, read: OwnPart) -> None:
        """Receipts and tails never go back: what was heard while this was being read stays."""
        known = self.own.sessions
        self.own = OwnPart(
            read.presence,
            {key: _newest(known[key], one) if key in known else one for key, one in read.sessions.items()},
            read.held,
        )

    def patch(self, session_id: SessionId, **changes: Any) -> None:
        session = self.own.sessions.get(session_id)
        if session is None or self.is_being_read:
            self.is_old = True
        if session is not None:
            changed = _newest(session, {**session, **changes})  # type: ignore[typeddict-item]
            self.own = OwnPart(self.own.presence, {**self.own.sessions, session_id: changed}, self.own.held)


@dataclass(slots=True, eq=False)
class DeskWindow:
    """One connection that shows a desk, and what it has been told."""

    connection: Connection
    desk: Desk
    leave: "Callable[[DeskWindow], None]"
    told: OwnPart
    queue: QueuePart
    version: int = 0
    told_at: float = 0.0

    def close(self) -> None:
        self.leave(self)

    def tell(self, news: QueueNews) -> None:
        if news.queue.number < self.queue.number:
            news = QueueNews(self.queue)  # opened after everybody else was told
        changes = self._changes(self.desk.own, news)
        self.told, self.queue = self.desk.own, news.queue
        if changes:
            self.version += 1
            self.told_at = time.monotonic()
            self.connection.emit("desk", {"version": self.version, **changes})

    def _changes(self, own: OwnPart, news: QueueNews) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if own.presence != self.told.presence:
            changes["presence"] = own.presence
        if own is not self.told:
            sessions = [one for key, one in own.sessions.items() if self.told.sessions.get(key) != one]
            if sessions:
                changes["sessions"] = sessions
        waiting, gone = self._queue_changes(own, news)
        if waiting:
            changes["queue"] = waiting
        left = [key for key in self.told.sessions if key not in own.sessions and key not in news.queue.items]
        removed = dict.fromkeys([*(key for key in gone if key not in own.sessions), *left])
        if removed:
            changes["removed"] = list(removed)
        return changes

    def _queue_changes(self, own: OwnPart, news: QueueNews) -> tuple[Any, list[str]]:
        """A session that is with this consultant is not shown as waiting, whatever an older queue says."""
        before, now = self.queue.items, news.queue.items
        told = self.told.sessions
        if not (told.keys() & before.keys()) and not (own.sessions.keys() & now.keys()):
            if news.queue is self.queue:
                return None, []
            return news.since(self.queue)[:2]
        shown_before = {key: one for key, one in before.items() if key not in told}
        shown = {key: one for key, one in now.items() if key not in own.sessions}
        changed = [one for key, one in shown.items() if shown_before.get(key) is not one]
        return changed, [key for key in shown_before if key not in shown]


@dataclass(slots=True)
class DeskFeeds:
    """All open desks of this process. `read` gives the own parts of many; `read_queue` the queue."""

    read: Callable[[list[AccountId]], Awaitable[Mapping[AccountId, OwnPart]]]
    read_queue: Callable[[], Awaitable[QueuePart]]
    news: QueueNews = field(default_factory=lambda: QueueNews(QueuePart({})))
    _desks: dict[AccountId, Desk] = field(default_factory=dict)
    _old: dict[AccountId, None] = field(default_factory=dict)
    _due: dict[DeskWindow, None] = field(default_factory=dict)
    _by_session: dict[str, set[AccountId]] = field(default_factory=dict)
    _queue_is_old: bool = False
    _queue_again_at: float = 0.0
    _read_seconds: float = 0.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    # -- opening ---------------------------------------------------------------------------------------------

    async def open(self, connection: Connection) -> DeskWindow:
        """A window; its next event has the version after its own. Raises NotFound without a profile."""
        consultant_id = connection.person.id
        queue = await self.read_queue()
        own = (await self.read([consultant_id])).get(consultant_id)
        if own is None:
            raise NotFound("no such consultant")
        desk = self._desks.setdefault(consultant_id, Desk(consultant_id, own))
        self._keep(desk, own)
        window = connection.desk
        if not isinstance(window, DeskWindow):
            window = DeskWindow(connection, desk, self._leave, desk.own, queue)
            connection.desk = window
        window.desk = desk
        desk.windows.add(window)
        window.told, window.queue = desk.own, max(queue, window.queue, key=lambda one: one.number)
        window.version += 1
        # Once more: what has happened since it was read had no desk to be told to.
        self._old[consultant_id] = None
        if self._task is None:
            self.news = QueueNews(queue)
            self._task = asyncio.create_task(self._run(), name="desk feeds")
        self._wake.set()
        return window

    def _leave(self, window: DeskWindow) -> None:
        self._due.pop(window, None)
        desk = window.desk
        desk.windows.discard(window)
        if desk.windows or self._desks.get(desk.consultant_id) is not desk:
            return
        del self._desks[desk.consultant_id]
        self._old.pop(desk.consultant_id, None)
        self._file(desk.consultant_id, desk.own.sessions, ())
        if not self._desks and self._task is not None:
            self._task.cancel()
            self._task = None

    # -- hints -----------------------------------------------------------------------------------------------

    def touch(self, consultant_ids: Iterable[AccountId | None]) -> None:
        """Something of these consultants has changed."""
        for one in consultant_ids:
            if one is not None and one in self._desks:
                self._old[one] = None
                self._wake.set()

    def touch_all(self) -> None:
        self.touch(list(self._desks))

    def touch_queue(self) -> None:
        self._queue_is_old = True
        self._wake.set()

    def patch(self, session_id: SessionId, consultant_id: AccountId | None, **changes: Any) -> None:
        """These fields of a session are known to have changed; they only ever rise."""
        holders = set(self._by_session.get(session_id, ()))
        if consultant_id is not None and consultant_id in self._desks:
            holders.add(consultant_id)
        for one in holders:
            desk = self._desks[one]
            desk.patch(session_id, **changes)
            if desk.is_old:
                self._old[one] = None
            self._due |= dict.fromkeys(desk.windows)
            self._wake.set()

    def raise_receipt(self, session_id: SessionId, by: str, *, delivered: int, read: int) -> None:
        for one in list(self._by_session.get(session_id, ())):
            session = self._desks[one].own.sessions.get(session_id)
            if session is not None:
                receipts = {**session["receipts"], by: {"delivered": delivered, "read": read}}
                self.patch(session_id, one, receipts=receipts)

    # -- the worker ------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        next_check, unchecked = time.monotonic() + _IDLE_SECONDS, list[AccountId]()
        while True:
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            if time.monotonic() >= next_check:
                next_check = time.monotonic() + _IDLE_SECONDS
                unchecked = self._check_some(unchecked or list(self._desks))
            try:
                await self._round()
            except Exception:
                logger.exception("desks could not be read")
                await asyncio.sleep(_IDLE_SECONDS)
            if self._old or self._due or self._queue_is_old:
                self._wake.set()
            await asyncio.sleep(max(_ROUND_SECONDS, _COST_BOUND * self._read_seconds))

    def _check_some(self, unchecked: list[AccountId]) -> list[AccountId]:
        """The safety net: every desk is read once in a while, a few of them each second."""
        count = ceil(len(self._desks) * _IDLE_SECONDS / SAFETY_NET_SECONDS)
        self.touch(unchecked[:count])
        self._queue_is_old = True
        return unchecked[count:]

    async def _round(self) -> None:
        began = time.monotonic()
        if self._queue_is_old and time.monotonic() >= self._queue_again_at:
            await self._look_at_queue()
        if self._old:
            await self._read_old()
        self._read_seconds = time.monotonic() - began
        await self._tell()

    async def _look_at_queue(self) -> None:
        self._queue_is_old = False
        queue = await self.read_queue()
        if queue is self.news.queue:
            return
        before, self.news = self.news.queue, QueueNews(queue)
        self._due |= {window: None for desk in self._desks.values() for window in desk.windows}
        seconds = self.news.since(before)[2] * len(self._due) / _QUEUE_BYTES_A_SECOND
        self._queue_again_at = time.monotonic() + max(LEAST_SECONDS_BETWEEN, seconds)

    async def _read_old(self) -> None:
        ids = [one for one in self._old if one in self._desks][:_READ_AT_ONCE]
        reading = [self._desks[one] for one in ids]
        for desk in reading:
            del self._old[desk.consultant_id]
            desk.is_old, desk.is_being_read = False, True
        try:
            read = await self.read(ids)
        except BaseException:
            self._old |= {one: None for one in ids if one in self._desks}
            raise
        finally:
            for desk in reading:
                desk.is_being_read = False
        for desk in reading:
            own = read.get(desk.consultant_id)
            if own is not None and self._desks.get(desk.consultant_id) is desk:
                self._keep(desk, own)
                self._due |= dict.fromkeys(desk.windows)

    def _keep(self, desk: Desk, own: OwnPart) -> None:
        before = desk.own.sessions if desk.consultant_id in self._desks else {}
        desk.replace(own)
        self._file(desk.consultant_id, before, desk.own.sessions)

    def _file(self, consultant_id: AccountId, before: Iterable[str], now: Iterable[str]) -> None:
        for key in before:
            holders = self._by_session.get(key, set())
            holders.discard(consultant_id)
            if not holders:
                self._by_session.pop(key, None)
        for key in now:
            self._by_session.setdefault(key, set()).add(consultant_id)

    async def _tell(self) -> None:
        """Those whose last event is long enough ago, with the loop free in between."""
        pause_at = time.monotonic() + _SLICE_SECONDS
        for window in list(self._due):
            if window.connection.socket.closed:
                window.close()
                continue
            now = time.monotonic()
            if now - window.told_at < LEAST_SECONDS_BETWEEN:
                continue
            if self._due.pop(window, False) is None:
                window.tell(self.news)
            if now >= pause_at:
                await asyncio.sleep(0)
                pause_at = time.monotonic() + _SLICE_SECONDS


def _newest(known: SessionJson, read: SessionJson) -> SessionJson:
    """`read`, without going back behind `known` in what only rises."""
    merged: SessionJson = {**read, "last_seq": max(known["last_seq"], read["last_seq"])}
    merged["receipts"] = {
        "user": {
            "delivered": max(known["receipts"]["user"]["delivered"], read["receipts"]["user"]["delivered"]),
            "read": max(known["receipts"]["user"]["read"], read["receipts"]["user"]["read"]),
        },
        "consultant": {
            "delivered": max(
                known["receipts"]["consultant"]["delivered"], read["receipts"]["consultant"]["delivered"]
            ),
            "read": max(known["receipts"]["consultant"]["read"], read["receipts"]["consultant"]["read"]),
        },
    }
    return merged
