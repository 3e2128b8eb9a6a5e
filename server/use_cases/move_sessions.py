"""A visitor has signed in: what they said before becomes their account's."""

from dataclasses import dataclass
from typing import Protocol

from server.domain.events import SessionChanged
from server.domain.ids import AccountId
from server.domain.people import Account
from server.domain.session import EndedBy
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Announce, Clock, Sessions


class SessionMover(Protocol):
    async def move(self, from_account: AccountId, into_account: AccountId, *, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MoveSessions:
    sessions: Sessions
    mover: SessionMover
    change_session: ChangeSession
    announce: Announce
    clock: Clock

    async def merge(self, from_account: Account, into_account: Account) -> None:
        """One open session a user: if both have one, the visitor's ends before it moves."""
        if await self.sessions.find_open_of(into_account.id) is not None:
            visiting = await self.sessions.find_open_of(from_account.id)
            if visiting is not None:
                await self.change_session(
                    visiting.id, lambda one: one.end(now=self.clock(), by=EndedBy.SYSTEM)
                )
        await self.mover.move(from_account.id, into_account.id, name=into_account.name)
        moved = await self.sessions.find_open_of(into_account.id)
        if moved is not None:
            # Whose it is has changed without a step of the session: everybody must read it again.
            self.announce(SessionChanged(moved, None))
