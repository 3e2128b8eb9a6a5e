"""Tells connected members what has happened: every fact to those who may know it, and to nobody else."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import structlog

from server.domain.events import (
    AccountRevoked,
    MessagePosted,
    NoteAdded,
    OfferMade,
    QueueMoved,
    ReceiptMoved,
    SessionChanged,
    TypingShown,
)
from server.domain.ids import SessionId
from server.domain.message import MessageKind
from server.domain.people import Role
from server.domain.session import Offer, Session
from server.domain.times import utc_now
from server.realtime.connections import Connection, Connections, event_packet, message_packet
from server.realtime.payloads import OfferJson
from server.wire.objects import ExplanationJson, note_json
from server.wire.session_views import SessionViews, queue_json

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class Push:
    """Messages go out in the order in which they became durable; `session` events in the order of changes.

    `pushed` remembers how far each followed session has been told, for the repair of lost hints.
    """

    connections: Connections
    views: SessionViews
    pushed: dict[SessionId, int] = field(default_factory=dict)
    _views_in_order: dict[SessionId, "asyncio.Task[None]"] = field(default_factory=dict)

    # -- following -------------------------------------------------------------------------------------------

    def follow(self, connection: Connection, session: Session) -> None:
        if session.is_member(connection.person):
            self.connections.follow(connection, session.id)

    @contextmanager
    def joining(self, connection: Connection, session_id: SessionId) -> Iterator[None]:
        """Follows the session with pushes held; a refusal inside undoes it."""
        was_following = session_id in connection.sessions
        connection.held[session_id] = []
        self.connections.follow(connection, session_id)
        try:
            yield
        except BaseException:
            if was_following:
                connection.release(session_id, after_seq=0)
            else:
                self.connections.unfollow(connection, session_id)
            raise

    def _bring_members_in(self, session: Session) -> None:
        """A user's sockets follow their session, a consultant's desks the sessions that are theirs."""
        for connection in self.connections.of(session.user.id):
            self.connections.follow(connection, session.id)
        if session.consultant is not None:
            for connection in self.connections.desks_of(session.consultant.id):
                self.connections.follow(connection, session.id)

    def _members(self, session: Session) -> list[Connection]:
        """Those who follow and may; who may no longer stops following."""
        members = []
        for connection in list(self.connections.followers.get(session.id, ())):
            if session.is_member(connection.person):
                members.append(connection)
            else:
                self.connections.unfollow(connection, session.id)
        return members

    # -- facts -----------------------------------------------------------------------------------------------

    def message(self, fact: MessagePosted) -> None:
        session_id, seq = fact.message.session_id, fact.message.seq
        if fact.message.kind is MessageKind.SYSTEM:
            self._bring_members_in(fact.session)
        members = self._members(fact.session)
        if members:
            packet = message_packet(fact.message)
            for connection in members:
                connection.send_message(session_id, seq, packet)
            self.pushed[session_id] = max(seq, self.pushed.get(session_id, 0))
        else:
            # Whoever follows next syncs first; what was pushed to others says nothing of them.
            self.pushed.pop(session_id, None)

    def session(self, fact: SessionChanged) -> None:
        self._bring_members_in(fact.session)
        if fact.former_offer is not None and fact.session.offer is None:
            self._revoke(fact.former_offer, fact.session)
        if not self.connections.followers.get(fact.session.id):
            return
        before = self._views_in_order.get(fact.session.id)
        task = asyncio.create_task(self._send_view(fact.session, before))
        self._views_in_order[fact.session.id] = task
        task.add_done_callback(lambda done: self._view_is_sent(fact.session.id, done))

    async def _send_view(self, session: Session, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await asyncio.wait([before])
        packet = event_packet("session", {"session": await self.views(session)})
        for connection in self._members(session):
            connection.send(packet)

    def _view_is_sent(self, session_id: SessionId, task: "asyncio.Task[None]") -> None:
        if self._views_in_order.get(session_id) is task:
            del self._views_in_order[session_id]
        if not task.cancelled() and task.exception() is not None:
            logger.error("session could not be pushed", session_id=session_id, error=repr(task.exception()))

    def note(self, fact: NoteAdded) -> None:
        packet = event_packet("note", {"note": note_json(fact.note)})
        for connection in list(self.connections.followers.get(fact.note.session_id, ())):
            if connection.person.role.is_staff:
                connection.send(packet)

    def receipt(self, fact: ReceiptMoved) -> None:
        payload = {
            "session_id": fact.session_id,
            "by": fact.by,
            "delivered": fact.delivered,
            "read": fact.read,
        }
        packet = event_packet("receipt", payload)
        for connection in list(self.connections.followers.get(fact.session_id, ())):
            if connection.person.role.value != fact.by:
                connection.send(packet)

    def typing(self, fact: TypingShown) -> None:
        sender = {"role": fact.role, "id": fact.person_id, "name": fact.name}
        packet = event_packet("typing", {"session_id": fact.session_id, "from": sender, "on": fact.is_on})
        for connection in list(self.connections.followers.get(fact.session_id, ())):
            if connection.person.id != fact.person_id:
                connection.send(packet)

    def queue(self, fact: QueueMoved) -> None:
        packet = event_packet("queue", {"session_id": fact.session_id, **queue_json(fact)})
        for connection in list(self.connections.followers.get(fact.session_id, ())):
            if connection.person.role is Role.USER:
                connection.send(packet)

    async def offer(self, fact: OfferMade) -> None:
        offer = fact.session.offer
        if offer is None:
            return
        shape = await offer_json(fact.session, offer, self.views)
        packet = event_packet("offer", shape)
        for connection in self.connections.desks_of(offer.consultant_id):
            connection.send(packet)

    def _revoke(self, offer: Offer, session: Session) -> None:
        if session.consultant is not None and session.consultant.id == offer.consultant_id:
            reason = "accepted"
        elif not session.is_open:
            reason = "left"
        else:
            reason = "expired" if utc_now() > offer.expires_at else "declined"
        packet = event_packet("offer:revoked", {"session_id": session.id, "reason": reason})
        for connection in self.connections.desks_of(offer.consultant_id):
            connection.send(packet)

    def revoked(self, fact: AccountRevoked) -> None:
        """The connections end at once; what is on its way to them is not waited for."""
        for connection in self.connections.of(fact.account_id):
            if fact.family in (None, connection.family):
                connection.socket.abort()


async def offer_json(session: Session, offer: Offer, views: SessionViews) -> OfferJson:
    left = offer.expires_at - utc_now()
    return {
        "session_id": session.id,
        "fence": offer.fence,
        "expires_in_ms": max(0, int(left.total_seconds() * 1000)),
        "session": await views(session),
        "explanation": cast(ExplanationJson, offer.explanation),
    }
