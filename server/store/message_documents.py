"""How messages look in the database.

The text sits alone in `body`, with a version beside it: a later version can hold ciphertext there without
touching any other field, index or reader.
"""

from typing import Any

from pymongo import IndexModel

from server.domain.ids import SessionId
from server.domain.message import Draft, Message, MessageKind, Sender, SenderRole

Document = dict[str, Any]

PLAIN_TEXT = 0

# That a place holds one message is what `_id` guarantees (see `place_of`), and that a cmid is used once
# follows from it (see `KnownLogs`): an index costs the embedded database more than the message itself.
INDEXES: dict[str, list[IndexModel]] = {"messages": []}


def plain_body(text: str) -> Document:
    return {"v": PLAIN_TEXT, "text": text}


def place_of(session_id: SessionId, seq: int) -> str:
    """The `_id` of a message, which makes its place unique and readable by key, also in many logs at once."""
    return f"{session_id}/{seq}"


def document_of(draft: Draft, seq: int) -> Document:
    return {
        "_id": place_of(draft.session_id, seq),
        "session_id": draft.session_id,
        "epoch": draft.epoch,
        "seq": seq,
        "fence": draft.fence,
        "cmid": draft.cmid,
        "kind": draft.kind.value,
        "sender": {"role": draft.sender.role.value, "id": draft.sender.id, "name": draft.sender.name},
        "body": plain_body(draft.text),
        "data": draft.data,
        "created_at": draft.created_at,
    }


def message_at(draft: Draft, seq: int) -> Message:
    return Message(
        session_id=draft.session_id,
        epoch=draft.epoch,
        seq=seq,
        fence=draft.fence,
        cmid=draft.cmid,
        kind=draft.kind,
        sender=draft.sender,
        text=draft.text,
        created_at=draft.created_at,
        data=draft.data,
    )


def message_of(document: Document) -> Message:
    sender = document["sender"]
    return Message(
        session_id=SessionId(document["session_id"]),
        epoch=document["epoch"],
        seq=document["seq"],
        fence=document["fence"],
        cmid=document["cmid"],
        kind=MessageKind(document["kind"]),
        sender=Sender(SenderRole(sender["role"]), sender["id"], sender["name"]),
        text=document["body"]["text"],
        created_at=document["created_at"],
        data=document.get("data", {}),
    )


def draft_document(draft: Draft) -> Document:
    """A draft inside a session's outbox, where it has no place yet."""
    document = document_of(draft, 0)
    del document["_id"]
    return document


def draft_of(document: Document) -> Draft:
    message = message_of(document)
    return Draft(
        session_id=message.session_id,
        epoch=message.epoch,
        fence=message.fence,
        cmid=message.cmid,
        kind=message.kind,
        sender=message.sender,
        text=message.text,
        created_at=message.created_at,
        data=message.data,
    )
