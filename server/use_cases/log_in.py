"""Somebody signs in with username and password."""

from dataclasses import dataclass

from server.domain.account_names import clean_username
from server.domain.errors import BadRequest, Unauthorized
from server.domain.people import Account, AccountStatus
from server.security.passwords import Passwords
from server.use_cases.account_ports import LOGIN_FAILURES, Accounts, Throttle
from server.use_cases.identify_person import Identity
from server.use_cases.issue_tokens import IssueTokens, SignedIn
from server.use_cases.merge_visitor import MergeVisitor


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    accounts: Accounts
    passwords: Passwords
    throttle: Throttle
    merge_visitor: MergeVisitor
    issue_tokens: IssueTokens

    async def __call__(self, *, visitor: Identity | None, username: str, password: str) -> SignedIn:
        """With a visitor's identity that visitor's sessions follow into the account.

        Raises Unauthorized, the same for an unknown username, a wrong password and a blocked account, and
        RateLimited after too many failures for one username.
        """
        name = _comparable(username)
        account = await self._account(name, password)
        await self.merge_visitor(visitor, account)
        return await self.issue_tokens(account)

    async def _account(self, username: str, password: str) -> Account:
        async with self.passwords.turn(username):
            await self.throttle.check(LOGIN_FAILURES, username)
            account = await self.accounts.find_by_username(username)
            is_right = await self.passwords.verify(password, account.password_hash if account else None)
            if account is None or not is_right or account.status is not AccountStatus.ACTIVE:
                await self.throttle.take(LOGIN_FAILURES, username)
                raise Unauthorized("the username or the password is wrong")
            await self.throttle.forget(LOGIN_FAILURES, username)
            return account


def _comparable(username: str) -> str:
    try:
        return clean_username(username)
    except BadRequest:
        # Nobody has such a name; the answer must be that of any other wrong name.
        return f"?{username[:64]!a}"
