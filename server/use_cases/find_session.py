"""Look-ups that take the person: what you may not see does not exist."""

from dataclasses import dataclass

from server.domain.errors import NotFound
from server.domain.ids import SessionId
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.ports import Sessions

_HIDDEN = "no such session"


def must_be_member(session: Session, person: Person) -> None:
    """For steps too: the session may have left the person since it was looked up. Raises NotFound."""
    if not session.is_member(person):
        raise NotFound(_HIDDEN)


def must_be_staffed_by(session: Session, person: Person) -> None:
    """The same for its consultant and supervisors."""
    if not session.is_staffed_by(person):
        raise NotFound(_HIDDEN)


@dataclass(frozen=True, slots=True)
class FindSession:
    sessions: Sessions

    async def fresh(self, session_id: SessionId, person: Person) -> Session:
        """As the database has it now. Raises NotFound for strangers as for unknown ids."""
        session = await self.sessions.get(session_id)
        must_be_member(session, person)
        return session

    async def quick(self, session_id: SessionId, person: Person) -> Session:
        """From this process's cache where it allows; a refusal is never given on an old copy."""
        session = await self.sessions.cached(session_id)
        return session if session.is_member(person) else await self.fresh(session_id, person)

    async def for_staff(self, session_id: SessionId, person: Person) -> Session:
        """For its consultant and for supervisors."""
        session = await self.fresh(session_id, person)
        must_be_staffed_by(session, person)
        return session
