"""A session goes to a better-suited person, or back to the queue, with a note for whoever comes next."""

from dataclasses import dataclass

from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession, must_be_staffed_by
from server.use_cases.ports import Clock, Consultants
from server.use_cases.slots import GiveByHand, by_hand_explanation
from server.use_cases.staff_remarks import AddNote


@dataclass(frozen=True, slots=True)
class TransferSession:
    find_session: FindSession
    consultants: Consultants
    give: GiveByHand
    change_session: ChangeSession
    add_note: AddNote
    clock: Clock

    async def __call__(
        self,
        *,
        person: Person,
        session_id: SessionId,
        consultant_id: AccountId | None = None,
        topic: str = "",
        note: str = "",
    ) -> Session:
        """To a person: Conflict when absent, AtCapacity when full, and the session stays where it was.

        Without one: back to the queue with its original waiting time. Raises NotFound for strangers,
        SessionEnded, and Conflict when the session is not in a state that can be transferred.
        """
        await self.find_session.for_staff(session_id, person)
        if consultant_id is None:
            session = await self._return(person, session_id, topic)
        else:
            session = await self._hand_to(consultant_id, person, session_id)
        if note.strip():
            await self.add_note.add(session, person, cmid=new_id("transfer"), text=note)
        return session

    async def _return(self, person: Person, session_id: SessionId, topic: str) -> Session:
        def give_back(session: Session) -> None:
            must_be_staffed_by(session, person)
            session.return_to_queue(now=self.clock(), topic=topic)

        return await self.change_session(session_id, give_back)

    async def _hand_to(self, consultant_id: AccountId, person: Person, session_id: SessionId) -> Session:
        consultant = await self.consultants.get(consultant_id)
        now = self.clock()
        explanation = by_hand_explanation("transfer", consultant, now)

        def hand_over(session: Session) -> None:
            must_be_staffed_by(session, person)
            session.transfer_to(consultant, now=now, explanation=explanation)

        return await self.give(session_id, consultant, hand_over)


@dataclass(frozen=True, slots=True)
class JoinSession:
    """A supervisor enters a session, visibly."""

    find_session: FindSession
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        await self.find_session.fresh(session_id, person)
        return await self.change_session(session_id, lambda one: one.note_join(person, now=self.clock()))
