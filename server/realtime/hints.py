"""What serving processes tell each other: small JSON objects, checked like anything else from outside.

A session's state is read from the database by whoever hears that it has changed. A message is shown as it
came only where it continues what is known, and to the members that are known: what a hint says of newer ones
is not believed, but a reason to ask the database.
"""

from dataclasses import dataclass
from typing import Any

import orjson

from server.domain.events import AccountRevoked, ReceiptMoved, TypingShown
from server.domain.ids import AccountId, SessionId
from server.domain.members import Members

SITE = "site"
_SESSION, _PERSON = "session/", "person/"
_MOST_BYTES = 1024 * 1024  # far more than the longest message; reading more would hold up everybody


@dataclass(frozen=True, slots=True)
class Posted:
    """A durable message, ready to be sent. `json` is its wire form, encoded once for all who get it.

    `fence` is the session's `log_fence` under which it was written, `members` whose session it was then.
    """

    session_id: SessionId
    seq: int
    fence: int
    members: Members
    is_system: bool
    json: bytes


@dataclass(frozen=True, slots=True)
class SessionMoved:
    """Read it again."""

    session_id: SessionId


@dataclass(frozen=True, slots=True)
class NoteHeard:
    session_id: SessionId
    json: bytes


@dataclass(frozen=True, slots=True)
class OfferHeard:
    session_id: SessionId
    consultant_id: AccountId


@dataclass(frozen=True, slots=True)
class OfferRevoked:
    session_id: SessionId
    consultant_id: AccountId
    reason: str


@dataclass(frozen=True, slots=True)
class FloorMoved:
    """Presence, capacity or places of these consultants, and whether the queue has moved."""

    accounts: tuple[AccountId, ...]
    has_queue_moved: bool


@dataclass(frozen=True, slots=True)
class ContentMoved:
    """Knowledge or profiles: look at the database."""

    are_profiles: bool


Hint = (
    Posted
    | SessionMoved
    | NoteHeard
    | OfferHeard
    | OfferRevoked
    | FloorMoved
    | ContentMoved
    | ReceiptMoved
    | TypingShown
    | AccountRevoked
)


def session_channel(session_id: SessionId) -> str:
    return _SESSION + session_id


def person_channel(account_id: AccountId) -> str:
    return _PERSON + account_id


def encode(hint: Hint) -> bytes:
    return orjson.dumps(_shape(hint))


def _shape(hint: Hint) -> dict[str, Any]:  # noqa: C901, PLR0911  a table of kinds
    match hint:
        case Posted():
            return {
                "kind": "message",
                "seq": hint.seq,
                "fence": hint.fence,
                "user": hint.members.user_id,
                "consultant": hint.members.consultant_id,
                "system": hint.is_system,
                "message": orjson.Fragment(hint.json),
            }
        case SessionMoved():
            return {"kind": "session", "session": hint.session_id}
        case NoteHeard():
            return {"kind": "note", "note": orjson.Fragment(hint.json)}
        case ReceiptMoved():
            return {"kind": "receipt", "by": hint.by, "delivered": hint.delivered, "read": hint.read}
        case TypingShown():
            who = {"id": hint.person_id, "role": hint.role, "name": hint.name}
            return {"kind": "typing", "on": hint.is_on, **who}
        case OfferHeard():
            return {"kind": "offer", "session": hint.session_id}
        case OfferRevoked():
            return {"kind": "offer_revoked", "session": hint.session_id, "reason": hint.reason}
        case AccountRevoked():
            return {"kind": "revoked", "family": hint.family}
        case FloorMoved():
            return {"kind": "floor", "accounts": hint.accounts, "queue": hint.has_queue_moved}
        case ContentMoved():
            return {"kind": "content", "profiles": hint.are_profiles}


def decode(channel: str, payload: bytes) -> Hint:
    """Raises ValueError for what is not a hint, or is on the wrong kind of channel."""
    if len(payload) > _MOST_BYTES:
        raise ValueError("too long")
    shape = orjson.loads(payload)
    if not isinstance(shape, dict):
        raise ValueError("not an object")  # noqa: TRY004  one error for all that can be wrong
    if channel.startswith(_SESSION):
        return _of_session(SessionId(channel[len(_SESSION) :]), shape)
    if channel.startswith(_PERSON):
        return _of_person(AccountId(channel[len(_PERSON) :]), shape)
    return _of_site(shape)


def _of_session(session_id: SessionId, shape: dict[str, Any]) -> Hint:
    match shape:
        case {"kind": "message", "message": {"session_id": str(of), "seq": int(seq)} as message} if (
            of == session_id and seq == shape.get("seq")
        ):
            members = Members(
                AccountId(_of_type(str, shape, "user")), _of_type((str, type(None)), shape, "consultant")
            )
            fence, is_system = _of_type(int, shape, "fence"), _of_type(bool, shape, "system")
            return Posted(session_id, seq, fence, members, is_system, orjson.dumps(message))
        case {"kind": "session"}:
            return SessionMoved(session_id)
        case {"kind": "note", "note": {"session_id": str(of)} as note} if of == session_id:
            return NoteHeard(session_id, orjson.dumps(note))
        case {"kind": "receipt", "by": "user" | "consultant" as by, "delivered": int(at), "read": int(read)}:
            return ReceiptMoved(session_id, by, at, read)
        case {"kind": "typing", "id": str(who), "role": str(role), "name": str(name), "on": bool(is_on)}:
            return TypingShown(session_id, AccountId(who), role, name, is_on)
    raise ValueError("no hint about a session")


def _of_person(account_id: AccountId, shape: dict[str, Any]) -> Hint:
    match shape:
        case {"kind": "session", "session": str(session_id)}:
            return SessionMoved(SessionId(session_id))
        case {"kind": "offer", "session": str(session_id)}:
            return OfferHeard(SessionId(session_id), account_id)
        case {"kind": "offer_revoked", "session": str(session_id), "reason": str(reason)}:
            return OfferRevoked(SessionId(session_id), account_id, reason)
        case {"kind": "revoked", "family": str() | None as family}:
            return AccountRevoked(account_id, family)
    raise ValueError("no hint about a person")


def _of_site(shape: dict[str, Any]) -> Hint:
    match shape:
        case {"kind": "floor", "accounts": list(accounts), "queue": bool(has_moved)}:
            return FloorMoved(tuple(AccountId(str(one)) for one in accounts), has_moved)
        case {"kind": "content", "profiles": bool(are_profiles)}:
            return ContentMoved(are_profiles)
    raise ValueError("no hint about the site")


def _of_type(kind: Any, shape: dict[str, Any], key: str) -> Any:
    value = shape.get(key)
    if not isinstance(value, kind):
        raise ValueError(f"{key} is missing or of another type")  # noqa: TRY004  see `decode`
    return value
