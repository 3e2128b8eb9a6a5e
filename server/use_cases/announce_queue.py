"""Tells every waiting user their place, and how long it may take, whenever it has changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.domain.events import QueueMoved
from server.domain.hours import OpeningHours
from server.domain.ids import SessionId
from server.domain.session import Session
from server.domain.times import rfc3339
from server.domain.waiting import WaitPromise
from server.use_cases.estimate_waits import EstimateWaits, Forecast
from server.use_cases.ports import Announce, Clock
from server.use_cases.waiting_line import WaitingLine

_TOLD_AT_ONCE = 100
_UNKNOWN = Forecast(None, None)


@dataclass(slots=True)
class AnnounceQueue:
    """`places` holds what was told last, by session, and `promised` the first estimate of each;
    `waiting_since` is the longest wait's beginning."""

    line: WaitingLine
    estimate_waits: EstimateWaits
    announce: Announce
    clock: Clock
    hours: OpeningHours
    places: dict[SessionId, QueueMoved] = field(default_factory=dict)
    promised: dict[SessionId, WaitPromise] = field(default_factory=dict)
    waiting_since: datetime | None = None

    async def __call__(self) -> None:
        now = self.clock()
        queued = await self.line.current()
        self.waiting_since = min((one.queued_at for one in queued if one.queued_at), default=None)
        opening = None if self.hours.are_open(now) else self.hours.next_opening(now)
        opens_at = rfc3339(opening) if opening else None
        forecasts = (
            await self.estimate_waits(queued) if queued and opens_at is None else [_UNKNOWN] * len(queued)
        )
        places: dict[SessionId, QueueMoved] = {}
        for position, (session, forecast) in enumerate(zip(queued, forecasts, strict=True), start=1):
            told = {"p50": forecast.told[0], "p90": forecast.told[1]} if forecast.told else None
            places[session.id] = QueueMoved(
                session.id, position, told, opens_at, "no_such_skill" if forecast.is_hopeless else None
            )
        self._note_promises(queued, forecasts)
        changed = [place for session_id, place in places.items() if self.places.get(session_id) != place]
        self.places = places
        for number, place in enumerate(changed, start=1):
            self.announce(place)
            if number % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _note_promises(self, queued: Sequence[Session], forecasts: Sequence[Forecast]) -> None:
        before, now = self.promised, self.clock()
        self.promised = {}
        for session, forecast in zip(queued, forecasts, strict=True):
            if session.id in before:
                self.promised[session.id] = before[session.id]
            elif forecast.raw is not None and forecast.told is not None:
                self.promised[session.id] = WaitPromise(session.id, now, forecast.raw, forecast.told)
