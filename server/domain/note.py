"""What staff write about a session and its user never sees."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import SessionId
from server.domain.message import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """`after_seq` places the note in the log without being a message of it."""

    id: str
    session_id: SessionId
    after_seq: int
    cmid: str
    author: Sender
    text: str
    created_at: datetime
