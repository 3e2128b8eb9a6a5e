"""Users, consultants and strangers who live through a run as people do."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from typing_extensions import override

from tests.faults.client import Client, Refused, Surroundings
from tests.faults.history import now
from tests.faults.wire import Json, Lost

_AFTER_CLOSING_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How people behave, in seconds and shares."""

    pause_seconds: float = 4.0
    talk_seconds: float = 25.0
    two_tabs: float = 0.25
    said_twice: float = 0.15
    said_again_later: float = 0.08
    handed_on: float = 0.02
    has_bot: bool = True


@dataclass(eq=False, slots=True)
class Person:
    """Somebody with one or more tabs. What they say is numbered, so that every text is one of a kind."""

    around: Surroundings
    habits: Habits
    id: str
    role: str
    token: str
    tabs: list[Client] = field(default_factory=list)
    tasks: "list[asyncio.Task[Any]]" = field(default_factory=list)
    sending: int = 0
    acknowledged: int = 0
    _said: int = 0

    def open_tabs(self, count: int) -> None:
        for _ in range(count):
            tab = Client(self.around, self.id, self.token)
            tab.heard = self.hear
            self.tabs.append(tab)
        self.around.history.note("person", person=self.id, role=self.role)
        self.tasks += [asyncio.create_task(tab.stay_connected()) for tab in self.tabs]

    def hear(self, tab: Client, name: str, payload: Json) -> None:
        """What arrived at one of the tabs."""

    async def pause(self, mean_seconds: float) -> None:
        seconds = min(3 * mean_seconds, self.around.chance.expovariate(1 / mean_seconds))
        if self.around.is_closing:
            seconds = min(seconds, _AFTER_CLOSING_SECONDS)
        await asyncio.sleep(seconds)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self.sending += 1
        try:
            yield
        finally:
            self.sending -= 1

    def words(self, session_id: str) -> str:
        """What is said next in this session."""
        return f"我的第 {self._said} 个问题 {self.id[-6:]}"

    async def say(self, tab: Client, session_id: str) -> bool:
        """False when the session no longer takes our word."""
        chance, habits = self.around.chance, self.habits
        self._said += 1
        cmid, text = str(uuid.uuid4()), self.words(session_id)
        beside = chance.choice(self.tabs) if chance.random() < habits.said_twice else None
        with self._busy():
            seq = await tab.send(session_id, text, cmid=cmid, beside=beside)
        self.acknowledged += seq is not None
        if seq is not None and chance.random() < habits.said_again_later:
            self.tasks.append(asyncio.create_task(self._say_again(session_id, cmid, text)))
        return seq is not None

    async def _say_again(self, session_id: str, cmid: str, text: str) -> None:
        """An old resend that was on its way for long: it arrives after newer messages."""
        await self.pause(self.habits.pause_seconds)
        tab = self.around.chance.choice(self.tabs)
        if tab.ready.is_set():
            await tab.attempt(session_id, cmid, text)

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        for tab in self.tabs:
            tab.leave()
        await asyncio.gather(*self.tasks, return_exceptions=True)


@dataclass(eq=False, slots=True)
class Visitor(Person):
    """Asks, waits for a person, talks, ends, rates, and comes with the next question."""

    session_id: str = ""
    status: str = ""
    language: str = "zh"
    is_done: bool = False

    @override
    def hear(self, tab: Client, name: str, payload: Json) -> None:
        if name == "session" and payload["session"]["id"] == self.session_id:
            self.status = payload["session"]["status"]

    async def live(self) -> None:
        while not self.around.is_closing:
            await self._begin()
            await self._wait_for_somebody()
            await self._talk()
            await self._end()
        self.is_done = True

    async def _begin(self) -> None:
        tab = self.tabs[0]
        started = await tab.ask("session:start", {"language": self.language})
        self.session_id, self.status = started["session"]["id"], started["session"]["status"]
        self.around.history.note("began", person=self.id, session=self.session_id)
        for one in self.tabs:
            one.followed = {self.session_id}
            one._sync_soon(self.session_id)
        await self.say(tab, self.session_id)
        await self._pass_on_to_people()

    async def _pass_on_to_people(self) -> None:
        try:
            handed = await self.tabs[0].ask("session:handoff", {"session_id": self.session_id})
        except Refused:
            self.status = "ended"
        else:
            self.status = handed["session"]["status"]

    async def _wait_for_somebody(self) -> None:
        while self.status not in {"active", "ended"}:
            await self.pause(self.habits.pause_seconds)
            if self.around.chance.random() < 0.2:
                await self.say(self.tabs[0], self.session_id)
            if self.around.chance.random() < 0.2:
                await self._look()

    async def _look(self) -> None:
        """A change of state may have been told to a connection that was just breaking."""
        started = await self.tabs[0].ask("session:start", {"language": self.language})
        if started["session"]["id"] == self.session_id:
            self.status = started["session"]["status"]
        else:
            self.session_id, self.status = started["session"]["id"], started["session"]["status"]

    async def _talk(self) -> None:
        chance, until = (
            self.around.chance,
            now() + self.around.chance.uniform(0.4, 1.6) * self.habits.talk_seconds,
        )
        async with asyncio.TaskGroup() as group:
            for tab in self.tabs:
                await asyncio.sleep(chance.uniform(0, 0.1))
                group.create_task(self._talk_in(tab, until))

    async def _talk_in(self, tab: Client, until: float) -> None:
        # The second tab of one person says less.
        pause = self.habits.pause_seconds * (1 if tab is self.tabs[0] else 3)
        said = 0
        while self.status != "ended" and (now() < until or not said):
            if self.around.is_closing and said:
                return
            await self.pause(pause)
            if not await self.say(tab, self.session_id):
                return
            said += 1

    async def _end(self) -> None:
        try:
            await self.tabs[0].ask("session:end", {"session_id": self.session_id})
            await self.tabs[0].ask("session:rate", {"session_id": self.session_id, "score": 4})
        except Refused as refusal:
            self.around.history.note("odd", person=self.id, code=refusal.code, at="end")


