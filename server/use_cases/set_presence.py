"""A consultant says whether new sessions may come, and how many at once."""

from dataclasses import dataclass

from server.domain.events import FloorChanged
from server.domain.people import Consultant, Person, PresenceStatus
from server.use_cases.ports import Announce, Consultants


@dataclass(frozen=True, slots=True)
class SetPresence:
    consultants: Consultants
    announce: Announce

    async def __call__(
        self, *, person: Person, status: PresenceStatus, capacity: int | None = None
    ) -> Consultant:
        """Open sessions stay; a lower capacity only stops new ones."""
        consultant = await self.consultants.set_presence(person.id, status, capacity=capacity)
        self.announce(FloorChanged(person.id))
        return consultant
