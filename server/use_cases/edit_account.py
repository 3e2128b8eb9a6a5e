"""An admin renames, blocks, unblocks or promotes somebody, or gives out a new password."""

from dataclasses import dataclass, replace

from server.domain.account_names import clean_name
from server.domain.errors import BadRequest, Conflict, NotFound
from server.domain.events import AccountRevoked, ProfilesChanged
from server.domain.ids import AccountId
from server.domain.people import Account, AccountStatus, Consultant, Person, Role
from server.security.passwords import Passwords
from server.security.refresh_tokens import FamilyStore
from server.use_cases.account_ports import AccountChange, Accounts
from server.use_cases.consultant_ports import Profiles
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEdit:
    """What is None stays as it is."""

    name: str | None = None
    role: Role | None = None
    status: AccountStatus | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAccount:
    accounts: Accounts
    profiles: Profiles
    passwords: Passwords
    families: FamilyStore
    announce: Announce

    async def __call__(self, *, admin: Person, account_id: AccountId, edit: AccountEdit) -> Account:
        """A new role, status or password ends all log-ins and connections of the account.

        Raises NotFound, BadRequest, and Conflict for admins who would lock themselves out.
        """
        stored = await self.accounts.find(account_id)
        if stored is None or stored.status is AccountStatus.DELETED:
            raise NotFound("no such account")
        change = await self._change(stored, edit)
        if stored.id == admin.id and (change.role is not None or change.status is not None):
            raise Conflict("nobody can change their own role or block themselves")
        changed = await self.accounts.change(account_id, change, expected_generation=stored.generation)
        if changed is None:
            raise Conflict("the account was changed at the same time")
        if change.ends_tokens:
            await self.families.close_all(account_id)
            self.announce(AccountRevoked(account_id))
        await self._follow(changed, decides_activity=bool(change.role or change.status))
        return changed

    async def _change(self, stored: Account, edit: AccountEdit) -> AccountChange:
        role = edit.role if edit.role is not stored.role else None
        status = edit.status if edit.status is not stored.status else None
        if status is AccountStatus.DELETED:
            raise BadRequest("status: must be active or blocked")
        if stored.username is None and (role is not None or edit.password is not None):
            raise BadRequest("an account without a username has neither role nor password")
        password_hash = None if edit.password is None else await self.passwords.hash(edit.password)
        return AccountChange(
            name=clean_name(edit.name) or None if edit.name is not None else None,
            role=role,
            status=status,
            password_hash=password_hash,
            ends_tokens=bool(role or status or password_hash),
        )

    async def _follow(self, account: Account, *, decides_activity: bool) -> None:
        """A consultant who may sign in has an active profile; nobody else has one that could be matched."""
        profile = await self.profiles.find(account.id)
        should_match = account.role is Role.CONSULTANT and account.status is AccountStatus.ACTIVE
        if profile is None and not should_match:
            return
        if profile is None:
            await self.profiles.insert(
                Consultant(id=account.id, name=account.name, languages=[account.language])
            )
        else:
            is_active = should_match if decides_activity else profile.is_active
            if profile.is_active == is_active and profile.name == account.name:
                return
            await self.profiles.save_profile(replace(profile, is_active=is_active, name=account.name))
        self.announce(ProfilesChanged())
