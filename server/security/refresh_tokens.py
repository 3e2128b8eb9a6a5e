"""Refresh tokens: opaque, rotating, in families; a spent one that comes back late closes its family.

A token is `<family id>.<256 bits>`. Only the SHA-256 of a family's current and previous token are kept, in
one document, so that each rotation is one atomic step. The successor is an HMAC of the token it replaces:
whoever still holds the previous token can be given the same successor again without its being stored.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from server.domain.errors import Unauthorized
from server.domain.ids import AccountId, new_id
from server.domain.people import Account
from server.domain.times import utc_now

_PURPOSE = b"wenjin refresh token successor"
_MAX_TOKEN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshFamily:
    """One log-in on one device. `generation` is the account's at log-in; a later one makes it void."""

    id: str
    account_id: AccountId
    generation: int
    current_hash: str
    previous_hash: str | None
    rotated_at: datetime | None
    expires_at: datetime


class FamilyStore(Protocol):
    async def insert(self, family: RefreshFamily) -> None: ...

    async def find(self, family_id: str) -> RefreshFamily | None: ...

    async def advance(
        self, family_id: str, *, from_hash: str, to_hash: str, now: datetime, expires_at: datetime
    ) -> RefreshFamily | None:
        """Atomically: `from_hash` was current and becomes previous. None when it was not, or is too old."""
        ...

    async def close(self, family_id: str) -> None: ...

    async def close_all(self, account_id: AccountId) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshGrant:
    token: str
    family: RefreshFamily


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshTokens:
    """`grace` is how long the previous token still returns the current one."""

    secret: bytes
    families: FamilyStore
    lifetime: timedelta = timedelta(days=30)
    grace: timedelta = timedelta(seconds=60)
    now: Callable[[], datetime] = utc_now

    async def open(self, account: Account) -> RefreshGrant:
        family_id = new_id("f")
        token = f"{family_id}.{secrets.token_urlsafe(32)}"
        family = RefreshFamily(
            id=family_id,
            account_id=account.id,
            generation=account.generation,
            current_hash=_hash(token),
            previous_hash=None,
            rotated_at=None,
            expires_at=self.now() + self.lifetime,
        )
        await self.families.insert(family)
        return RefreshGrant(token=token, family=family)

    async def rotate(self, token: str) -> RefreshGrant:
        """The successor of `token`. One spent too long ago closes the family and raises Unauthorized."""
        family_id, presented = _family_of(token), _hash(token)
        successor = self._successor(family_id, token)
        now = self.now()
        family = await self.families.advance(
            family_id,
            from_hash=presented,
            to_hash=_hash(successor),
            now=now,
            expires_at=now + self.lifetime,
        )
        if family is None:
            family = await self._repeated(family_id, presented, now)
        return RefreshGrant(token=successor, family=family)

    async def family_of(self, token: str) -> RefreshFamily | None:
        """The open family whose current or previous token this is, without spending it."""
        presented = _hash(token)
        family = await self.families.find(_family_of(token))
        if family is None or presented not in {family.current_hash, family.previous_hash}:
            return None
        return family

    async def _repeated(self, family_id: str, presented: str, now: datetime) -> RefreshFamily:
        family = await self.families.find(family_id)
        if family is None or family.expires_at <= now:
            raise Unauthorized("the refresh token is not valid")
        was_previous = family.previous_hash is not None and hmac.compare_digest(
            family.previous_hash, presented
        )
        if was_previous and family.rotated_at is not None and now - family.rotated_at <= self.grace:
            return family
        # Two holders of one family: one of them is a thief, and nobody can tell which.
        await self.families.close(family_id)
        raise Unauthorized("the refresh token was used before")

    def _successor(self, family_id: str, token: str) -> str:
        key = hmac.digest(self.secret, _PURPOSE, "sha256")
        tail = base64.urlsafe_b64encode(hmac.digest(key, token.encode(), "sha256")).rstrip(b"=").decode()
        return f"{family_id}.{tail}"


def _family_of(token: str) -> str:
    family_id, dot, tail = token.partition(".")
    if len(token) > _MAX_TOKEN_CHARACTERS or not (family_id and dot and tail and token.isascii()):
        raise Unauthorized("the refresh token is not valid")
    return family_id


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
