"""A member is typing, or has stopped."""

from dataclasses import dataclass

from server.domain.events import TypingShown
from server.domain.ids import SessionId
from server.domain.people import Person
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Announce


@dataclass(frozen=True, slots=True)
class ShowTyping:
    find_session: FindSession
    announce: Announce

    async def __call__(self, *, person: Person, session_id: SessionId, is_on: bool) -> None:
        session = await self.find_session.quick(session_id, person)
        if session.is_open:
            self.announce(TypingShown(session_id, person.id, person.role.value, person.name, is_on))
