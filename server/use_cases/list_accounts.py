"""Admins look through the accounts."""

from dataclasses import dataclass

from server.domain.account_names import clean_username
from server.domain.errors import NotFound
from server.domain.ids import AccountId
from server.domain.people import Account, AccountStatus, Role
from server.use_cases.account_ports import AccountQuery, Accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAccounts:
    accounts: Accounts

    async def __call__(
        self,
        *,
        role: Role | None,
        status: AccountStatus | None,
        username: str | None,
        limit: int,
        cursor: str | None,
    ) -> tuple[list[Account], str | None]:
        """Newest first, without visitors."""
        query = AccountQuery(
            role=role, status=status, username=clean_username(username) if username else None
        )
        return await self.accounts.page(query, limit=limit, cursor=cursor)

    async def one(self, account_id: AccountId) -> Account:
        """Raises NotFound."""
        account = await self.accounts.find(account_id)
        if account is None or account.status is AccountStatus.DELETED:
            raise NotFound("no such account")
        return account
