"""The objects that the server sends, and how each is made from the domain's.

They are TypedDicts: built without cost on the hot path, checked by mypy, and the source of the schemas in the
generated OpenAPI and AsyncAPI descriptions.
"""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from server.domain.message import Message, Sender
from server.domain.note import Note
from server.domain.offers import Declined
from server.domain.people import Account, Consultant, Person
from server.domain.rating import Rating
from server.domain.session import Session
from server.domain.times import rfc3339
from server.wire.alarms import AlarmJson

SessionStatusName = Literal["bot", "queued", "active", "ended"]
RoleName = Literal["user", "consultant", "supervisor", "admin"]
PresenceName = Literal["online", "busy", "away", "offline"]


class SenderJson(TypedDict):
    role: Literal["user", "consultant", "supervisor", "bot", "system"]
    id: str
    name: str


MessageJson = TypedDict(
    "MessageJson",
    {
        "session_id": str,
        "epoch": int,
        "seq": int,
        "cmid": str,
        "kind": Literal["text", "file", "system", "card"],
        "from": SenderJson,
        "text": str,
        "data": NotRequired[dict[str, Any]],
        "created_at": str,
    },
)


class NamedJson(TypedDict):
    id: str
    name: str


class SessionConsultantJson(NamedJson):
    title: NotRequired[str]
    avatar: NotRequired[str]


class WaitJson(TypedDict):
    """Seconds until somebody takes over: as likely sooner as later, and with 90 % certainty."""

    p50: int
    p90: int


class QueueJson(TypedDict):
    """`hold`: nobody present brings what the site demands for this session; its place is kept."""

    position: int
    eta_s: WaitJson | None
    opens_at: NotRequired[str]
    hold: NotRequired[Literal["no_such_skill"]]


class ReceiptJson(TypedDict):
    delivered: int
    read: int


class ReceiptsJson(TypedDict):
    user: ReceiptJson
    consultant: ReceiptJson


class RatingJson(TypedDict):
    score: int
    comment: NotRequired[str]
    tags: list[str]
    consultant_id: NotRequired[str]
    created_at: str
    updated_at: str


class SessionJson(TypedDict):
    """`alarm` is for staff only."""

    id: str
    status: SessionStatusName
    epoch: int
    last_seq: int
    topic: NotRequired[str]
    price_class: NotRequired[str]
    language: str
    tags: list[str]
    priority: int
    created_at: str
    queued_at: NotRequired[str]
    assigned_at: NotRequired[str]
    ended_at: NotRequired[str]
    ended_by: NotRequired[Literal["user", "consultant", "system", "timeout"]]
    user: NamedJson
    consultant: NotRequired[SessionConsultantJson]
    reason: NotRequired[str]
    queue: NotRequired[QueueJson]
    receipts: ReceiptsJson
    rating: NotRequired[RatingJson]
    alarm: NotRequired[AlarmJson]


NoteJson = TypedDict(
    "NoteJson",
    {"id": str, "session_id": str, "after_seq": int, "from": SenderJson, "text": str, "created_at": str},
)


class DeclineJson(TypedDict):
    """`how`: said no, or let the offer run out."""

    consultant_id: str
    how: Literal["declined", "silent"]
    reason: NotRequired[str]
    at: str


class TermJson(TypedDict):
    name: str
    value: float
    weight: float
    contribution: float


class CandidateJson(TypedDict):
    consultant_id: str
    score: float
    terms: list[TermJson]


class ExcludedJson(TypedDict):
    consultant_id: str
    reason: str


class ExplanationJson(TypedDict):
    """`score` is the expected satisfaction, a rating taken as 0 to 1: the sum of the terms' contributions.

    `propensity` is the probability of this choice under the policy (1: nothing was left to chance);
    `is_exploration`: somebody less known was given a chance.
    """

    policy: str
    consultant_id: str
    score: float
    terms: list[TermJson]
    candidates: list[CandidateJson]
    excluded: list[ExcludedJson]
    at: str
    propensity: NotRequired[float]
    is_exploration: NotRequired[bool]


class PersonJson(TypedDict):
    id: str
    name: str
    role: RoleName
    language: str
    is_visitor: bool


class AccountJson(TypedDict):
    id: str
    username: str | None
    name: str
    role: RoleName
    language: str
    status: Literal["active", "blocked", "deleted"]
    created_at: str


class ConsultantJson(TypedDict):
    """`status`, `open_sessions` and `is_active` are for staff only."""

    id: str
    name: str
    title: NotRequired[str]
    bio: str
    skills: list[str]
    languages: list[str]
    capacity: int
    specialty: NotRequired[str]
    price_class: NotRequired[str]
    avatar: NotRequired[str]
    status: NotRequired[PresenceName]
    open_sessions: NotRequired[int]
    is_active: NotRequired[bool]


