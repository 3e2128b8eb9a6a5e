"""Sessions as the wire shows them: with the log's tail and the place in the queue."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from server.domain.events import QueueMoved
from server.domain.ids import SessionId
from server.domain.people import Person
from server.domain.session import Session, SessionStatus
from server.wire.alarms import alarm_json
from server.wire.objects import QueueJson, SessionJson, session_json

_BUILT_AT_ONCE = 100


class Tails(Protocol):
    async def tail(self, session_id: SessionId) -> int: ...
    async def tails(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]: ...


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
    if place.hold:
        shape["hold"] = place.hold
    return shape


def for_staff(session: Session, shape: SessionJson) -> SessionJson:
    """With what its user is not shown; the same object where there is nothing of the kind."""
    alarm = alarm_json(session)
    return {**shape, "alarm": alarm} if alarm else shape


@dataclass(frozen=True, slots=True)
class SessionViews:
    """What users see; what only staff see is added where it is asked for."""

    tails: Tails
    queue: Places

    async def __call__(self, session: Session) -> SessionJson:
        ended_seq = 0 if session.is_open else session.last_seq
        last_seq = ended_seq or await self.tails.tail(session.id)
        return self._shape(session, last_seq)

    async def shown_to(self, person: Person, session: Session) -> SessionJson:
        shape = await self(session)
        return for_staff(session, shape) if person.role.is_staff else shape

    async def of_all(self, sessions: Iterable[Session]) -> list[SessionJson]:
        """For staff, with one question to the log for all of them, and the loop free in between."""
        everybody = list(sessions)
        unknown = [one.id for one in everybody if one.is_open or not one.last_seq]
        tails = await self.tails.tails(unknown)
        shown: list[SessionJson] = []
        for number, one in enumerate(everybody, start=1):
            shown.append(for_staff(one, self._shape(one, tails.get(one.id, one.last_seq))))
            if number % _BUILT_AT_ONCE == 0:
                await asyncio.sleep(0)
        return shown

    def _shape(self, session: Session, last_seq: int) -> SessionJson:
        place = self.queue.places.get(session.id) if session.status is SessionStatus.QUEUED else None
        return session_json(session, last_seq=last_seq, queue=queue_json(place) if place else None)
