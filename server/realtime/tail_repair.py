"""Finds what nobody was told: compares what was pushed with what the log has, and pushes the rest."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from server.domain.ids import AccountId, SessionId
from server.domain.message import Message
from server.domain.people import Role
from server.domain.session import Session
from server.realtime.push import Push
from server.realtime.relay import posted_of

GAP_SECONDS = 0.05
_SESSIONS_A_STEP = 100
_MESSAGES_A_STEP = 50


class LogReader(Protocol):
    async def newer_than(self, known: Mapping[SessionId, int]) -> list[Message]: ...
    async def tails(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]: ...


class SessionReader(Protocol):
    async def many(self, session_ids: Iterable[SessionId]) -> list[Session]: ...
    async def fences(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]: ...
    async def open_of_any(self, user_ids: Iterable[AccountId]) -> list[Session]: ...
    async def open_with_any(self, consultant_ids: Iterable[AccountId]) -> list[Session]: ...


@dataclass(slots=True)
class RepairCounters:
    """For /metrics. A gap is a hole that something newer has shown."""

    rounds: int = 0
    gaps: int = 0
    repaired: int = 0
    missed_changes: int = 0
    last_seconds: float = 0.0


@dataclass(slots=True)
class RepairTails:
    """A round looks at every session that is followed here. A gap is looked at by itself, a moment later:
    mostly the missing message was only overtaken.

    After `doubt` (hints may have been lost) the next round also compares the state of the sessions, and looks
    for sessions that people here should be in.
    """

    push: Push
    log: LogReader
    sessions: SessionReader
    counters: RepairCounters = field(default_factory=RepairCounters)
    _gaps: set[SessionId] = field(default_factory=set)
    _task: "asyncio.Task[None] | None" = None
    _is_in_doubt: bool = False

    def doubt(self) -> None:
        self._is_in_doubt = True

    def gap(self, session_id: SessionId) -> None:
        self._gaps.add(session_id)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_at_gaps(), name="repair gaps")

    async def __call__(self) -> None:
        began = time.monotonic()
        was_in_doubt, self._is_in_doubt = self._is_in_doubt, False
        try:
            if was_in_doubt:
                await self._bring_people_in()
            followed = list(self.push.connections.followers)
            for start in range(0, len(followed), _SESSIONS_A_STEP):
                part = followed[start : start + _SESSIONS_A_STEP]
                if was_in_doubt:
                    await self._repair_states(part)
                await self._repair(part)
                await asyncio.sleep(0)
        except BaseException:
            self._is_in_doubt |= was_in_doubt
            raise
        self.counters.rounds += 1
        self.counters.last_seconds = time.monotonic() - began

    async def _look_at_gaps(self) -> None:
        while self._gaps:
            await asyncio.sleep(GAP_SECONDS)
            gaps, self._gaps = self._gaps, set()
            told = [self.push.told.get(one) for one in gaps]
            self.counters.gaps += sum(1 for one in told if one is not None and one.early)
            await self._repair(gaps)

    async def _repair(self, followed: Iterable[SessionId]) -> None:
        known: dict[SessionId, int] = {}
        first: list[SessionId] = []
        for session_id in followed:
            told = self.push.told.get(session_id)
            if told is None or told.seq is None:
                first.append(session_id)
            else:
                known[session_id] = told.seq
        if known:
            await self._push_missing(await self.log.newer_than(known))
        if first:
            await self._tell_tails(first)

    async def _push_missing(self, missing: list[Message]) -> None:
        if not missing:
            return
        sessions = {one.id: one for one in await self.sessions.many({one.session_id for one in missing})}
        tails: dict[SessionId, int] = {}
        for number, message in enumerate(missing, start=1):
            if number % _MESSAGES_A_STEP == 0:
                await asyncio.sleep(0)
            session, told = sessions.get(message.session_id), self.push.told.get(message.session_id)
            if session is None or told is None or (told.seq is not None and message.seq <= told.seq):
                continue
            self.push.learn(session)
            is_held = message.seq in told.early or message.seq in told.hinted
            self.push.message(posted_of(message, session))
            self.counters.repaired += not is_held
            tails[session.id] = message.seq
        for session_id, seq in tails.items():
            told = self.push.told.get(session_id)
            if told is not None:
                told.early = {one: posted for one, posted in told.early.items() if one > seq}
                told.hinted = {one for one in told.hinted if one > seq}
                self.push.tail(session_id, sessions[session_id].epoch, seq)

    async def _tell_tails(self, first: list[SessionId]) -> None:
        """Of sessions that are followed for the first time it isn't known how far their followers are. What
        has just been hinted at is new to them, if the log has it."""
        tails = await self.log.tails(first)
        hinted: dict[SessionId, int] = {}
        for session in await self.sessions.many(first):
            told = self.push.learn(session)
            if told is not None and told.seq is None:
                tail = tails[session.id]
                news = min(
                    (one for one in told.hinted if tail - _MESSAGES_A_STEP < one <= tail), default=None
                )
                told.hinted.clear()
                if news is None:
                    told.seq = tail
                    self.push.tail(session.id, session.epoch, tail)
                else:
                    told.seq = hinted[session.id] = news - 1
                    told.hinted.update(range(news, tail + 1))
        if hinted:
            await self._push_missing(await self.log.newer_than(hinted))

    async def _repair_states(self, followed: list[SessionId]) -> None:
        fences = await self.sessions.fences(followed)
        changed = [
            one for one in followed if (told := self.push.told.get(one)) and fences.get(one, 0) > told.shown
        ]
        for session in await self.sessions.many(changed):
            told = self.push.told.get(session.id)
            if told is not None and session.fence > told.shown:
                self.counters.missed_changes += told.shown >= 0
                self.push.session(session)

    async def _bring_people_in(self) -> None:
        """Whoever should be in a session of which nobody told this process."""
        idle: list[AccountId] = []
        at_desks: list[AccountId] = []
        for account_id, connections in list(self.push.connections.by_person.items()):
            role = next((one.person.role for one in connections), None)
            if role is Role.USER and not any(one.sessions for one in connections):
                idle.append(account_id)
            elif role is Role.CONSULTANT and self.push.connections.desks_of(account_id):
                at_desks.append(account_id)
        for session in await self.sessions.open_of_any(idle) + await self.sessions.open_with_any(at_desks):
            self.push.session(session)
