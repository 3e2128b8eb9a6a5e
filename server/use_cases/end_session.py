"""A session ends: its user or consultant says so, or the user leaves the queue."""

from dataclasses import dataclass

from server.domain.errors import Conflict
from server.domain.ids import SessionId
from server.domain.people import Person, Role
from server.domain.session import EndedBy, Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class EndSession:
    """Idempotent."""

    find_session: FindSession
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        await self.find_session.fresh(session_id, person)
        by = EndedBy.USER if person.role is Role.USER else EndedBy.CONSULTANT
        return await self.change_session(session_id, lambda session: session.end(now=self.clock(), by=by))


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    find_session: FindSession
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        """Conflict when somebody has already taken over: the user would cut off a person unawares."""
        await self.find_session.fresh(session_id, person)

        def leave(session: Session) -> None:
            if session.status is SessionStatus.ACTIVE:
                raise Conflict("a consultant has already taken over")
            session.end(now=self.clock(), by=EndedBy.USER)

        return await self.change_session(session_id, leave)
