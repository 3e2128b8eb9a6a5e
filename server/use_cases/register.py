"""Somebody chooses a username and a password; a visitor keeps the id and so everything said so far."""

from dataclasses import dataclass

from server.domain.account_names import clean_name, clean_username
from server.domain.errors import Conflict
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, Role
from server.domain.times import utc_now
from server.security.passwords import Passwords
from server.use_cases.account_ports import Accounts
from server.use_cases.identify_person import Identity
from server.use_cases.issue_tokens import IssueTokens, SignedIn
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    accounts: Accounts
    passwords: Passwords
    issue_tokens: IssueTokens
    default_language: str = "zh"
    clock: Clock = utc_now

    async def __call__(
        self, *, visitor: Identity | None, username: str, password: str, name: str | None
    ) -> SignedIn:
        """Raises BadRequest for what is against the rules, Conflict for a username that is taken."""
        username, shown = clean_username(username), clean_name(name or "")
        if visitor is not None and not visitor.person.is_visitor:
            raise Conflict("this account has a username already")
        if await self.accounts.find_by_username(username) is not None:
            raise Conflict("the username is taken")
        password_hash = await self.passwords.hash(password)
        if visitor is None:
            return await self.issue_tokens(await self._new(username, password_hash, shown))
        account = await self.accounts.register_visitor(
            visitor.person.id, username=username, password_hash=password_hash, name=shown or None
        )
        if account is None:
            raise Conflict("this account has a username already")
        return await self.issue_tokens(account)

    async def _new(self, username: str, password_hash: str, name: str) -> Account:
        account = Account(
            id=AccountId(new_id("u")),
            role=Role.USER,
            name=name or username,
            language=self.default_language,
            created_at=self.clock(),
            username=username,
            password_hash=password_hash,
        )
        await self.accounts.insert(account)
        return account
