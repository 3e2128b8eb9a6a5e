"""A sender takes a message back."""

from dataclasses import dataclass

from server.domain.errors import Conflict, Forbidden, NotFound
from server.domain.ids import SessionId
from server.domain.message import MAY_BE_RECALLED_FOR, Message
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession, must_be_member
from server.use_cases.ports import Clock, Log


@dataclass(frozen=True, slots=True)
class RecallMessage:
    find_session: FindSession
    log: Log
    change_session: ChangeSession
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, seq: int) -> None:
        """Within two minutes of sending. Recalling again is no change.

        Raises NotFound (no such message, a stranger), Forbidden (somebody else's), Conflict (too late),
        SessionEnded.
        """
        session = await self.find_session.fresh(session_id, person)
        message = await self._own_message(session, person, seq)
        if message.data.get("recalled"):
            return
        now = self.clock()
        if now - message.created_at > MAY_BE_RECALLED_FOR:
            raise Conflict("the message can no longer be recalled")

        def recall(session: Session) -> None:
            must_be_member(session, person)
            session.note_recall(person, seq, now=now)

        # Told first, emptied second: if the process dies in between, the sender may simply recall again.
        await self.change_session(session_id, recall)
        await self.log.empty(session_id, seq)

    async def _own_message(self, session: Session, person: Person, seq: int) -> Message:
        found = await self.log.read_after(session.id, after=seq - 1, limit=1)
        if not found or found[0].seq != seq:
            raise NotFound("no such message")
        if found[0].sender.id != person.id:
            raise Forbidden("the message is somebody else's")
        return found[0]
