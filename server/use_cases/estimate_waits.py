"""Says how long each waiting person will wait, from who is there, what they do, and what became of earlier
estimates."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np

from matching.profiles import FloatMatrix, speaks
from matching.requirements import Rule, seconds_until_open
from matching.rounds import OVERTAKING_LIMIT
from matching.wait import NEWEST_SAMPLES, Estimate, LiveQueue, estimate_live
from matching.wait_error import (
    NEWEST_OUTCOMES,
    Correction,
    Outcome,
    learn_correction,
    leaving_rate,
    rounded,
)
from server.domain.ids import SessionId
from server.domain.people import Consultant
from server.domain.session import Session
from server.domain.waiting import KeptOrNot
from server.use_cases.assign_sessions import Floor, LookAtFloor
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.ports import Clock, Sessions
from server.use_cases.shared_reading import SharedReading
from server.use_cases.waiting_requests import demands_of, profile_of

_LOOK_BACK = (timedelta(minutes=15), timedelta(hours=2), timedelta(days=1), timedelta(days=14))
_FIGURES_COST_BOUND = 40
_NEVER = float("inf")


class Promises(Protocol):
    async def newest_outcomes(self, limit: int) -> list[KeptOrNot]: ...


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


@dataclass(frozen=True, slots=True)
class Forecast:
    """`raw` as computed, `told` as corrected and rounded; both None where nothing can be said.

    `is_hopeless`: nobody present brings what is demanded, and the demand never relaxes.
    """

    raw: Estimate | None
    told: tuple[int, int] | None
    is_hopeless: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    floor: Floor
    handle_seconds: list[float]
    begun_at: Mapping[SessionId, datetime]
    correction: Correction
    leaving_per_second: float


@dataclass(slots=True)
class EstimateWaits:
    look_at_floor: LookAtFloor
    handle_times: HandleTimes
    open_sessions: GlanceAtOpen
    promises: Promises
    rules: Sequence[Rule]
    clock: Clock
    new_sessions_per_minute: int = 0
    overtaking_limit: int = OVERTAKING_LIMIT
    _reading: SharedReading[_Look] = field(init=False)

    def __post_init__(self) -> None:
        self._reading = SharedReading(self._look, cost_bound=_FIGURES_COST_BOUND)

    async def __call__(self, queued: Sequence[Session]) -> list[Forecast]:
        """For each, in the order of service. Computed beside the event loop."""
        self._reading.touch()
        look = await self._reading.recent()
        now = self.clock()
        opens_in = self._opens_in(queued, look.floor.present, now)
        waits = [place for place, one in enumerate(queued) if one.offer is None]
        queue = LiveQueue(
            opens_in=opens_in[waits],
            free_slots=[max(0, one.capacity - len(one.open_sessions)) for one in look.floor.present],
            busy_seconds=[_lasted(one, look.begun_at, now) for one in look.floor.present],
            handle_seconds=look.handle_seconds,
            leaving_per_second=look.leaving_per_second,
            overtaking_limit=self.overtaking_limit,
        )
        estimates = dict(zip(waits, await asyncio.to_thread(estimate_live, queue), strict=True))
        # Who is being offered to somebody waits for their word only.
        raw = [estimates.get(place, (0.0, 0.0)) for place in range(len(queued))]
        return [
            Forecast(
                estimate,
                rounded(look.correction.applied_to(estimate)) if estimate else None,
                is_hopeless=self._is_hopeless(session, look.floor.present, opens, now),
            )
            for session, estimate, opens in zip(queued, raw, opens_in, strict=True)
        ]

    async def _look(self) -> _Look:
        outcomes = [outcome_of(one) for one in await self.promises.newest_outcomes(NEWEST_OUTCOMES)]
        return _Look(
            floor=await self.look_at_floor(),
            handle_seconds=await self.handle_times.newest(),
            begun_at={
                one.id: one.assigned_at for one in await self.open_sessions.current() if one.assigned_at
            },
            correction=learn_correction(outcomes),
            leaving_per_second=leaving_rate(outcomes),
        )

    def _opens_in(
        self, queued: Sequence[Session], present: Sequence[Consultant], now: datetime
    ) -> FloatMatrix:
        """(queued, present): in how many seconds each may be given each session, as the matcher sees it."""
        profiles = [profile_of(one) for one in present]
        columns = {one.id: column for column, one in enumerate(present)}
        spoken = {
            language: np.array([speaks(profile, language) is not False for profile in profiles], dtype=bool)
            for language in {one.language for one in queued}
        }
        at_rest = np.array([one.seconds_until_more(self.new_sessions_per_minute, now) for one in present])
        opens_in = np.zeros((len(queued), len(present)))
        for row, session in enumerate(queued):
            demands = demands_of(session, self.rules, now) if self.rules else ()
            if demands:
                opens_in[row] = seconds_until_open(demands, profiles)
            opens_in[row, [columns[one] for one in session.declined_by if one in columns]] = _NEVER
            is_spoken = spoken[session.language]
            if np.isfinite(opens_in[row, is_spoken]).any():
                opens_in[row, ~is_spoken] = _NEVER
        return np.asarray(np.maximum(opens_in, at_rest))

    def _is_hopeless(
        self, session: Session, present: Sequence[Consultant], opens: FloatMatrix, now: datetime
    ) -> bool:
        is_anybody_asked = any(one.id not in session.declined_by for one in present)
        return (
            is_anybody_asked and not np.isfinite(opens).any() and bool(demands_of(session, self.rules, now))
        )


def outcome_of(kept: KeptOrNot) -> Outcome:
    return Outcome(
        raw=kept.promise.raw,
        told=kept.promise.told,
        waited_seconds=kept.waited_seconds,
        was_served=kept.was_served,
    )


def _lasted(consultant: Consultant, begun_at: Mapping[SessionId, datetime], now: datetime) -> list[float]:
    """How long each of their sessions has lasted; one that is only being offered begins now."""
    return [
        max(0.0, (now - begun_at.get(session_id, now)).total_seconds())
        for session_id in consultant.open_sessions
    ]
