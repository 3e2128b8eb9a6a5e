"""Tells every waiting user their place, and how long it may take, whenever it has changed."""

from dataclasses import dataclass, field

from matching.wait import estimate_wait
from server.domain.events import QueueMoved
from server.domain.hours import OpeningHours
from server.domain.ids import SessionId
from server.domain.times import rfc3339
from server.use_cases.assign_sessions import LookAtFloor
from server.use_cases.ports import Announce, Clock, Sessions

_HANDLE_SAMPLES = 200


@dataclass(slots=True)
class AnnounceQueue:
    """`places` holds what was told last, by session."""

    sessions: Sessions
    look_at_floor: LookAtFloor
    announce: Announce
    clock: Clock
    hours: OpeningHours
    places: dict[SessionId, QueueMoved] = field(default_factory=dict)

    async def __call__(self) -> None:
        now = self.clock()
        queued = await self.sessions.queued()
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
        for place in changed:
            self.announce(place)

    async def _estimates(self, count: int) -> list[dict[str, int] | None]:
        floor = await self.look_at_floor()
        handle_seconds = await self.sessions.recent_handle_seconds(_HANDLE_SAMPLES)
        handle_seconds.reverse()
        estimates: list[dict[str, int] | None] = []
        for position in range(1, count + 1):
            estimate = estimate_wait(position, floor.free_slots, floor.total_slots, handle_seconds)
            estimates.append(
                {"p50": round(estimate[0]), "p90": round(estimate[1])} if estimate is not None else None
            )
        return estimates
