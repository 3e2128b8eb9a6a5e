"""What desks and boards show: one consultant's work, and the whole floor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from server.domain.ids import AccountId
from server.domain.people import Consultant
from server.domain.session import Session
from server.use_cases.ports import Clock, Consultants, Presence, Sessions

_LAST_RATINGS = 20
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
    waiting: list[Session]


@dataclass(frozen=True, slots=True)
class Board:
    """`bot` counts sessions of the last 24 hours; votes are of all time."""

    at: datetime
    waiting: list[Session]
    active: list[Session]
    consultants: list[ConsultantAtWork]
    rated: list[Session]
    bot: dict[str, int]


@dataclass(frozen=True, slots=True)
class ViewFloor:
    sessions: Sessions
    consultants: Consultants
    presence: Presence
    votes: Votes
    clock: Clock

    async def at_work(self, consultant_id: AccountId) -> ConsultantAtWork:
        consultant = await self.consultants.get(consultant_id)
        return ConsultantAtWork(consultant, bool(await self.presence.desks_of([consultant_id])))

    async def desk(self, consultant_id: AccountId) -> Desk:
        """Raises NotFound for somebody without a consultant's profile."""
        own = await self.at_work(consultant_id)
        return Desk(own, await self.sessions.open_with(consultant_id), await self.sessions.queued())

    async def board(self) -> Board:
        now = self.clock()
        consultants = await self.consultants.all()
        present = await self.presence.desks_of([one.id for one in consultants])
        bot = await self.sessions.count_since(now - _BOT_FIGURES_SINCE) | await self.votes.count()
        bot["in_conversation"] = len(await self.sessions.in_status("bot"))
        active = await self.sessions.in_status("active")
        return Board(
            at=now,
            waiting=await self.sessions.queued(),
            active=sorted(active, key=lambda one: one.assigned_at or one.created_at),
            consultants=[ConsultantAtWork(one, one.id in present) for one in consultants],
            rated=await self.sessions.last_rated(_LAST_RATINGS),
            bot=bot,
        )
