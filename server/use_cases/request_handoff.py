"""A user asks for a person."""

from dataclasses import dataclass

from server.domain.ids import SessionId
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class RequestHandoff:
    find_session: FindSession
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, reason: str = "") -> Session:
        """Idempotent: in `queued` and `active` it just returns the session. Raises SessionEnded."""
        await self.find_session.quick(session_id, person)
        return await self.change_session(
            session_id, lambda session: session.ask_for_person(now=self.clock(), reason=reason)
        )
