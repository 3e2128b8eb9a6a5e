"""Sessions as the wire shows them: with the log's tail and the place in the queue."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from server.domain.events import QueueMoved
from server.domain.ids import SessionId
from server.domain.session import Session, SessionStatus
from server.wire.objects import QueueJson, SessionJson, session_json


class Tails(Protocol):
    async def tail(self, session_id: SessionId) -> int: ...


class Places(Protocol):
    @property
    def places(self) -> Mapping[SessionId, QueueMoved]: ...


def queue_json(place: QueueMoved) -> QueueJson:
    shape: QueueJson = {
        "position": place.position,
        "eta_s": {"p50": place.eta_s["p50"], "p90": place.eta_s["p90"]} if place.eta_s else None,
    }
    if place.opens_at:
        shape["opens_at"] = place.opens_at
    return shape


@dataclass(frozen=True, slots=True)
class SessionViews:
    tails: Tails
    queue: Places

    async def __call__(self, session: Session) -> SessionJson:
        ended_seq = 0 if session.is_open else session.last_seq
        last_seq = ended_seq or await self.tails.tail(session.id)
        place = self.queue.places.get(session.id) if session.status is SessionStatus.QUEUED else None
        return session_json(session, last_seq=last_seq, queue=queue_json(place) if place else None)

    async def of_all(self, sessions: Iterable[Session]) -> list[SessionJson]:
        return list(await asyncio.gather(*(self(one) for one in sessions)))
