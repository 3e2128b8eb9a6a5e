"""Keeps what waiting people were told of their wait, and compares it with what came."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from server.domain.ids import SessionId
from server.domain.session import Session, SessionStatus
from server.domain.waiting import KeptOrNot, WaitPromise
from server.use_cases.announce_queue import AnnounceQueue
from server.use_cases.estimate_waits import outcome_of
from server.use_cases.ports import Clock, Sessions

_READ_AGAIN_SECONDS = 60.0
_KEPT_FOR = timedelta(days=90)
_FORGET_EVERY_SECONDS = 3_600.0

QUANTILES = ("p50", "p90")


class PromiseStore(Protocol):
    async def keep(self, promises: Sequence[WaitPromise]) -> None: ...
    async def open(self) -> list[WaitPromise]: ...
    async def settle(self, outcomes: Sequence[KeptOrNot], now: datetime) -> None: ...
    async def forget_before(self, moment: datetime) -> None: ...


@dataclass(slots=True)
class Judged:
    """By quantile, since this process began: estimates that could be judged, and those that were right."""

    total: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUANTILES, 0))
    covered: dict[str, int] = field(default_factory=lambda: dict.fromkeys(QUANTILES, 0))

    def count(self, kept: KeptOrNot) -> None:
        outcome = outcome_of(kept)
        for level, quantile in enumerate(QUANTILES):
            is_covered = outcome.is_covered(level)
            if is_covered is not None:
                self.total[quantile] += 1
                self.covered[quantile] += is_covered


@dataclass(slots=True)
class JudgeEstimates:
    """Runs where the housekeeping is done, after places were told. What was open when another process had it,
    or when one died, is found by reading the open ones now and then."""

    sessions: Sessions
    queue: AnnounceQueue
    promises: PromiseStore
    clock: Clock
    judged: Judged = field(default_factory=Judged)
    _open: dict[SessionId, WaitPromise] = field(default_factory=dict)
    _read_again_at: float = 0.0
    _forget_at: float = 0.0

    async def __call__(self) -> None:
        if time.monotonic() >= self._read_again_at:
            self._open = {one.session_id: one for one in await self.promises.open()}
            self._read_again_at = time.monotonic() + _READ_AGAIN_SECONDS
        new = [one for one in self.queue.promised.values() if one.session_id not in self._open]
        if new:
            await self.promises.keep(new)
            self._open |= {one.session_id: one for one in new}
        ended = [one for one in self._open if one not in self.queue.places]
        if ended:
            await self._settle(ended)

    async def _settle(self, session_ids: Sequence[SessionId]) -> None:
        found = {one.id: one for one in await self.sessions.many(session_ids)}
        outcomes = [
            outcome
            for session_id in session_ids
            if (outcome := _outcome(self._open[session_id], found.get(session_id))) is not None
        ]
        if not outcomes:
            return
        now = self.clock()
        await self.promises.settle(outcomes, now)
        for one in outcomes:
            del self._open[one.promise.session_id]
            self.judged.count(one)
        if time.monotonic() >= self._forget_at:
            self._forget_at = time.monotonic() + _FORGET_EVERY_SECONDS
            await self.promises.forget_before(now - _KEPT_FOR)


def _outcome(promise: WaitPromise, session: Session | None) -> KeptOrNot | None:
    """None while it waits."""
    if session is None:
        return KeptOrNot(promise, 0.0, was_served=False)
    if session.status in {SessionStatus.QUEUED, SessionStatus.BOT}:
        return None
    ended = session.assigned_at or session.ended_at or promise.at
    waited_seconds = max(0.0, (ended - promise.at).total_seconds())
    return KeptOrNot(promise, waited_seconds, was_served=session.assigned_at is not None)