class PresenceJson(TypedDict):
    """`status` is what the consultant chose, `present` whether a desk of theirs is really connected."""

    status: PresenceName
    capacity: int
    open: int
    present: bool


def sender_json(sender: Sender) -> SenderJson:
    return {"role": sender.role.value, "id": sender.id, "name": sender.name}


def message_json(message: Message) -> MessageJson:
    shape: MessageJson = {
        "session_id": message.session_id,
        "epoch": message.epoch,
        "seq": message.seq,
        "cmid": message.cmid,
        "kind": message.kind.value,
        "from": sender_json(message.sender),
        "text": message.text,
        "created_at": rfc3339(message.created_at),
    }
    if message.data:
        shape["data"] = message.data
    return shape


def rating_json(rating: Rating) -> RatingJson:
    shape: RatingJson = {
        "score": rating.score,
        "tags": list(rating.tags),
        "created_at": rfc3339(rating.created_at),
        "updated_at": rfc3339(rating.updated_at),
    }
    if rating.comment:
        shape["comment"] = rating.comment
    if rating.consultant_id:
        shape["consultant_id"] = rating.consultant_id
    return shape


def _add_wishes(shape: SessionJson, session: Session) -> None:
    if session.topic:
        shape["topic"] = session.topic
    if session.price_class:
        shape["price_class"] = session.price_class


def session_json(session: Session, *, last_seq: int, queue: QueueJson | None = None) -> SessionJson:
    """As its user sees it; `last_seq` comes from the log, `queue` from the live queue, both outside of it."""
    shape: SessionJson = {
        "id": session.id,
        "status": session.status.value,
        "epoch": session.epoch,
        "last_seq": last_seq,
        "language": session.language,
        "tags": list(session.tags),
        "priority": session.priority,
        "created_at": rfc3339(session.created_at),
        "user": {"id": session.user.id, "name": session.user.name},
        "receipts": _receipts_json(session),
    }
    _add_wishes(shape, session)
    if session.queued_at:
        shape["queued_at"] = rfc3339(session.queued_at)
    if session.assigned_at:
        shape["assigned_at"] = rfc3339(session.assigned_at)
    if session.ended_at:
        shape["ended_at"] = rfc3339(session.ended_at)
    if session.ended_by:
        shape["ended_by"] = session.ended_by.value
    if session.consultant:
        shape["consultant"] = _session_consultant_json(session)
    if session.reason:
        shape["reason"] = session.reason
    if queue is not None:
        shape["queue"] = queue
    if session.rating:
        shape["rating"] = rating_json(session.rating)
    return shape


def _receipts_json(session: Session) -> ReceiptsJson:
    user, consultant = session.receipts["user"], session.receipts["consultant"]
    return {
        "user": {"delivered": user.delivered, "read": user.read},
        "consultant": {"delivered": consultant.delivered, "read": consultant.read},
    }


def _session_consultant_json(session: Session) -> SessionConsultantJson:
    consultant = session.consultant
    if consultant is None:
        raise ValueError("the session has no consultant")
    shape: SessionConsultantJson = {"id": consultant.id, "name": consultant.name}
    if consultant.title:
        shape["title"] = consultant.title
    if consultant.avatar:
        shape["avatar"] = consultant.avatar
    return shape


def note_json(note: Note) -> NoteJson:
    return {
        "id": note.id,
        "session_id": note.session_id,
        "after_seq": note.after_seq,
        "from": sender_json(note.author),
        "text": note.text,
        "created_at": rfc3339(note.created_at),
    }


def decline_json(declined: Declined) -> DeclineJson:
    shape: DeclineJson = {
        "consultant_id": declined.consultant_id,
        "how": "silent" if declined.was_silent else "declined",
        "at": rfc3339(declined.at),
    }
    if declined.reason:
        shape["reason"] = declined.reason
    return shape


def person_json(person: Person) -> PersonJson:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "language": person.language,
        "is_visitor": person.is_visitor,
    }


def account_json(account: Account) -> AccountJson:
    return {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "role": account.role.value,
        "language": account.language,
        "status": account.status.value,
        "created_at": rfc3339(account.created_at),
    }


def consultant_json(consultant: Consultant, *, for_staff: bool) -> ConsultantJson:
    shape: ConsultantJson = {
        "id": consultant.id,
        "name": consultant.name,
        "bio": consultant.bio,
        "skills": list(consultant.skills),
        "languages": list(consultant.languages),
        "capacity": consultant.capacity,
    }
    if consultant.title:
        shape["title"] = consultant.title
    if consultant.specialty:
        shape["specialty"] = consultant.specialty
    if consultant.price_class:
        shape["price_class"] = consultant.price_class
    if consultant.avatar:
        shape["avatar"] = consultant.avatar
    if for_staff:
        shape["status"] = consultant.status.value
        shape["open_sessions"] = len(consultant.open_sessions)
        shape["is_active"] = consultant.is_active
    return shape
