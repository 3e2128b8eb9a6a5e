"""A host site vouches for its user, who gets an account here without a password."""

from dataclasses import dataclass
from datetime import timedelta

from server.domain.account_names import clean_name, visitor_name
from server.domain.errors import BadRequest, Conflict, Unauthorized
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, AccountStatus, Role
from server.domain.times import utc_now
from server.security.site_tokens import SiteIdentity, SiteTokens
from server.use_cases.account_ports import AccountChange, Accounts, SpentTokens
from server.use_cases.identify_person import Identity
from server.use_cases.issue_tokens import IssueTokens, SignedIn
from server.use_cases.merge_visitor import MergeVisitor
from server.use_cases.ports import Clock

_KEPT_LONGER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFromSite:
    site_tokens: SiteTokens
    spent_tokens: SpentTokens
    accounts: Accounts
    merge_visitor: MergeVisitor
    issue_tokens: IssueTokens
    default_language: str = "zh"
    clock: Clock = utc_now

    async def __call__(self, *, visitor: Identity | None, token: str) -> SignedIn:
        """The same site and subject are always the same account. Raises Unauthorized, TokenExpired."""
        identity = self.site_tokens.read(token, now=self.clock())
        is_first = await self.spent_tokens.spend(
            identity.site, identity.token_id, keep_until=identity.expires_at + _KEPT_LONGER
        )
        if not is_first:
            raise Unauthorized("the identity token was used before")
        account = await self._account(identity)
        if account.status is not AccountStatus.ACTIVE:
            raise Unauthorized("the account is not active")
        await self.merge_visitor(visitor, account)
        return await self.issue_tokens(account)

    async def _account(self, identity: SiteIdentity) -> Account:
        name = _shown(identity.name)
        account = await self.accounts.find_by_site(identity.site, identity.subject)
        if account is None:
            try:
                return await self._new(identity, name)
            except Conflict:  # two tabs of one new user: the other one was faster
                account = await self.accounts.find_by_site(identity.site, identity.subject)
        if account is None:
            raise Conflict("the account was changed at the same time")
        if name and name != account.name:
            return await self.accounts.change(account.id, AccountChange(name=name)) or account
        return account

    async def _new(self, identity: SiteIdentity, name: str) -> Account:
        account = Account(
            id=AccountId(new_id("u")),
            role=Role.USER,
            name=name or visitor_name(self.default_language),
            language=self.default_language,
            created_at=self.clock(),
            site=identity.site,
            site_subject=identity.subject,
        )
        await self.accounts.insert(account)
        return account


def _shown(name: str | None) -> str:
    """A name that breaks our rules is the site's mistake; the user still gets in."""
    try:
        return clean_name(name or "")
    except BadRequest:
        return ""
