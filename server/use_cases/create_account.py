"""An admin, or the command line, makes an account for somebody."""

from dataclasses import dataclass, replace

from server.domain.account_names import clean_name, clean_username, known_language
from server.domain.events import ProfilesChanged
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, Consultant, Role
from server.domain.times import utc_now
from server.security.passwords import Passwords
from server.use_cases.account_ports import Accounts
from server.use_cases.consultant_ports import Profiles
from server.use_cases.ports import Announce, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    accounts: Accounts
    profiles: Profiles
    passwords: Passwords
    announce: Announce
    default_language: str = "zh"
    clock: Clock = utc_now

    async def __call__(
        self,
        *,
        username: str,
        password: str,
        role: Role,
        name: str | None = None,
        language: str | None = None,
        profile: Consultant | None = None,
    ) -> Account:
        """A consultant's account gets `profile`, or an empty one. Raises BadRequest, Conflict."""
        username = clean_username(username)
        account = Account(
            id=AccountId(new_id("c" if role is Role.CONSULTANT else "u")),
            role=role,
            name=clean_name(name or "") or username,
            language=known_language(language, default=self.default_language),
            created_at=self.clock(),
            username=username,
            password_hash=await self.passwords.hash(password),
        )
        await self.accounts.insert(account)
        if role is Role.CONSULTANT:
            blank = Consultant(id=account.id, name=account.name, languages=[account.language])
            await self.profiles.insert(replace(profile, id=account.id) if profile else blank)
            self.announce(ProfilesChanged())
        return account
