"""A client exchanges its refresh token for new tokens."""

from dataclasses import dataclass

from server.domain.errors import Unauthorized
from server.domain.people import AccountStatus
from server.security.refresh_tokens import RefreshTokens
from server.use_cases.identify_person import AccountFinder
from server.use_cases.issue_tokens import IssueTokens, SignedIn


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshAccess:
    accounts: AccountFinder
    refresh_tokens: RefreshTokens
    issue_tokens: IssueTokens

    async def __call__(self, *, refresh_token: str) -> SignedIn:
        """The same successor for a repeat within the grace. Raises Unauthorized."""
        grant = await self.refresh_tokens.rotate(refresh_token)
        account = await self.accounts.find(grant.family.account_id)
        if (
            account is None
            or account.status is not AccountStatus.ACTIVE
            or account.generation != grant.family.generation
        ):
            await self.refresh_tokens.families.close(grant.family.id)
            raise Unauthorized("the log-in has ended")
        return self.issue_tokens.under(account, grant)
