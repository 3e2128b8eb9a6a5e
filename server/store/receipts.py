"""How far each side has received and read: told at once, stored a moment later for many sessions together.

Every message brings two receipts, and an update of a session costs the database several times as much as a
message. A receipt that a crash takes along does no harm: it only ever grows, and the next one says as much.
"""

from dataclasses import dataclass, field

from pymongo import UpdateOne, WriteConcern

from server.domain.ids import SessionId
from server.domain.session import Receipt, Session
from server.store.client import Database
from server.store.message_reads import parts

Unwritten = dict[SessionId, dict[str, Receipt]]

_SESSIONS_A_COMMAND = 50
"""Messages that come meanwhile wait for one command, not for all."""
_UNJOURNALED = WriteConcern(w=1, j=False)


@dataclass(slots=True)
class ReceiptBook:
    """`write` is to be called every few seconds, and once more at the end."""

    database: Database
    _unwritten: Unwritten = field(default_factory=dict)
    _being_written: Unwritten = field(default_factory=dict)

    def raise_receipt(self, session: Session, role: str, *, delivered: int, read: int) -> Receipt:
        """Also raises the one in `session`. Cumulative and never back; reading implies delivery."""
        receipt = self.add_to(session).receipts[role]
        receipt.delivered = max(receipt.delivered, delivered, read)
        receipt.read = max(receipt.read, read)
        self._unwritten.setdefault(session.id, {})[role] = Receipt(receipt.delivered, receipt.read)
        return receipt

    def add_to(self, session: Session) -> Session:
        """The session as read from the database, with what is not there yet."""
        for unwritten in (self._being_written, self._unwritten):
            for role, newer in unwritten.get(session.id, {}).items():
                receipt = session.receipts[role]
                receipt.delivered = max(receipt.delivered, newer.delivered)
                receipt.read = max(receipt.read, newer.read)
        return session

    async def write(self) -> None:
        """Raises what the driver raises; nothing is forgotten then."""
        if not self._unwritten or self._being_written:
            return
        self._being_written, self._unwritten = self._unwritten, {}
        try:
            sessions = self.database["sessions"].with_options(write_concern=_UNJOURNALED)
            for part in parts(list(self._being_written.items()), _SESSIONS_A_COMMAND):
                updates = [
                    UpdateOne({"_id": session_id}, {"$max": _raised(receipts)})
                    for session_id, receipts in part
                ]
                await sessions.bulk_write(updates, ordered=False)
        except BaseException:
            for session_id, receipts in self._being_written.items():
                # Later ones of the same role are higher.
                self._unwritten[session_id] = receipts | self._unwritten.get(session_id, {})
            raise
        finally:
            self._being_written = {}


def _raised(receipts: dict[str, Receipt]) -> dict[str, int]:
    return {
        f"receipts.{role}.{name}": value
        for role, receipt in receipts.items()
        for name, value in (("delivered", receipt.delivered), ("read", receipt.read))
    }
