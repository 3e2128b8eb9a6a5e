"""A session ends: its user or consultant says so, or the user leaves the queue."""

from dataclasses import dataclass

from server.domain.errors import Conflict
from server.domain.ids import SessionId
from server.domain.people import Person, Role
from server.domain.session import EndedBy, Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import must_be_member
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class EndSession:
    """Idempotent. Raises NotFound for strangers."""

    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        by = EndedBy.USER if person.role is Role.USER else EndedBy.CONSULTANT

        def end(session: Session) -> None:
            must_be_member(session, person)
            session.end(now=self.clock(), by=by)

        return await self.change_session(session_id, end)


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        """Conflict when somebody has already taken over: the user would cut off a person unawares."""

        def leave(session: Session) -> None:
            must_be_member(session, person)
            if session.status is SessionStatus.ACTIVE:
                raise Conflict("a consultant has already taken over")
            session.end(now=self.clock(), by=EndedBy.USER)

        return await self.change_session(session_id, leave)
