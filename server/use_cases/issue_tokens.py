"""Gives an account the two tokens that a client signs in with."""

from dataclasses import dataclass

from server.domain.people import Account
from server.domain.times import utc_now
from server.security.access_tokens import AccessTokens
from server.security.refresh_tokens import RefreshGrant, RefreshTokens
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    account: Account
    access_token: str
    refresh_token: str
    expires_in_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTokens:
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    clock: Clock = utc_now

    async def __call__(self, account: Account) -> SignedIn:
        """Opens a new family of refresh tokens."""
        return self.under(account, await self.refresh_tokens.open(account))

    def under(self, account: Account, grant: RefreshGrant) -> SignedIn:
        """A new access token beside a refresh token that is already granted."""
        access_token = self.access_tokens.issue(account, family=grant.family.id, now=self.clock())
        return SignedIn(
            account=account,
            access_token=access_token,
            refresh_token=grant.token,
            expires_in_seconds=int(self.access_tokens.lifetime.total_seconds()),
        )
