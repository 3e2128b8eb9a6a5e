"""How soon a consultant wrote after a session was given to them, read from the session's log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import AccountId
from server.domain.message import Message, SenderRole

_GIVEN = frozenset({"assigned", "transferred"})


@dataclass(slots=True)
class FirstResponse:
    """Hears a log from its beginning, in order.

    `seconds` from the last time that the session was given to the consultant before their first message, to
    that message. None until then, and for somebody to whom it was never given.
    """

    consultant_id: AccountId
    seconds: float | None = None
    has_written: bool = False
    _given_at: datetime | None = None

    def hear(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if self.has_written:
                return
            if message.sender.role is SenderRole.SYSTEM:
                self._note_step(message)
            elif message.sender.role is SenderRole.CONSULTANT and message.sender.id == self.consultant_id:
                self.has_written = True
                if self._given_at is not None:
                    self.seconds = max(0.0, (message.created_at - self._given_at).total_seconds())

    def _note_step(self, message: Message) -> None:
        if message.data.get("event") in _GIVEN and message.data.get("consultant_id") == self.consultant_id:
            self._given_at = message.created_at
