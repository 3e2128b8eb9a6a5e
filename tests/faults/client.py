"""One tab that follows the protocol: applies in order, syncs gaps, resends what has no ack, comes back."""

import asyncio
import contextlib
import itertools
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.history import History, now
from tests.faults.wire import Json, Lost, NotLetIn, Wire

ACK_SECONDS = 6.0
_LONGEST_PAUSE_SECONDS = 2.0

_numbers = itertools.count(1)


class Refused(Exception):
    """A final no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Surroundings:
    """What all clients of a run share: where they may connect, by which chance, and who writes it down."""

    http: aiohttp.ClientSession
    history: History
    bases: list[str]
    chance: random.Random
    is_closing: bool = False
    reconnects: int = 0


@dataclass(slots=True)
class Copy:
    """A client's copy of a session's log: `cmids[n]` stands at seq n + 1."""

    epoch: int | None = None
    cmids: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        return len(self.cmids)


@dataclass(eq=False, slots=True)
class Client:
    """`heard` is overwritten by the person that it belongs to: it gets every event after the client has
    applied it. `greet` is called after every connect, before sessions are synced."""

    around: Surroundings
    person_id: str
    token: str
    copies: dict[str, Copy] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    wire: Wire | None = None
    socket: int = 0
    base: str = ""
    stays_away_until: float = 0.0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    greeting: Any = None
    heard: Any = None
    _gone: asyncio.Event = field(default_factory=asyncio.Event)
    _syncs: "dict[str, asyncio.Task[None]]" = field(default_factory=dict)

    # -- being connected -------------------------------------------------------------------------------------

    async def stay_connected(self) -> None:
        pause = 0.1
        while True:
            await asyncio.sleep(max(0.0, self.stays_away_until - now()))
            try:
                await self._connect()
            except (Lost, NotLetIn):
                pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
                self.base = ""
            else:
                pause = 0.1
                self.around.reconnects += 1
                await self._gone.wait()
            self.ready.clear()
            await asyncio.sleep(self.around.chance.uniform(pause / 2, pause))

    async def _connect(self) -> None:
        chance = self.around.chance
        if not self.base or self.base not in self.around.bases or chance.random() < 0.5:
            self.base = chance.choice(self.around.bases)
        self._gone.clear()
        number = next(_numbers)
        wire = await Wire.connect(
            self.around.http, self.base, self.token, self._hear_on(number), lambda: self._ended(number)
        )
        self.wire, self.socket = wire, number
        self.around.history.note("open", socket=number, person=self.person_id, base=self.base)
        try:
            if self.greeting is not None:
                await self.greeting()
            for session_id in list(self.followed):
                await self.sync(session_id)
        except (Lost, Refused):
            wire.abort()
            raise Lost("while greeting") from None
        self.ready.set()

    def _ended(self, number: int) -> None:
        self.around.history.note("close", socket=number, person=self.person_id)
        if self.socket == number:
            self.ready.clear()
            self._gone.set()

    def leave(self) -> None:
        if self.wire is not None:
            self.wire.abort()

    # -- hearing ---------------------------------------------------------------------------------------------

    def _hear_on(self, number: int) -> Any:
        def hear(name: str, payload: Json) -> None:
            if name == "message":
                self._take(payload["message"], how="push", socket=number)
            elif name == "session":
                self._note_session(payload["session"], number)
            elif name == "session:tail" and payload["last_seq"] > self.copy_of(payload["session_id"]).last:
                self._sync_soon(payload["session_id"])
            elif name == "server:restart" and number == self.socket:
                self.stays_away_until = max(self.stays_away_until, now() + payload["retry_in_ms"] / 1000)
                self.leave()
            if self.heard is not None:
                self.heard(self, name, payload)

        return hear

    def copy_of(self, session_id: str) -> Copy:
        return self.copies.setdefault(session_id, Copy())

    def _take(self, message: Json, *, how: str, socket: int) -> None:
        data = message.get("data") or {}
        self.around.history.note(
            "deliver", how=how, socket=socket, person=self.person_id, session=message["session_id"],
            seq=message["seq"], cmid=message["cmid"], sender=message["from"]["id"],
            kind=message["kind"], text=message["text"], event=data.get("event"),
        )  # fmt: skip
        copy = self.copy_of(message["session_id"])
        if message["seq"] == copy.last + 1:
            copy.cmids.append(message["cmid"])
        elif message["seq"] > copy.last:
            self._sync_soon(message["session_id"])

    def _note_session(self, session: Json, socket: int) -> None:
        self.around.history.note(
            "session", socket=socket, person=self.person_id, session=session["id"], status=session["status"],
            consultant=(session.get("consultant") or {}).get("id"), last_seq=session["last_seq"],
        )  # fmt: skip

    # -- asking ----------------------------------------------------------------------------------------------

    async def call(self, event: str, argument: Json) -> Json:
        """One try. Raises Lost (also for `retry: true`) and Refused."""
        if self.wire is None:
            self.ready.clear()
            raise Lost("not connected")
        wire, began = self.wire, now()
        try:
            ack = await wire.call(event, argument, seconds=ACK_SECONDS)
        except Lost as lost:
            wire.abort()  # whoever hears nothing for so long looks for another way
            if wire is self.wire:
                self.ready.clear()
            self._note_lost(event, began, str(lost))
            raise
        if ack["ok"]:
            return ack
        if ack["error"]["retry"]:
            self._note_lost(event, began, ack["error"]["code"])
            await asyncio.sleep(self.around.chance.uniform(0.1, 0.4))
            raise Lost(ack["error"]["code"])
        raise Refused(ack["error"]["code"])

    def _note_lost(self, event: str, began: float, code: str) -> None:
        """For whoever reads the history: no rule asks for it."""
        self.around.history.note(
            "lost", event=event, person=self.person_id, socket=self.socket, began=began, code=code
        )

    async def ask(self, event: str, argument: Json) -> Json:
        """Again and again until the answer is known. For what may be repeated. Raises Refused."""
        while True:
            await self.ready.wait()
            try:
                return await self.call(event, argument)
            except Lost:
                continue

    def _sync_soon(self, session_id: str) -> None:
        if session_id not in self._syncs:
            task = asyncio.create_task(self._sync_quietly(session_id))
            self._syncs[session_id] = task
            task.add_done_callback(lambda _: self._syncs.pop(session_id, None))

    async def _sync_quietly(self, session_id: str) -> None:
        with contextlib.suppress(Lost, Refused):  # the next connection syncs everything
            await self.sync(session_id)

    async def sync(self, session_id: str) -> None:
        """Reads on to the end. Raises Lost; a session that is no longer ours is forgotten."""
        copy, socket, has_more = self.copy_of(session_id), self.socket, True
        while has_more:
            began, last = now(), copy.last
            try:
                page = await self.call(
                    "session:sync", {"session_id": session_id, "last": last, "epoch": copy.epoch}
                )
            except Refused as refusal:
                self._note_sync(session_id, socket, began, last, code=refusal.code)
                self.followed.discard(session_id)
                return
            if page["reset"]:
                copy.cmids.clear()
            copy.epoch, has_more = page["session"]["epoch"], page["more"]
            self._note_sync(session_id, socket, began, last, code="ok", reset=page["reset"])
            self.followed.add(session_id)
            self._note_session(page["session"], socket)
            for message in page["messages"]:
                self._take(message, how="sync", socket=socket)

    def _note_sync(
        self, session_id: str, socket: int, began: float, last: int, *, code: str, reset: bool = False
    ) -> None:
        self.around.history.note(
            "sync", session=session_id, person=self.person_id, socket=socket, began=began, last=last,
            code=code, reset=reset,
        )  # fmt: skip

    # -- sending ---------------------------------------------------------------------------------------------

    async def send(
        self, session_id: str, text: str, *, cmid: str = "", beside: "Client | None" = None
    ) -> int | None:
        """Resends until it is settled: the seq, or None after a final refusal.

        `beside`: another tab says the same under the same cmid at the same moment.
        """
        cmid = cmid or str(uuid.uuid4())
        while True:
            await self.ready.wait()
            tries = [self.attempt(session_id, cmid, text)]
            if beside is not None and beside.ready.is_set():
                tries.append(beside.attempt(session_id, cmid, text))
            outcomes = await asyncio.gather(*tries)
            beside = None
            for outcome in outcomes:
                if outcome is not None:
                    return outcome or None

    async def attempt(self, session_id: str, cmid: str, text: str) -> int | None:
        """Once: the seq, 0 after a final refusal, None when unknown."""
        number, history = next(_numbers), self.around.history
        history.note(
            "send", attempt=number, cmid=cmid, session=session_id, person=self.person_id, socket=self.socket,
            base=self.base, text=text,
        )  # fmt: skip
        try:
            ack = await self.call("message:send", {"session_id": session_id, "cmid": cmid, "text": text})
        except Refused as refusal:
            history.note("fail", attempt=number, cmid=cmid, code=refusal.code)
            return 0
        except Lost as lost:
            history.note("unknown", attempt=number, cmid=cmid, code=str(lost))
            return None
        seq: int = ack["seq"]
        history.note("ok", attempt=number, cmid=cmid, seq=seq)
        return seq
