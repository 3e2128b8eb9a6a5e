"""Admins look after the consultants' profiles; everybody may see who could answer."""

from dataclasses import dataclass, replace

from server.domain.errors import BadRequest, NotFound
from server.domain.events import ProfilesChanged
from server.domain.ids import AccountId
from server.domain.people import Consultant, Person, Role
from server.domain.profile_rules import ProfileEdit, clean_profile
from server.use_cases.account_ports import AccountChange, Accounts
from server.use_cases.consultant_ports import Profiles
from server.use_cases.create_account import CreateAccount
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConsultants:
    profiles: Profiles

    async def __call__(
        self, *, person: Person, limit: int, cursor: str | None
    ) -> tuple[list[Consultant], str | None]:
        """By name; staff also see those who are no longer active. The cursor is the id of the last one."""
        found = await self.profiles.all(active_only=not person.role.is_staff)
        start = 0
        if cursor is not None:
            places = {consultant.id: place for place, consultant in enumerate(found)}
            if cursor not in places:
                raise BadRequest("the cursor is not one of ours")
            start = places[AccountId(cursor)] + 1
        page = found[start : start + limit]
        return page, page[-1].id if start + limit < len(found) else None

    async def one(self, *, person: Person, consultant_id: AccountId) -> Consultant:
        """Raises NotFound."""
        found = await self.profiles.find(consultant_id)
        if found is None or not (found.is_active or person.role.is_staff):
            raise NotFound("no such consultant")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateConsultant:
    create_account: CreateAccount

    async def __call__(self, *, username: str, password: str, profile: ProfileEdit) -> Consultant:
        """Makes the account as well. Raises BadRequest, Conflict for a username that is taken."""
        draft = clean_profile(profile.over(Consultant(id=AccountId(""), name=profile.name or username)))
        account = await self.create_account(
            username=username,
            password=password,
            name=draft.name,
            role=Role.CONSULTANT,
            language=draft.languages[0],
            profile=draft,
        )
        return replace(draft, id=account.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditConsultant:
    accounts: Accounts
    profiles: Profiles
    announce: Announce

    async def __call__(self, *, consultant_id: AccountId, profile: ProfileEdit) -> Consultant:
        """What `profile` leaves out stays. Raises NotFound, BadRequest."""
        stored = await self.profiles.find(consultant_id) or await self._first_profile(consultant_id)
        changed = clean_profile(profile.over(stored))
        if changed == stored:
            return stored
        await self.profiles.save_profile(changed)
        if changed.name != stored.name:
            await self.accounts.change(consultant_id, AccountChange(name=changed.name))
        self.announce(ProfilesChanged())
        return changed

    async def _first_profile(self, consultant_id: AccountId) -> Consultant:
        """For an account whose profile was lost to a crash between the two inserts."""
        account = await self.accounts.find(consultant_id)
        if account is None or account.role is not Role.CONSULTANT:
            raise NotFound("no such consultant")
        consultant = Consultant(id=account.id, name=account.name, languages=[account.language])
        await self.profiles.insert(consultant)
        return consultant
