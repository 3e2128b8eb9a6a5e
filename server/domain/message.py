"""One entry of a session's log, and the rules for its text."""

import re
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.domain.errors import BadRequest, TooLarge
from server.domain.ids import SessionId

MAX_TEXT_CODE_POINTS = 4_000
MAY_BE_RECALLED_FOR = timedelta(minutes=2)
_REMOVED_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # category Cc but for tab and newline
_NAMESPACE = uuid.UUID("6f1d4a52-6c0e-5b7e-9a0f-3d0b6a5e71c4")


class MessageKind(StrEnum):
    TEXT = "text"
    FILE = "file"
    SYSTEM = "system"
    CARD = "card"


class SenderRole(StrEnum):
    USER = "user"
    CONSULTANT = "consultant"
    SUPERVISOR = "supervisor"
    BOT = "bot"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Sender:
    role: SenderRole
    id: str
    name: str


BOT_ID = "bot"
SYSTEM_SENDER = Sender(SenderRole.SYSTEM, "system", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that has no place in the log yet.

    `fence` is the session's `log_fence` under which the author was allowed to write. The log refuses the
    draft when the session has moved on in between: nobody writes into a session that is no longer theirs.
    """

    session_id: SessionId
    epoch: int
    fence: int
    cmid: str
    kind: MessageKind
    sender: Sender
    text: str
    created_at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def is_transition(self) -> bool:
        """Transitions move the log's fence; everything else must match it."""
        return self.kind is MessageKind.SYSTEM

    @property
    def closes_session(self) -> bool:
        return self.is_transition and self.data.get("event") == "session_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A durable entry: `seq` is 1, 2, 3 … without holes within its session and `epoch`."""

    session_id: SessionId
    epoch: int
    seq: int
    fence: int
    cmid: str
    kind: MessageKind
    sender: Sender
    text: str
    created_at: datetime
    data: dict[str, Any] = field(default_factory=dict)

    def says_the_same_as(self, draft: Draft) -> bool:
        """Whether `draft` is this message sent again, rather than another one under the same cmid."""
        if self.data.get("recalled"):
            return True  # what it said is gone; only its author has this cmid
        return (
            self.kind is draft.kind
            and self.text == draft.text
            and self.data.get("reply_to") == draft.data.get("reply_to")
            and self.data.get("file_id") == draft.data.get("file_id")
        )


@dataclass(frozen=True, slots=True)
class Appended:
    """What the log says of a draft. `is_repeat`: the same message was already there, under the same cmid."""

    message: Message
    is_repeat: bool


class StaleFence(Exception):
    """The session has changed since the author was allowed to write: read it again and decide again.

    Told to use cases, never to people. `log_fence` is the fence of the log's tail.
    """

    def __init__(self, log_fence: int) -> None:
        super().__init__(f"the log is at fence {log_fence}")
        self.log_fence = log_fence


def clean_text(text: str, *, limit: int = MAX_TEXT_CODE_POINTS) -> str:
    """The text as it is stored: NFC, without control characters other than newline and tab.

    Raises BadRequest for blank text and for lone surrogates, TooLarge above `limit` code points.
    """
    # Normalisation is the expensive step, so hostile lengths stop before it; NFC shortens by 3 to 1 at most.
    if len(text) > limit * 4:
        raise TooLarge(f"text is longer than {limit} code points")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadRequest("text contains a lone surrogate") from error
    kept = _REMOVED_CONTROLS.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))
    if len(kept) > limit:
        raise TooLarge(f"text is longer than {limit} code points")
    if not any(unicodedata.category(c)[0] not in "ZC" for c in kept):
        raise BadRequest("text is blank")
    return kept


def derived_cmid(session_id: SessionId, purpose: str) -> str:
    """The same cmid for the same cause, so that a cause that arrives twice is logged once."""
    return str(uuid.uuid5(_NAMESPACE, f"{session_id}/{purpose}"))
