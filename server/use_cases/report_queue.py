"""A supervisor asks how the queue stands: who waits how long, and how well the last ones were served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from matching.wait_error import NEWEST_OUTCOMES, EstimateError, error_of
from server.domain.session import Session
from server.domain.waiting import KeptOrNot
from server.use_cases.estimate_waits import Promises, outcome_of
from server.use_cases.percentiles import nearest_rank
from server.use_cases.ports import Clock


class WaitingSessions(Protocol):
    async def queued(self) -> list[Session]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`priority` None: of all classes together. Nobody has waited for 0 seconds."""

    priority: int | None
    count: int
    longest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedLately:
    """The newest waits that are over. `service_level` is the share that was served within `within_seconds`,
    of all but those who left sooner; None of nothing. Percentiles (nearest rank) are of those served."""

    waits: int
    served: int
    within_seconds: float
    service_level: float | None
    median_seconds: float | None
    p95_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReport:
    """`classes`: the most urgent first, only those in which somebody waits."""

    at: datetime
    all: Waiting
    classes: tuple[Waiting, ...]
    lately: ServedLately
    estimates: EstimateError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQueue:
    sessions: WaitingSessions
    promises: Promises
    clock: Clock

    async def __call__(self, *, within_seconds: float) -> QueueReport:
        """Waits that are over count from the first estimate, which comes with the place in the queue."""
        queued, now = await self.sessions.queued(), self.clock()
        over = await self.promises.newest_outcomes(NEWEST_OUTCOMES)
        classes = sorted({one.priority for one in queued}, reverse=True)
        return QueueReport(
            at=now,
            all=_waiting(queued, now),
            classes=tuple(
                _waiting([one for one in queued if one.priority == priority], now, priority=priority)
                for priority in classes
            ),
            lately=served_lately(over, within_seconds),
            estimates=error_of([outcome_of(one) for one in over]),
        )


def served_lately(over: Sequence[KeptOrNot], within_seconds: float) -> ServedLately:
    waits = sorted(one.waited_seconds for one in over if one.was_served)
    left_later = sum(not one.was_served and one.waited_seconds > within_seconds for one in over)
    within = sum(seconds <= within_seconds for seconds in waits)
    judged = len(waits) + left_later
    return ServedLately(
        waits=len(over),
        served=len(waits),
        within_seconds=within_seconds,
        service_level=within / judged if judged else None,
        median_seconds=nearest_rank(waits, 0.5) if waits else None,
        p95_seconds=nearest_rank(waits, 0.95) if waits else None,
    )


def _waiting(queued: Sequence[Session], now: datetime, *, priority: int | None = None) -> Waiting:
    waits = ((now - (one.queued_at or now)).total_seconds() for one in queued)
    return Waiting(priority=priority, count=len(queued), longest_seconds=max(waits, default=0.0))
