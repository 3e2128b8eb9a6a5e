"""One of the staff says that a danger has been dealt with."""

from dataclasses import dataclass

from server.domain.ids import SessionId
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession, must_be_staffed_by
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class SettleAlarm:
    find_session: FindSession
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, seq: int) -> Session:
        """Again, or for an alarm that a newer one has replaced, it just returns the session.

        Raises NotFound and SessionEnded.
        """
        await self.find_session.for_staff(session_id, person)

        def settle(session: Session) -> None:
            must_be_staffed_by(session, person)
            session.settle_alarm(person, seq, now=self.clock())

        return await self.change_session(session_id, settle)
