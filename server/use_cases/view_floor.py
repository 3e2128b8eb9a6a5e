"""What desks and boards show: one consultant's work, and the whole floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from matching.wait_error import NEWEST_OUTCOMES, EstimateError, error_of
from server.domain.ids import AccountId
from server.domain.people import Consultant
from server.domain.session import Session
from server.use_cases.estimate_waits import Promises, outcome_of
from server.use_cases.ports import Clock, Consultants, Presence, Sessions

_LAST_RATINGS = 20
_PRESENCE_AT_ONCE = 100
_BOT_FIGURES_SINCE = timedelta(hours=24)


class Votes(Protocol):
    async def count(self) -> dict[str, int]: ...


@dataclass(frozen=True, slots=True)
class ConsultantAtWork:
    consultant: Consultant
    is_present: bool


@dataclass(frozen=True, slots=True)
class Desk:
    own: ConsultantAtWork
    sessions: list[Session]


@dataclass(frozen=True, slots=True)
class Floor:
    """Who works, and on what."""

    active: list[Session]
    consultants: list[ConsultantAtWork]


@dataclass(frozen=True, slots=True)
class Figures:
    """`bot` counts sessions of the last 24 hours; votes are of all time. `estimates`: of the newest waits."""

    rated: list[Session]
    bot: dict[str, int]
    estimates: EstimateError


@dataclass(frozen=True, slots=True)
class ViewFloor:
    sessions: Sessions
    consultants: Consultants
    presence: Presence
    votes: Votes
    promises: Promises
    clock: Clock

    async def at_work(self, consultant: Consultant) -> ConsultantAtWork:
        return ConsultantAtWork(consultant, bool(await self.presence.desks_of([consultant.id])))

    async def desks(self, consultant_ids: Sequence[AccountId]) -> dict[AccountId, Desk]:
        """Of those who have a consultant's profile; a few queries, however many are asked for."""
        consultants = await self.consultants.of(consultant_ids)
        present = await self.presence.desks_of(consultants)
        theirs: dict[AccountId, list[Session]] = {one: [] for one in consultants}
        for session in await self.sessions.open_with_any(consultants):
            if session.consultant is not None:
                theirs[session.consultant.id].append(session)
        return {
            one: Desk(ConsultantAtWork(consultant, one in present), theirs[one])
            for one, consultant in consultants.items()
        }

    async def floor(self) -> Floor:
        consultants = await self.consultants.all()
        present: set[AccountId] = set()
        for start in range(0, len(consultants), _PRESENCE_AT_ONCE):
            part = consultants[start : start + _PRESENCE_AT_ONCE]
            present |= await self.presence.desks_of([one.id for one in part])
        active = await self.sessions.in_status("active")
        return Floor(
            active=sorted(active, key=lambda one: one.assigned_at or one.created_at),
            consultants=[ConsultantAtWork(one, one.id in present) for one in consultants],
        )

    async def figures(self) -> Figures:
        since = self.clock() - _BOT_FIGURES_SINCE
        bot = await self.sessions.count_since(since) | await self.votes.count()
        bot["in_conversation"] = await self.sessions.count_in("bot")
        kept = await self.promises.newest_outcomes(NEWEST_OUTCOMES)
        return Figures(
            rated=await self.sessions.last_rated(_LAST_RATINGS),
            bot=bot,
            estimates=error_of([outcome_of(one) for one in kept]),
        )
