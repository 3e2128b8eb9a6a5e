"""What the use cases around people need from the outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from server.domain.ids import AccountId
from server.domain.people import Account, AccountStatus, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQuery:
    """All conditions hold together. Visitors are left out unless asked for."""

    role: Role | None = None
    status: AccountStatus | None = None
    username: str | None = None
    includes_visitors: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange:
    """What is None stays. `ends_tokens` raises the generation in the same step."""

    name: str | None = None
    language: str | None = None
    role: Role | None = None
    status: AccountStatus | None = None
    password_hash: str | None = None
    ends_tokens: bool = False


class Accounts(Protocol):
    async def find(self, account_id: AccountId) -> Account | None: ...

    async def find_by_username(self, username: str) -> Account | None: ...

    async def find_by_site(self, site: str, subject: str) -> Account | None: ...

    async def insert(self, account: Account) -> None:
        """Raises Conflict when the username, or the site's subject, belongs to somebody."""
        ...

    async def register_visitor(
        self, account_id: AccountId, *, username: str, password_hash: str, name: str | None
    ) -> Account | None:
        """Atomically; None when it is not an active visitor any more. Raises Conflict as `insert`."""
        ...

    async def change(
        self, account_id: AccountId, change: AccountChange, *, expected_generation: int | None = None
    ) -> Account | None:
        """Atomically; None when there is no such account (with that generation)."""
        ...

    async def mark_merged(self, account_id: AccountId, *, into: AccountId) -> None:
        """A visitor's account ends: its sessions have gone to `into`, its tokens stop working."""
        ...

    async def page(
        self, query: AccountQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[Account], str | None]: ...


class SessionMerger(Protocol):
    async def merge(self, from_account: Account, into_account: Account) -> None:
        """Gives all sessions of one account to another. May be repeated after a crash."""
        ...


class SpentTokens(Protocol):
    async def spend(self, site: str, token_id: str, *, keep_until: datetime) -> bool:
        """True the first time only."""
        ...


VISITORS = "visitors"
LOGINS = "logins"
LOGIN_FAILURES = "login_failures"


class Throttle(Protocol):
    """A budget for each key: an address for visitors and log-ins, a username for failures."""

    async def check(self, limit: str, key: str) -> None:
        """As `take`, without taking anything."""
        ...

    async def take(self, limit: str, key: str) -> None:
        """Raises RateLimited when the key's budget is used up."""
        ...

    async def forget(self, limit: str, key: str) -> None: ...
