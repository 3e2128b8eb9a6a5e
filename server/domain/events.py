"""Facts: what has happened, told to whoever reacts (the table of reactions is in server/app/serving.py)."""

from dataclasses import dataclass
from typing import Any, Literal

from server.domain.ids import AccountId, SessionId
from server.domain.message import Message
from server.domain.note import Note
from server.domain.offers import Offer
from server.domain.session import Session, SessionStatus


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """`message` is durable. `session` is the state under which it was written."""

    message: Message
    session: Session


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """`session` has been saved. `before` is its status before, None for a new one.

    The former consultant and the former offer are what the session had before; they may still have it.
    """

    session: Session
    before: SessionStatus | None
    former_consultant_id: AccountId | None = None
    former_offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class NoteAdded:
    note: Note


@dataclass(frozen=True, slots=True)
class ReceiptMoved:
    session_id: SessionId
    by: str
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class TypingShown:
    session_id: SessionId
    person_id: AccountId
    role: str
    name: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class OfferMade:
    session: Session
    explanation: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueMoved:
    """A waiting user's place: 1 is next. `eta_s` is {"p50", "p90"} in seconds or None.

    `hold`: why nobody present can serve it, however long it waits.
    """

    session_id: SessionId
    position: int
    eta_s: dict[str, int] | None
    opens_at: str | None
    hold: Literal["no_such_skill"] | None = None


@dataclass(frozen=True, slots=True)
class FloorChanged:
    """Somebody came or went, or a consultant's presence or places changed; None: anybody's may have."""

    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class KnowledgeChanged:
    pass


@dataclass(frozen=True, slots=True)
class ProfilesChanged:
    pass


@dataclass(frozen=True, slots=True)
class AccountRevoked:
    """Every connection of this account, or only those of one log-in (`family`), must close now."""

    account_id: AccountId
    family: str | None = None


Fact = (
    MessagePosted
    | SessionChanged
    | NoteAdded
    | ReceiptMoved
    | TypingShown
    | OfferMade
    | QueueMoved
    | FloorChanged
    | KnowledgeChanged
    | ProfilesChanged
    | AccountRevoked
)
