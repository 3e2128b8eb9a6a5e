"""Who comes on a business day: callers ask, wait, leave and rate; advisers come and go, take and decline."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from tests.business_day.scripts import Script, Scripts
from tests.faults.client import Client, Refused
from tests.faults.history import now
from tests.faults.people import Consultant, Visitor
from tests.faults.wire import Json, Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHabits:
    """Shares of all, and seconds. `gone_seconds` and `grace_seconds` are those of the server's settings.

    `at_once` is how many callers there are at the same time: more than can be served, and never so many that
    a slow machine spends the day on reading what they wrote.
    """

    at_once: int = 70
    arriving_seconds: float = 15.0
    writes_waiting: float = 0.02
    looks_waiting: float = 0.05
    leaves_queue: float = 0.1
    drops_out: float = 0.2
    stays_gone: float = 0.2
    ends_talk: float = 0.8
    rates: float = 0.8
    declines: float = 0.12
    is_silent: float = 0.04
    answers_old_offer: float = 0.04
    shift_seconds: float = 20.0
    longest_talk: int = 9
    gone_seconds: float = 3.0
    grace_seconds: float = 3.0
    offer_seconds: float = 2.0


@dataclass(eq=False, slots=True)
class Caller(Visitor):
    """Asks once that day. Some leave the queue, some lose their connection, most end and rate."""

    day: DayHabits = field(default_factory=DayHabits)
    scripts: Scripts | None = None
    script: Script | None = None
    door: asyncio.Semaphore | None = None

    @override
    def words(self, session_id: str) -> str:
        assert self.script is not None
        return self.script.next_question()

    @override
    async def live(self) -> None:
        assert self.door is not None
        await asyncio.sleep(self.around.chance.uniform(0, self.day.arriving_seconds))
        async with self.door:
            await self._call()
        self.is_done = True

    async def _call(self) -> None:
        assert self.scripts is not None
        chance = self.around.chance
        self.script = self.scripts.new()
        self.language = self.script.language
        if chance.random() < self.day.drops_out:
            self.tasks.append(asyncio.create_task(self._drop_out()))
        await self._begin()
        self.scripts.begin(self.session_id, self.script)
        await self._wait_for_somebody()
        await self._talk()
        await self._end()

    async def _drop_out(self) -> None:
        """Once, for a moment or for longer than a place in the line is given away."""
        chance = self.around.chance
        await asyncio.sleep(chance.uniform(0.5, 5.0))
        is_long = chance.random() < self.day.stays_gone
        seconds = self.day.gone_seconds + 2.0 if is_long else chance.uniform(0.2, 1.5)
        for tab in self.tabs:
            tab.stays_away_until = now() + seconds
            tab.leave()

    @override
    async def _wait_for_somebody(self) -> None:
        chance = self.around.chance
        leaves_at = now() + chance.uniform(0.5, 6.0) if chance.random() < self.day.leaves_queue else None
        while self.status not in {"active", "ended"}:
            await self.pause(self.habits.pause_seconds)
            if leaves_at is not None and now() > leaves_at:
                await self._leave_queue()
                leaves_at = None
            elif chance.random() < self.day.writes_waiting:
                await self.say(self.tabs[0], self.session_id)
            elif chance.random() < self.day.looks_waiting:
                await self._look()

    async def _leave_queue(self) -> None:
        try:
            left = await self.tabs[0].ask("session:cancel", {"session_id": self.session_id})
        except Refused:
            return  # somebody has come meanwhile
        self.status = left["session"]["status"]

    @override
    async def _end(self) -> None:
        chance, tab = self.around.chance, self.tabs[0]
        try:
            if self.status != "ended" and chance.random() < self.day.ends_talk:
                await tab.ask("session:end", {"session_id": self.session_id})
            while self.status != "ended":
                await self.pause(self.habits.pause_seconds)
                if self.around.is_closing:
                    await tab.ask("session:end", {"session_id": self.session_id})
                await self._look_back()
            if chance.random() < self.day.rates:
                score = chance.choice((1, 3, 4, 5, 5))
                await tab.ask("session:rate", {"session_id": self.session_id, "score": score})
                self.around.history.note("rated", session=self.session_id, score=score)
        except Refused as refusal:
            self.around.history.note("odd", person=self.id, code=refusal.code, at="end")

    async def _look_back(self) -> None:
        """Without beginning anew, as `_look` would where the session has ended."""
        page = await self.tabs[0].ask("session:sync", {"session_id": self.session_id, "tail": 1})
        self.status = page["session"]["status"]


@dataclass(eq=False, slots=True)
class Adviser(Consultant):
    """Takes most of what is offered, declines some, lets some run out; is busy, cut off or gone at times."""

    day: DayHabits = field(default_factory=DayHabits)
    scripts: Scripts | None = None
    wanted_status: str = "online"
    _answered: set[tuple[str, int]] = field(default_factory=set)
    _said_in: dict[str, int] = field(default_factory=dict)

    # -- coming and going ------------------------------------------------------------------------------------

    async def live(self) -> None:
        while not self.around.is_closing:
            await self.pause(self.day.shift_seconds)
            if not self.around.is_closing:
                await self.around.chance.choice((self._be_busy, self._be_cut_off, self._be_gone))()

    async def _be_busy(self) -> None:
        status = self.around.chance.choice(("busy", "away", "offline"))
        await self._set_presence(status)
        await asyncio.sleep(self.around.chance.uniform(1, 4))
        await self._set_presence("online")

    async def _be_cut_off(self) -> None:
        await self._vanish(self.around.chance.uniform(0.2, self.day.grace_seconds / 2))

    async def _be_gone(self) -> None:
        await self._vanish(self.day.grace_seconds + 4.0)

    async def _vanish(self, seconds: float) -> None:
        for tab in self.tabs:
            tab.stays_away_until = now() + seconds
            tab.leave()
        await asyncio.sleep(seconds)

    async def _set_presence(self, status: str) -> None:
        self.wanted_status = status
        await self.tabs[0].ask("presence:set", {"status": status, "capacity": self.capacity})

    @override
    def _greeting(self, tab: Client) -> Any:
        async def greet() -> None:
            desk = await tab.call("desk:open", {})
            for session in desk["sessions"]:
                self._take_up(tab, session)
            if desk["presence"]["status"] != self.wanted_status:
                wanted = {"status": self.wanted_status, "capacity": self.capacity}
                await tab.call("presence:set", wanted)
            for offer in desk["offers"]:
                self._consider(tab, offer)

        return greet

    async def _wake_up(self) -> None:
        """Silence has made the desk look abandoned."""
        await self.pause(self.habits.pause_seconds)
        if self.wanted_status == "online":
            await self._set_presence("online")

    # -- offers ----------------------------------------------------------------------------------------------

    @override
    def hear(self, tab: Client, name: str, payload: Json) -> None:
        Consultant.hear(self, tab, name, payload)
        if name == "offer":
            self._consider(tab, payload)
        elif name == "offer:revoked":
            self.around.history.note(
                "offer over", session=payload["session_id"], person=self.id, reason=payload["reason"]
            )
        elif name == "desk" and payload.get("presence", {}).get("status") == "away":
            self.tasks.append(asyncio.create_task(self._wake_up()))

    def _consider(self, tab: Client, offer: Json) -> None:
        self.around.history.note(
            "offer", session=offer["session_id"], fence=offer["fence"], person=self.id,
            expires_in_ms=offer["expires_in_ms"], explanation=offer["explanation"],
        )  # fmt: skip
        key = offer["session_id"], offer["fence"]
        if key not in self._answered:
            self._answered.add(key)
            self.tasks.append(asyncio.create_task(self._answer(tab, offer)))

    async def _answer(self, tab: Client, offer: Json) -> None:
        chance, fence = self.around.chance, offer["fence"]
        if not self.around.is_closing and chance.random() < self.day.is_silent:
            return
        await asyncio.sleep(min(self.day.offer_seconds / 2, chance.expovariate(4)))
        if chance.random() < self.day.answers_old_offer:
            await self._reply(tab, "accept", offer["session_id"], fence - 1)
        declines = not self.around.is_closing and chance.random() < self.day.declines
        await self._reply(tab, "decline" if declines else "accept", offer["session_id"], fence)

    async def _reply(self, tab: Client, answer: str, session_id: str, fence: int) -> None:
        """What comes of it is for the checker to judge."""
        argument = {"session_id": session_id, "fence": fence}
        if answer == "decline":
            argument["reason"] = "另有安排"
        began, code = now(), "unknown"
        try:
            ack = await tab.call(f"offer:{answer}", argument)
            code = "ok"
            if answer == "accept":
                self._take_up(tab, ack["session"])
        except Refused as refusal:
            code = refusal.code
        except Lost:
            pass
        finally:
            self.around.history.note(
                "answer", session=session_id, fence=fence, person=self.id, answer=answer, code=code,
                began=began,
            )  # fmt: skip

    # -- talking ---------------------------------------------------------------------------------------------

    @override
    def words(self, session_id: str) -> str:
        assert self.scripts is not None
        self._said_in[session_id] = self._said_in.get(session_id, 0) + 1
        return self.scripts.of(session_id).next_answer()

    @override
    async def _keeps(self, session_id: str) -> bool:
        if not await Consultant._keeps(self, session_id):
            return False
        if self._said_in[session_id] < self.day.longest_talk:
            return True
        try:
            await self.tabs[0].call("session:end", {"session_id": session_id})
        except (Lost, Refused):
            return True
        return False
