"""Somebody signs out on one device."""

from dataclasses import dataclass

from server.domain.errors import Unauthorized
from server.domain.events import AccountRevoked
from server.domain.ids import AccountId
from server.security.refresh_tokens import RefreshTokens
from server.use_cases.identify_person import Identity
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    refresh_tokens: RefreshTokens
    announce: Announce

    async def __call__(self, *, identity: Identity | None, refresh_token: str | None) -> None:
        """Ends the log-ins that the two tokens belong to; signing out again is no error.

        The connections of these log-ins close; other devices stay signed in.
        Raises Unauthorized without any token.
        """
        if identity is None and refresh_token is None:
            raise Unauthorized("sign-out needs the access token or the refresh token")
        if identity is not None:
            await self._end(identity.family, identity.person.id)
        if refresh_token is not None:
            family = await self.refresh_tokens.family_of(refresh_token)
            if family is not None and (identity is None or family.id != identity.family):
                await self._end(family.id, family.account_id)

    async def _end(self, family_id: str, account_id: AccountId) -> None:
        await self.refresh_tokens.families.close(family_id)
        self.announce(AccountRevoked(account_id, family_id))
