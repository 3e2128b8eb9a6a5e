"""How sessions look in the database."""

from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from server.domain.alarm import Alarm
from server.domain.ids import AccountId, SessionId
from server.domain.offers import Declined, Offer
from server.domain.priority import CRISIS_PRIORITY, PriorityReason
from server.domain.queries import Glance
from server.domain.rating import Rating
from server.domain.session import EndedBy, Named, Receipt, Session, SessionStatus
from server.store.message_documents import draft_document, draft_of

Document = dict[str, Any]

INDEXES = {
    "sessions": [
        IndexModel(
            [("user.id", ASCENDING)],
            name="one_open_session_a_user",
            unique=True,
            partialFilterExpression={"is_open": True},
        ),
        IndexModel([("status", ASCENDING), ("queued_at", ASCENDING)], name="queue"),
        IndexModel([("user.id", ASCENDING), ("created_at", DESCENDING)], name="of_user"),
        IndexModel([("consultant.id", ASCENDING), ("created_at", DESCENDING)], name="of_consultant"),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
        IndexModel([("tags", ASCENDING), ("created_at", DESCENDING)], name="by_tag"),
        IndexModel(
            [("has_pending", ASCENDING)], name="outbox", partialFilterExpression={"has_pending": True}
        ),
        IndexModel([("has_offer", ASCENDING)], name="offered", partialFilterExpression={"has_offer": True}),
        IndexModel(
            [("consultant.id", ASCENDING)],
            name="open_of_consultant",
            partialFilterExpression={"is_open": True},
        ),
        IndexModel([("status", ASCENDING), ("ended_at", ASCENDING)], name="ended"),
        IndexModel([("rating.updated_at", ASCENDING)], name="rated"),
    ]
}


def named_document(named: Named | None) -> Document | None:
    return asdict(named) if named else None


def rating_document(rating: Rating | None) -> Document | None:
    return asdict(rating) | {"tags": list(rating.tags)} if rating else None


def state_document(session: Session) -> Document:
    """Everything that only a step of the session changes, saved over the fence that was read.

    Receipts, tags, topic corrections and the rating have writers of their own and are not here; nor has a
    waiting session's count of those who passed it, which rounds of assignment raise.
    """
    passed = {} if session.status is SessionStatus.QUEUED else {"overtaken": session.overtaken}
    return passed | {
        "status": session.status.value,
        "is_open": session.is_open,
        "fence": session.fence,
        "log_fence": session.log_fence,
        "topic": session.topic,
        "is_topic_guessed": session.is_topic_guessed,
        "priority": session.priority,
        "priority_reason": session.priority_reason.value if session.priority_reason else None,
        "has_emergency_numbers": session.has_emergency_numbers,
        "alarm": asdict(session.alarm) if session.alarm else None,
        "queued_at": session.queued_at,
        "assigned_at": session.assigned_at,
        "ended_at": session.ended_at,
        "ended_by": session.ended_by.value if session.ended_by else None,
        "consultant": named_document(session.consultant),
        "reason": session.reason,
        "offer": asdict(session.offer) if session.offer else None,
        "has_offer": session.offer is not None,
        "declined_by": list(session.declined_by),
        "declines": [asdict(one) for one in session.declines],
        "wanted_consultant_id": session.wanted_consultant_id,
        "previous_consultant_id": session.previous_consultant_id,
        "joined": list(session.joined),
        "idle_warned_at": session.idle_warned_at,
        "pending": [draft_document(draft) for draft in session.pending],
        "has_pending": bool(session.pending),
        "unfiled": session.unfiled,
    }


def document_of(session: Session) -> Document:
    return {
        "_id": session.id,
        "epoch": session.epoch,
        "user": named_document(session.user),
        "language": session.language,
        "price_class": session.price_class,
        "created_at": session.created_at,
        "tags": list(session.tags),
        "receipts": {role: asdict(receipt) for role, receipt in session.receipts.items()},
        "rating": rating_document(session.rating),
        "last_seq": session.last_seq,
        "overtaken": session.overtaken,
    } | state_document(session)


def _named(document: Document | None) -> Named | None:
    if document is None:
        return None
    return Named(AccountId(document["id"]), document["name"], document["title"], document["avatar"])


def rating_of(document: Document | None) -> Rating | None:
    return Rating(**(document | {"tags": tuple(document["tags"])})) if document else None


def _priority_reason_of(document: Document) -> PriorityReason | None:
    """Older versions did not say; their highest class was for danger alone as well."""
    if stored := document.get("priority_reason"):
        return PriorityReason(stored)
    return PriorityReason.DANGER if document["priority"] >= CRISIS_PRIORITY else None


def session_of(document: Document) -> Session:
    user = _named(document["user"])
    if user is None:
        raise ValueError("a session without a user")
    return Session(
        id=SessionId(document["_id"]),
        epoch=document["epoch"],
        user=user,
        language=document["language"],
        created_at=document["created_at"],
        status=SessionStatus(document["status"]),
        fence=document["fence"],
        log_fence=document["log_fence"],
        topic=document["topic"],
        price_class=document.get("price_class", ""),  # older versions knew none
        is_topic_guessed=document.get("is_topic_guessed", False),  # older versions never guessed
        tags=list(document["tags"]),
        priority=document["priority"],
        priority_reason=_priority_reason_of(document),
        has_emergency_numbers=document.get("has_emergency_numbers", False),  # older versions did not say
        alarm=Alarm(**document["alarm"]) if document.get("alarm") else None,  # older versions raised none
        queued_at=document["queued_at"],
        assigned_at=document["assigned_at"],
        ended_at=document["ended_at"],
        ended_by=EndedBy(document["ended_by"]) if document["ended_by"] else None,
        consultant=_named(document["consultant"]),
        reason=document["reason"],
        offer=Offer(**document["offer"]) if document["offer"] else None,
        declined_by=list(document["declined_by"]),
        declines=[Declined(**one) for one in document.get("declines", ())],  # older versions kept none
        wanted_consultant_id=document["wanted_consultant_id"],
        previous_consultant_id=document["previous_consultant_id"],
        joined=list(document["joined"]),
        overtaken=document["overtaken"],
        idle_warned_at=document["idle_warned_at"],
        unfiled=document["unfiled"],
        pending=[draft_of(one) for one in document["pending"]],
        receipts={role: Receipt(**receipt) for role, receipt in document["receipts"].items()},
        rating=rating_of(document["rating"]),
        last_seq=document["last_seq"],
    )


GLANCE_FIELDS = {
    "status": 1,
    "created_at": 1,
    "assigned_at": 1,
    "consultant.id": 1,
    "offer.consultant_id": 1,
}


def glance_of(document: Document) -> Glance:
    consultant, offer = document.get("consultant"), document.get("offer")
    return Glance(
        id=SessionId(document["_id"]),
        status=SessionStatus(document["status"]),
        created_at=document["created_at"],
        assigned_at=document["assigned_at"],
        consultant_id=AccountId(consultant["id"]) if consultant else None,
        asked_id=AccountId(offer["consultant_id"]) if offer else None,
    )
