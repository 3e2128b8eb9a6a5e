"""The argument and the result of every client event, and the payload of every server event.

The models parse what comes in; together with the result types they are the source of docs/asyncapi.json.
"""

from typing import Annotated, Any, Literal, NotRequired, Self

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict  # pydantic reads the standard one only from Python 3.12 on

from server.domain.people import PriceClass
from server.wire.fields import (
    Cmid,
    Identifier,
    Language,
    MessageSeq,
    RatingRequest,
    Request,
    Seq,
    Tags,
    Text,
    Token,
    Topic,
)
from server.wire.floor import (
    BoardConsultantJson,
    BoardJson,
    BoardWaitingJson,
    BotFiguresJson,
    EstimatesJson,
    PriorityReasonName,
    QueueItemJson,
    RatedJson,
)
from server.wire.objects import (
    ExplanationJson,
    MessageJson,
    NoteJson,
    PresenceJson,
    PresenceName,
    RatingJson,
    SenderJson,
    SessionJson,
    WaitJson,
)

# -- arguments -----------------------------------------------------------------------------------------------


class Empty(Request):
    pass


class OfSession(Request):
    session_id: Identifier


class StartSessionRequest(Request):
    text: Text | None = None
    cmid: Cmid | None = None
    topic: Topic = ""
    language: Language | None = None
    price_class: PriceClass | None = None
    consultant_id: Identifier | None = None

    @model_validator(mode="after")
    def _text_needs_cmid(self) -> Self:
        if self.text is not None and self.cmid is None:
            raise ValueError("text needs a cmid")
        return self


class SyncRequest(OfSession):
    last: Seq | None = None
    epoch: int | None = None
    tail: Annotated[int, Field(ge=0, le=200)] | None = None

    @model_validator(mode="after")
    def _last_or_tail(self) -> Self:
        if (self.last is None) == (self.tail is None):
            raise ValueError("either last or tail")
        return self


class MessageData(Request):
    reply_to: MessageSeq | None = None
    file_id: Identifier | None = None


class SendRequest(OfSession):
    cmid: Cmid
    text: Text
    kind: Literal["text", "file"] = "text"
    data: MessageData | None = None


class RecallRequest(OfSession):
    seq: MessageSeq


class AlarmRequest(OfSession):
    seq: MessageSeq


class ReceiptRequest(OfSession):
    delivered: Seq = 0
    read: Seq = 0


class TypingRequest(OfSession):
    on: bool


class HandoffRequest(OfSession):
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class RateRequest(RatingRequest):
    session_id: Identifier


class FeedbackRequest(OfSession):
    seq: MessageSeq
    helpful: bool


class PresenceRequest(Request):
    status: PresenceName
    capacity: Annotated[int, Field(ge=1, le=50)] | None = None


class OfferRequest(OfSession):
    fence: Seq
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class TransferRequest(OfSession):
    consultant_id: Identifier | None = None
    topic: Topic = ""
    note: Text = ""


class NoteRequest(OfSession):
    cmid: Cmid
    text: Text


class TagsRequest(OfSession):
    tags: Tags


class SuggestRequest(OfSession):
    text: Annotated[str, StringConstraints(max_length=4_000)] = ""


class RefreshRequest(Request):
    token: Token


# -- results -------------------------------------------------------------------------------------------------


class Nothing(TypedDict):
    pass


class StartResult(TypedDict):
    session: SessionJson
    messages: list[MessageJson]
    resumed: bool


class SyncResult(TypedDict):
    session: SessionJson
    messages: list[MessageJson]
    more: bool
    reset: bool
    first_seq: int


class SendResult(TypedDict):
    cmid: str
    seq: int
    created_at: str


class SessionResult(TypedDict):
    session: SessionJson


class SessionWithMessages(TypedDict):
    session: SessionJson
    messages: list[MessageJson]


class RatingResult(TypedDict):
    rating: RatingJson


class NoteResult(TypedDict):
    note: NoteJson


