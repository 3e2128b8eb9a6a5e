"""A visitor signs in: what they said before belongs to their account."""

from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import AccountId
from server.domain.session import EndedBy
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Clock, Sessions


class SessionMover(Protocol):
    async def merge(self, from_account: AccountId, into_account: AccountId, *, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class MergeVisitor:
    sessions: Sessions
    mover: SessionMover
    change_session: ChangeSession
    clock: Clock

    async def merge(self, from_account: AccountId, into_account: AccountId, *, name: str) -> None:
        """One open session a user: if both have one, the visitor's ends before it moves."""
        if await self.sessions.find_open_of(into_account) is not None:
            visiting = await self.sessions.find_open_of(from_account)
            if visiting is not None:
                await self.change_session(
                    visiting.id, lambda one: one.end(now=self.clock(), by=EndedBy.SYSTEM)
                )
        await self.mover.merge(from_account, into_account, name=name)
