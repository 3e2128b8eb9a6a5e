"""Finds out who is asking: the token says which account, the account says what it may do."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.errors import Unauthorized
from server.domain.ids import AccountId
from server.domain.people import Account, AccountStatus, Person
from server.security.access_tokens import AccessTokens
from server.security.refresh_tokens import RefreshFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`family` is the log-in that the token belongs to; `expires_at` is when the token stops working."""

    person: Person
    expires_at: datetime
    family: str
    account: Account


class AccountFinder(Protocol):
    async def find(self, account_id: AccountId) -> Account | None: ...


class FamilyFinder(Protocol):
    async def find(self, family_id: str) -> RefreshFamily | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyPerson:
    access_tokens: AccessTokens
    accounts: AccountFinder
    families: FamilyFinder

    async def __call__(self, *, token: str) -> Identity:
        """Raises TokenExpired for a token that is only too old, Unauthorized for any other.

        The account must be active and its generation that of the token; the log-in must not be signed out.
        """
        claims = self.access_tokens.read(token)
        account, family = await asyncio.gather(
            self.accounts.find(claims.account_id), self.families.find(claims.family)
        )
        if account is None or account.status is not AccountStatus.ACTIVE:
            raise Unauthorized("the account is not active")
        if account.generation != claims.generation or account.merged_into is not None:
            raise Unauthorized("the access token was revoked")
        if family is None or family.account_id != account.id:
            raise Unauthorized("the log-in has ended")
        return Identity(
            person=account.person, expires_at=claims.expires_at, family=claims.family, account=account
        )