class SuggestionJson(TypedDict):
    entry_id: str
    question: str
    answer: str
    confidence: float


class SuggestResult(TypedDict):
    suggestions: list[SuggestionJson]


class PresenceResult(TypedDict):
    presence: PresenceJson


class OfferJson(TypedDict):
    """`priority_reason` as in a waiting session; the session itself, which its user sees, is silent."""

    session_id: str
    fence: int
    expires_in_ms: int
    session: SessionJson
    priority_reason: NotRequired[PriorityReasonName]
    explanation: ExplanationJson


class DeskResult(TypedDict):
    """`can_claim`: whether `queue:claim` is allowed here (`routing.manual_claim`)."""

    presence: PresenceJson
    sessions: list[SessionJson]
    offers: list[OfferJson]
    queue: list[QueueItemJson]
    version: int
    can_claim: bool


class BoardResult(TypedDict):
    board: BoardJson
    version: int


class RefreshResult(TypedDict):
    expires_at: str


# -- server events -------------------------------------------------------------------------------------------


class MessageEvent(TypedDict):
    message: MessageJson


class SessionEvent(TypedDict):
    session: SessionJson


class NoteEvent(TypedDict):
    note: NoteJson


TypingEvent = TypedDict("TypingEvent", {"session_id": str, "from": SenderJson, "on": bool})


class ReceiptEvent(TypedDict):
    session_id: str
    by: Literal["user", "consultant"]
    delivered: int
    read: int


class QueueEvent(TypedDict):
    session_id: str
    position: int
    eta_s: WaitJson | None
    opens_at: NotRequired[str]
    hold: NotRequired[Literal["no_such_skill"]]


class OfferRevokedEvent(TypedDict):
    session_id: str
    reason: Literal["accepted", "declined", "expired", "left"]


class DeskEvent(TypedDict):
    """Changes since the last `version`; `removed` are ids of sessions that left the desk or the queue."""

    version: int
    presence: NotRequired[PresenceJson]
    sessions: NotRequired[list[SessionJson]]
    queue: NotRequired[list[QueueItemJson]]
    removed: NotRequired[list[str]]


class BoardEvent(TypedDict):
    """Whole parts of the board that have changed since the last `version`."""

    version: int
    waiting: NotRequired[list[BoardWaitingJson]]
    longest_wait_s: NotRequired[int]
    active: NotRequired[list[SessionJson]]
    consultants: NotRequired[list[BoardConsultantJson]]
    bot: NotRequired[BotFiguresJson]
    estimates: NotRequired[EstimatesJson]
    ratings: NotRequired[list[RatedJson]]


class TailEvent(TypedDict):
    session_id: str
    epoch: int
    last_seq: int


class ExpiringEvent(TypedDict):
    expires_at: str


class RestartEvent(TypedDict):
    retry_in_ms: int


SERVER_EVENTS: dict[str, tuple[Any, str]] = {
    "message": (MessageEvent, "A new entry of the log; the sender receives its own too."),
    "session": (SessionEvent, "The whole session after every change."),
    "note": (NoteEvent, "A new note; staff of the session only."),
    "typing": (TypingEvent, "Another member types or has stopped; expires after 6 s."),
    "receipt": (ReceiptEvent, "How far the other side has received and read."),
    "queue": (QueueEvent, "A waiting user's place and estimate, when they change."),
    "offer": (OfferJson, "A session is offered to this consultant."),
    "offer:revoked": (OfferRevokedEvent, "The offer no longer stands."),
    "desk": (DeskEvent, "Changes of the desk, at most two a second; after a gap in `version` open it again."),
    "board": (BoardEvent, "Changes of the board, in the same manner."),
    "session:tail": (TailEvent, "A hint that something may have been missed."),
    "auth:expiring": (ExpiringEvent, "60 s before the connection is closed unless it is refreshed."),
    "server:restart": (RestartEvent, "Reconnect after this delay, jittered by the server."),
}
