"""Somebody opens the chat for the first time and becomes an anonymous user."""

from dataclasses import dataclass

from server.domain.account_names import clean_name, known_language, visitor_name
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, Role
from server.domain.times import utc_now
from server.use_cases.account_ports import Accounts
from server.use_cases.issue_tokens import IssueTokens, SignedIn
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateVisitor:
    accounts: Accounts
    issue_tokens: IssueTokens
    default_language: str = "zh"
    clock: Clock = utc_now

    async def __call__(self, *, name: str | None, language: str | None) -> SignedIn:
        spoken = known_language(language, default=self.default_language)
        account = Account(
            id=AccountId(new_id("u")),
            role=Role.USER,
            name=clean_name(name or "") or visitor_name(spoken),
            language=spoken,
            created_at=self.clock(),
        )
        await self.accounts.insert(account)
        return await self.issue_tokens(account)
