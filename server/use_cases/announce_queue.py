"""Tells every waiting user their place, and how long it may take, whenever it has changed."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from matching.wait import NEWEST_SAMPLES, estimate_waits
from server.domain.events import QueueMoved
from server.domain.hours import OpeningHours
from server.domain.ids import SessionId
from server.domain.times import rfc3339
from server.use_cases.assign_sessions import Floor, LookAtFloor
from server.use_cases.ports import Announce, Clock, Sessions
from server.use_cases.shared_reading import SharedReading
from server.use_cases.waiting_line import WaitingLine

_TOLD_AT_ONCE = 100
_LOOK_BACK = (timedelta(minutes=15), timedelta(hours=2), timedelta(days=1), timedelta(days=14))
_FIGURES_COST_BOUND = 40


@dataclass(slots=True)
class HandleTimes:
    """How long the sessions took that ended last: read once, and then only what is new."""

    sessions: Sessions
    clock: Clock
    _newest: "deque[tuple[datetime, float]]" = field(default_factory=lambda: deque(maxlen=NEWEST_SAMPLES))
    _is_begun: bool = False

    async def newest(self) -> list[float]:
        """Assigned → ended in seconds, the latest end last."""
        if not self._is_begun:
            await self._begin()
        elif self._newest:
            self._newest.extend(await self.sessions.handle_seconds_since(self._newest[-1][0]))
        else:
            self._newest.extend(await self.sessions.handle_seconds_since(self.clock() - _LOOK_BACK[0]))
        return [seconds for _, seconds in self._newest]

    async def _begin(self) -> None:
        """Looks back no further than it must: a busy site ends thousands of sessions a day."""
        for look_back in _LOOK_BACK:
            found = await self.sessions.handle_seconds_since(self.clock() - look_back)
            self._newest.clear()
            self._newest.extend(found)
            if len(found) >= NEWEST_SAMPLES:
                break
        self._is_begun = True


@dataclass(slots=True)
class AnnounceQueue:
    """`places` holds what was told last, by session; `waiting_since` is the longest wait's beginning."""

    line: WaitingLine
    look_at_floor: LookAtFloor
    handle_times: HandleTimes
    announce: Announce
    clock: Clock
    hours: OpeningHours
    places: dict[SessionId, QueueMoved] = field(default_factory=dict)
    waiting_since: datetime | None = None
    floor: SharedReading[tuple[Floor, list[float]]] = field(init=False)

    def __post_init__(self) -> None:
        self.floor = SharedReading(self._look, cost_bound=_FIGURES_COST_BOUND)

    async def __call__(self) -> None:
        now = self.clock()
        queued = await self.line.current()
        self.waiting_since = min((one.queued_at for one in queued if one.queued_at), default=None)
        opening = None if self.hours.are_open(now) else self.hours.next_opening(now)
        opens_at = rfc3339(opening) if opening else None
        estimates = (
            await self._estimates(len(queued)) if queued and opens_at is None else [None] * len(queued)
        )
        places: dict[SessionId, QueueMoved] = {}
        for position, (session, estimate) in enumerate(zip(queued, estimates, strict=True), start=1):
            places[session.id] = QueueMoved(session.id, position, estimate, opens_at)
        changed = [place for session_id, place in places.items() if self.places.get(session_id) != place]
        self.places = places
        for number, place in enumerate(changed, start=1):
            self.announce(place)
            if number % _TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _look(self) -> tuple[Floor, list[float]]:
        return await self.look_at_floor(), await self.handle_times.newest()

    async def _estimates(self, count: int) -> list[dict[str, int] | None]:
        self.floor.touch()
        floor, handle_seconds = await self.floor.recent()
        estimates = estimate_waits(count, floor.free_slots, floor.total_slots, handle_seconds)
        return [{"p50": round(one[0]), "p90": round(one[1])} if one else None for one in estimates]
