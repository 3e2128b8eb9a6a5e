"""Somebody replaces the password; every other log-in of the account ends."""

from dataclasses import dataclass

from server.domain.errors import Conflict, Forbidden, Unauthorized
from server.domain.events import AccountRevoked
from server.security.passwords import Passwords
from server.security.refresh_tokens import FamilyStore
from server.use_cases.account_ports import LOGIN_FAILURES, AccountChange, Accounts, Throttle
from server.use_cases.identify_person import Identity
from server.use_cases.issue_tokens import IssueTokens, SignedIn
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    accounts: Accounts
    passwords: Passwords
    families: FamilyStore
    throttle: Throttle
    issue_tokens: IssueTokens
    announce: Announce

    async def __call__(self, *, identity: Identity, password: str, new_password: str) -> SignedIn:
        """New tokens for the device that asked. Raises Unauthorized for a wrong password, BadRequest."""
        account = identity.account
        if account.username is None:
            raise Forbidden("this account has no password")
        async with self.passwords.turn(account.username):
            await self.throttle.check(LOGIN_FAILURES, account.username)
            if not await self.passwords.verify(password, account.password_hash):
                await self.throttle.take(LOGIN_FAILURES, account.username)
                raise Unauthorized("the password is wrong")
        password_hash = await self.passwords.hash(new_password)
        changed = await self.accounts.change(
            account.id,
            AccountChange(password_hash=password_hash, ends_tokens=True),
            expected_generation=account.generation,
        )
        if changed is None:
            raise Conflict("the account was changed at the same time")
        await self.families.close_all(account.id)
        self.announce(AccountRevoked(account.id))
        return await self.issue_tokens(changed)