@dataclass(eq=False, slots=True)
class Consultant(Person):
    """Answers in every session that is theirs, hands some on, and looks back at what is no longer theirs."""

    capacity: int = 3
    others: list["Consultant"] = field(default_factory=list)
    talks: "dict[str, asyncio.Task[None]]" = field(default_factory=dict)

    @override
    def open_tabs(self, count: int) -> None:
        Person.open_tabs(self, count)
        for tab in self.tabs:
            tab.greeting = self._greeting(tab)

    def _greeting(self, tab: Client) -> Any:
        async def greet() -> None:
            desk = await tab.call("desk:open", {})
            for session in desk["sessions"]:
                self._take_up(tab, session)
            if desk["presence"]["status"] != "online":
                await tab.call("presence:set", {"status": "online", "capacity": self.capacity})

        return greet

    @override
    def hear(self, tab: Client, name: str, payload: Json) -> None:
        if name == "session":
            self._take_up(tab, payload["session"])
        elif name == "desk":
            for session in payload.get("sessions", ()):
                self._take_up(tab, session)

    def _take_up(self, tab: Client, session: Json) -> None:
        if session["status"] != "active" or session["consultant"]["id"] != self.id:
            return
        session_id = session["id"]
        if session_id not in tab.followed:
            tab.followed.add(session_id)
            tab._sync_soon(session_id)
        if session_id not in self.talks or self.talks[session_id].done():
            self.talks[session_id] = asyncio.create_task(self._talk(session_id))

    async def _talk(self, session_id: str) -> None:
        chance = self.around.chance
        while True:
            await self.pause(self.habits.pause_seconds)
            tab = chance.choice(self.tabs)
            if not await self.say(tab, session_id) or not await self._keeps(session_id):
                break
        for tab in self.tabs:
            tab.followed.discard(session_id)

    async def _keeps(self, session_id: str) -> bool:
        """Asked after each word: False when the session has been given away."""
        if self.around.is_closing or self.around.chance.random() >= self.habits.handed_on:
            return True
        await self._hand_on(session_id)
        return False

    async def _hand_on(self, session_id: str) -> None:
        argument: Json = {"session_id": session_id}
        if self.others and self.around.chance.random() < 0.6:
            argument["consultant_id"] = self.around.chance.choice(self.others).id
        tab = self.tabs[0]
        await tab.ready.wait()
        try:
            await tab.call("session:transfer", argument)
        except (Lost, Refused):
            return
        await self.pause(self.habits.pause_seconds / 2)
        await intrude(tab, session_id)

    @override
    async def leave(self) -> None:
        for task in self.talks.values():
            task.cancel()
        await Person.leave(self)


@dataclass(eq=False, slots=True)
class Stranger(Person):
    """Tries to read and to write in sessions of others. `known` is what can be known of them: their ids."""

    known: list[Visitor] = field(default_factory=list)

    async def live(self) -> None:
        while not self.around.is_closing:
            await self.pause(1.0)
            session_id = self.around.chance.choice(self.known).session_id
            if session_id and self.tabs[0].ready.is_set():
                await intrude(self.tabs[0], session_id)


async def intrude(tab: Client, session_id: str) -> None:
    """Reads and writes where perhaps we may not; what comes of it is for the checker to judge."""
    try:
        await tab.sync(session_id)
    except Lost:
        return
    tab.followed.discard(session_id)
    await tab.attempt(session_id, str(uuid.uuid4()), "有人在听吗")


async def sign_in(around: Surroundings, path: str, body: Json) -> Json:
    """Tokens and the user. Tries until the server is there."""
    while True:
        base = around.chance.choice(around.bases)
        try:
            async with around.http.post(base + path, json=body, timeout=_TIMEOUT) as response:
                if response.status == 200:
                    answer: Json = await response.json()
                    return answer
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        await asyncio.sleep(0.3)


_TIMEOUT = aiohttp.ClientTimeout(total=10)
