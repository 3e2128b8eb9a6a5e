"""A visitor turns out to have an account: what was said as a visitor goes there."""

from dataclasses import dataclass

from server.domain.events import AccountRevoked
from server.domain.people import Account, Role
from server.security.refresh_tokens import FamilyStore
from server.use_cases.account_ports import Accounts, SessionMerger
from server.use_cases.identify_person import Identity
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeVisitor:
    accounts: Accounts
    families: FamilyStore
    sessions: SessionMerger
    announce: Announce

    async def __call__(self, visitor: Identity | None, into: Account) -> None:
        """Does nothing without a visitor, and for staff: their sessions are other people's."""
        if visitor is None or not visitor.person.is_visitor or into.role is not Role.USER:
            return
        if visitor.person.id == into.id:
            return
        # The sessions first: a crash in between leaves a visitor whose next log-in finishes the merge.
        await self.sessions.merge(visitor.account, into)
        await self.accounts.mark_merged(visitor.person.id, into=into.id)
        await self.families.close_all(visitor.person.id)
        self.announce(AccountRevoked(visitor.person.id))
