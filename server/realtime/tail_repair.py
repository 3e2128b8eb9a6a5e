"""Finds what nobody was told: compares what was pushed with what the log has, and pushes the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from server.domain.events import MessagePosted
from server.domain.ids import SessionId
from server.domain.message import Message
from server.domain.session import Session
from server.realtime.connections import event_packet
from server.realtime.push import Push

logger = structlog.get_logger(__name__)


class LogReader(Protocol):
    async def newer_than(self, known: Mapping[SessionId, int]) -> list[Message]: ...
    async def tail(self, session_id: SessionId) -> int: ...


class SessionReader(Protocol):
    async def get(self, session_id: SessionId) -> Session: ...


@dataclass(slots=True)
class RepairTails:
    """Runs every few seconds. A session followed for the first time gets a hint of its tail instead."""

    push: Push
    log: LogReader
    sessions: SessionReader
    repaired: int = 0

    async def __call__(self) -> None:
        followed = list(self.push.connections.followers)
        for session_id in self.push.pushed.keys() - followed:
            del self.push.pushed[session_id]
        known = {one: self.push.pushed[one] for one in followed if one in self.push.pushed}
        for message in await self.log.newer_than(known):
            if message.seq > self.push.pushed.get(message.session_id, 0):
                session = await self.sessions.get(message.session_id)
                self.push.message(MessagePosted(message, session))
                self._hint(session, message.seq)
                self.repaired += 1
        for session_id in followed:
            if session_id not in known:
                session = await self.sessions.get(session_id)
                self.push.pushed[session_id] = await self.log.tail(session_id)
                self._hint(session, self.push.pushed[session_id])

    def _hint(self, session: Session, last_seq: int) -> None:
        payload = {"session_id": session.id, "epoch": session.epoch, "last_seq": last_seq}
        packet = event_packet("session:tail", payload)
        for connection in self.push.connections.followers.get(session.id, ()):
            connection.send(packet)
