"""Tells the people who are connected here what has happened: to those who may know it, and to nobody else."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import structlog

from server.domain.events import AccountRevoked, QueueMoved, ReceiptMoved, TypingShown
from server.domain.ids import AccountId, SessionId
from server.domain.members import Members
from server.domain.offers import Offer
from server.domain.people import Role
from server.domain.session import Session
from server.domain.times import utc_now
from server.realtime.connections import Connection, Connections, event_packet
from server.realtime.engine import Frame, text_frame
from server.realtime.hints import NoteHeard, OfferRevoked, Posted
from server.realtime.payloads import OfferJson
from server.wire.objects import ExplanationJson
from server.wire.session_views import SessionViews, for_staff, queue_json

logger = structlog.get_logger(__name__)

MAX_EARLY = 256
_RETRY_SECONDS = 1.0


@dataclass(slots=True)
class Told:
    """What the followers of one session here have been told.

    `members` as of `fence`, the newest `log_fence` heard of; `seq` is None until it is known how far they
    have been told; `early` are messages that came before those in front of them; `hinted` are the numbers of
    those that are to be read from the log; `shown` is the fence of the newest state that was shown.
    """

    members: Members
    fence: int
    seq: int | None = None
    shown: int = -1
    early: dict[int, Posted] = field(default_factory=dict)
    hinted: set[int] = field(default_factory=set)

    def learn(self, members: Members, fence: int, *, is_read: bool) -> None:
        """What was read from the database also replaces what came with a message under the same fence."""
        if fence > self.fence or (is_read and fence == self.fence):
            self.members, self.fence = members, fence


@dataclass(slots=True)
class Push:
    """Messages go out in the order of `seq`, `session` events in the order of changes, whoever made them.

    `gap` is told of a session that has a hole in front of something new; `told` holds what is followed here.
    """

    connections: Connections
    views: SessionViews
    gap: Callable[[SessionId], None] = lambda _session_id: None
    told: dict[SessionId, Told] = field(default_factory=dict)
    _views_in_order: dict[SessionId, "asyncio.Task[None]"] = field(default_factory=dict)

    # -- following -------------------------------------------------------------------------------------------

    def follow(self, connection: Connection, session: Session) -> None:
        if session.is_member(connection.person):
            self.connections.follow(connection, session.id)
            told = self.learn(session)
            if told is not None and told.shown < 0:
                told.shown = session.fence  # whoever follows is given the state, or asks for it at once

    def learn(self, session: Session) -> Told | None:
        """From the database. None when nobody here follows it."""
        if not self.connections.followers.get(session.id):
            return None
        told = self.told.get(session.id)
        if told is None:
            told = self.told[session.id] = Told(session.members, session.log_fence)
        told.learn(session.members, session.log_fence, is_read=True)
        return told

    def is_told_up_to(self, session_id: SessionId, seq: int) -> None:
        """Somebody has just been given the log up to here; where nothing was known, it is known now."""
        told = self.told.get(session_id)
        if told is not None and told.seq is None:
            told.seq = seq

    def forget(self, session_id: SessionId) -> None:
        """Nobody here follows it any more. Whoever follows next syncs first."""
        self.told.pop(session_id, None)

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

    def _bring_members_in(self, session_id: SessionId, members: Members) -> None:
        """A user's sockets follow their session, a consultant's desks the sessions that are theirs."""
        for connection in self.connections.of(members.user_id):
            self.connections.follow(connection, session_id)
        if members.consultant_id is not None:
            for connection in self.connections.desks_of(members.consultant_id):
                self.connections.follow(connection, session_id)

    def _members(self, session_id: SessionId) -> list[Connection]:
        """Those who follow and may; who may no longer stops following."""
        told = self.told.get(session_id)
        if told is None:
            return []  # whose session it is will be read by whoever is about to follow it
        members = []
        for connection in list(self.connections.followers.get(session_id, ())):
            if told.members.include(connection.person):
                members.append(connection)
            else:
                self.connections.unfollow(connection, session_id)
        return members

    # -- messages --------------------------------------------------------------------------------------------

    def message(self, posted: Posted) -> None:
        session_id = posted.session_id
        told = self.told.get(session_id)
        if posted.is_system and (told is None or posted.fence > told.fence):
            self._bring_members_in(session_id, posted.members)
        if not self.connections.followers.get(session_id):
            return
        if told is None:
            told = self.told[session_id] = Told(posted.members, posted.fence)
        told.learn(posted.members, posted.fence, is_read=False)
        if told.seq is None or posted.seq == told.seq + 1:
            self._send(told, posted)
            while (following := told.early.pop(posted.seq + 1, None)) is not None:
                posted = following
                self._send(told, posted)
        elif posted.seq > told.seq:
            if len(told.early) < MAX_EARLY:
                told.early[posted.seq] = posted
            self.gap(session_id)

    def hinted(self, posted: Posted) -> None:
        """A message from elsewhere. It is not believed whose session it is now, or how far it has come: where
        that is not known, or newer than known, the database is asked before anything is shown."""
        session_id = posted.session_id
        if not self.connections.followers.get(session_id):
            return
        told = self.told.get(session_id)
        if told is not None and told.seq is not None and posted.fence <= told.fence:
            self.message(posted)
            return
        if told is not None and len(told.hinted) < MAX_EARLY:
            told.hinted.add(posted.seq)
        self.gap(session_id)

    def _send(self, told: Told, posted: Posted) -> None:
        told.seq = posted.seq
        packet = _packet(b'["message",{"message":%s}]', posted.json)
        for connection in self._members(posted.session_id):
            connection.send_message(posted.session_id, posted.seq, packet)

    # -- the state of a session ------------------------------------------------------------------------------

    def session(self, session: Session) -> None:
        """Not when a newer state has been shown already."""
        told = self.told.get(session.id)
        if told is not None and session.fence < told.shown:
            return
        self._bring_members_in(session.id, session.members)
        told = self.learn(session)
        if told is None:
            return
        told.shown = session.fence
        before = self._views_in_order.get(session.id)
        task = asyncio.create_task(self._send_view(session, before))
        self._views_in_order[session.id] = task
        task.add_done_callback(lambda done: self._view_is_sent(session.id, done))

    async def _send_view(self, session: Session, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await asyncio.wait([before])
        while session.id in self.told:
            try:
                view = await self.views(session)
            except Exception as error:  # noqa: BLE001  whatever it was, it counts as shown, so it has to be shown
                logger.warning("changed session not shown yet", error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            packet = event_packet("session", {"session": view})
            full = for_staff(session, view)
            staff_packet = packet if full is view else event_packet("session", {"session": full})
            for connection in self._members(session.id):
                is_staff = connection.person.role.is_staff
                connection.send_state(session.id, staff_packet if is_staff else packet)
            return

    def _view_is_sent(self, session_id: SessionId, task: "asyncio.Task[None]") -> None:
        if self._views_in_order.get(session_id) is task:
            del self._views_in_order[session_id]
        if not task.cancelled() and task.exception() is not None:
            logger.error("session could not be pushed", session_id=session_id, error=repr(task.exception()))

    # -- small things ----------------------------------------------------------------------------------------

    def note(self, note: NoteHeard) -> None:
        packet = _packet(b'["note",{"note":%s}]', note.json)
        for connection in self._members(note.session_id):
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
        for connection in self._members(fact.session_id):
            if connection.person.role.value != fact.by:
                connection.send_state(fact.session_id, packet)

    def typing(self, fact: TypingShown) -> None:
        sender = {"role": fact.role, "id": fact.person_id, "name": fact.name}
        packet = event_packet("typing", {"session_id": fact.session_id, "from": sender, "on": fact.is_on})
        for connection in self._members(fact.session_id):
            if connection.person.id != fact.person_id:
                connection.send(packet)

    def queue(self, fact: QueueMoved) -> None:
        if not self.connections.followers.get(fact.session_id):
            return
        packet = event_packet("queue", {"session_id": fact.session_id, **queue_json(fact)})
        for connection in self._members(fact.session_id):
            if connection.person.role is Role.USER:
                connection.send(packet)

    def tail(self, session_id: SessionId, epoch: int, last_seq: int) -> None:
        """A hint that something may have been missed."""
        payload = {"session_id": session_id, "epoch": epoch, "last_seq": last_seq}
        packet = event_packet("session:tail", payload)
        for connection in self._members(session_id):
            connection.send(packet)

    # -- people ----------------------------------------------------------------------------------------------

    async def offer(self, session: Session, consultant_id: AccountId) -> None:
        offer = session.offer
        if offer is None or offer.consultant_id != consultant_id:
            return
        desks = self.connections.desks_of(consultant_id)
        if not desks:
            return
        packet = event_packet("offer", await offer_json(session, offer, self.views))
        for connection in desks:
            connection.send(packet)

    def offer_revoked(self, revoked: OfferRevoked) -> None:
        payload = {"session_id": revoked.session_id, "reason": revoked.reason}
        packet = event_packet("offer:revoked", payload)
        for connection in self.connections.desks_of(revoked.consultant_id):
            connection.send(packet)

    def revoked(self, fact: AccountRevoked) -> None:
        """The connections end at once; what is on its way to them is not waited for."""
        for connection in self.connections.of(fact.account_id):
            if fact.family in (None, connection.family):
                connection.socket.abort()


def _packet(template: bytes, json: bytes) -> Frame:
    """An event around what is encoded already."""
    return text_frame(b"42" + template % json)


async def offer_json(session: Session, offer: Offer, views: SessionViews) -> OfferJson:
    left = offer.expires_at - utc_now()
    shape: OfferJson = {
        "session_id": session.id,
        "fence": offer.fence,
        "expires_in_ms": max(0, int(left.total_seconds() * 1000)),
        "session": for_staff(session, await views(session)),
        "explanation": cast(ExplanationJson, offer.explanation),
    }
    if session.priority_reason:
        shape["priority_reason"] = session.priority_reason.value
    return shape
