"""Who belongs to a session, and so may see it."""

from dataclasses import dataclass

from server.domain.ids import AccountId
from server.domain.people import Person, Role


@dataclass(frozen=True, slots=True)
class Members:
    """Whose session it is, as of one state: what decides who may see it."""

    user_id: AccountId
    consultant_id: AccountId | None

    def include(self, person: Person) -> bool:
        """Its user, its current consultant (after the end the last one), supervisors and admins."""
        if person.role.sees_the_floor:
            return True
        if person.role is Role.CONSULTANT:
            return self.consultant_id == person.id
        return self.user_id == person.id
