"""A member tells how far they have received and read."""

from dataclasses import dataclass

from server.domain.events import ReceiptMoved
from server.domain.ids import SessionId
from server.domain.people import Person, Role
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Announce, Log, Sessions


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    find_session: FindSession
    sessions: Sessions
    log: Log
    announce: Announce

    async def __call__(self, *, person: Person, session_id: SessionId, delivered: int, read: int) -> None:
        """Cumulative: never back, never beyond the log."""
        session = await self.find_session.quick(session_id, person)
        highest = max(delivered, read)
        if highest > self.log.known_tail(session_id):
            tail = await self.log.tail(session_id)
            delivered, read = min(delivered, tail), min(read, tail)
        role = "user" if person.role is Role.USER else "consultant"
        known = session.receipts[role]
        if max(delivered, read) <= known.delivered and read <= known.read:
            return
        receipt = await self.sessions.raise_receipt(session_id, role, delivered=delivered, read=read)
        self.announce(ReceiptMoved(session_id, role, receipt.delivered, receipt.read))
