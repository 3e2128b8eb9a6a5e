"""Between facts and people on several processes: what happens here is told here and hinted elsewhere, what
others hint is told here and causes nothing more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import orjson
import structlog

from server.domain.events import (
    AccountRevoked,
    FloorChanged,
    KnowledgeChanged,
    MessagePosted,
    NoteAdded,
    OfferMade,
    ProfilesChanged,
    ReceiptMoved,
    SessionChanged,
    TypingShown,
)
from server.domain.ids import AccountId, SessionId
from server.domain.message import Message, MessageKind
from server.domain.offers import Offer
from server.domain.session import Session, SessionStatus
from server.domain.times import utc_now
from server.realtime.hints import (
    SITE,
    ContentMoved,
    FloorMoved,
    Hint,
    NoteHeard,
    OfferHeard,
    OfferRevoked,
    Posted,
    SessionMoved,
    decode,
    encode,
    person_channel,
    session_channel,
)
from server.realtime.push import Push
from server.wire.objects import message_json, note_json

logger = structlog.get_logger(__name__)

_FLOOR_SECONDS = 0.1
_RETRY_SECONDS = 1.0
_SUBSCRIBED_WITHIN_SECONDS = 1.0


class HintBus(Protocol):
    @property
    def is_listened_to(self) -> bool: ...
    def publish(self, channel: str, payload: bytes, *, keep: bool = False) -> None: ...
    def want(self, channel: str) -> None: ...
    def unwant(self, channel: str) -> None: ...
    async def confirmed(self, channel: str, *, within_seconds: float) -> None: ...


class CachedSessions(Protocol):
    async def many(self, session_ids: Iterable[SessionId]) -> list[Session]: ...
    def forget(self, session_id: SessionId) -> None: ...
    def forget_all(self) -> None: ...
    def hear_receipt(self, session_id: SessionId, role: str, *, delivered: int, read: int) -> None: ...


class CachedTails(Protocol):
    def forget_tail(self, session_id: SessionId, *, below: int) -> None: ...


class Floor(Protocol):
    """Desks and boards here."""

    def message_elsewhere(self, session_id: SessionId, holder: AccountId | None, seq: int) -> None: ...
    def floor_elsewhere(self, accounts: Iterable[AccountId], *, has_queue_moved: bool) -> None: ...
    def receipt(self, fact: ReceiptMoved) -> None: ...


@dataclass(slots=True)
class RelayCounters:
    """For /metrics. `messages` are those heard from others that were news here."""

    messages: int = 0
    malformed: int = 0
    reread: int = 0


@dataclass(slots=True, kw_only=True)
class Relay:
    """`in_background` runs what takes longer; `look_for_work` wakes the assignment round here,
    `look_at_content` the look for new knowledge and profiles."""

    bus: HintBus
    push: Push
    sessions: CachedSessions
    tails: CachedTails
    floor: Floor
    in_background: Callable[[Awaitable[None]], None]
    look_for_work: Callable[[], None]
    look_at_content: Callable[[], None]
    counters: RelayCounters = field(default_factory=RelayCounters)
    _moved: dict[SessionId, None] = field(default_factory=dict)
    _is_reading: bool = False
    _floor_accounts: set[AccountId] = field(default_factory=set)
    _has_queue_moved: bool = False
    _floor_timer: asyncio.TimerHandle | None = None

    # -- what this process serves ----------------------------------------------------------------------------

    def person_came(self, account_id: AccountId) -> None:
        self.bus.want(person_channel(account_id))

    def person_left(self, account_id: AccountId) -> None:
        self.bus.unwant(person_channel(account_id))

    def session_followed(self, session_id: SessionId) -> None:
        self.bus.want(session_channel(session_id))

    def session_left(self, session_id: SessionId) -> None:
        """From here on nobody tells us of its changes, so nothing about it may be kept."""
        self.bus.unwant(session_channel(session_id))
        self.push.forget(session_id)
        self.sessions.forget(session_id)

    async def hears(self, session_id: SessionId) -> None:
        """Returns when nothing that is posted elsewhere from now on can be missed; at once without Redis."""
        await self.bus.confirmed(session_channel(session_id), within_seconds=_SUBSCRIBED_WITHIN_SECONDS)

    # -- facts from here -------------------------------------------------------------------------------------

    def message(self, fact: MessagePosted) -> None:
        posted = posted_of(fact.message, fact.session)
        self.push.message(posted)
        if self.bus.is_listened_to:
            self.bus.publish(session_channel(posted.session_id), encode(posted))

    def session(self, fact: SessionChanged) -> None:
        session = fact.session
        self.push.session(session)
        if fact.former_offer is not None and session.offer is None:
            revoked = _revoked_offer(fact.former_offer, session)
            self.push.offer_revoked(revoked)
            self._tell_person(revoked.consultant_id, revoked)
        holder = session.consultant.id if session.consultant else None
        moved = SessionMoved(session.id)
        self._tell_session(session.id, moved, keep=True)
        if fact.before is None:
            self._tell_person(session.user.id, moved)
        if holder is not None and holder != fact.former_consultant_id:
            self._tell_person(holder, moved)
        in_queue = SessionStatus.QUEUED in (fact.before, session.status)
        self._tell_floor({holder, fact.former_consultant_id}, has_queue_moved=in_queue)

    def note(self, fact: NoteAdded) -> None:
        note = NoteHeard(fact.note.session_id, orjson.dumps(note_json(fact.note)))
        self.push.note(note)
        self._tell_session(note.session_id, note, keep=True)

    def receipt(self, fact: ReceiptMoved) -> None:
        self.push.receipt(fact)
        self._tell_session(fact.session_id, fact)

    def typing(self, fact: TypingShown) -> None:
        self.push.typing(fact)
        self._tell_session(fact.session_id, fact)

    async def offer(self, fact: OfferMade) -> None:
        if fact.session.offer is None:
            return
        consultant_id = fact.session.offer.consultant_id
        self._tell_person(consultant_id, OfferHeard(fact.session.id, consultant_id))
        self._tell_floor({consultant_id}, has_queue_moved=True)
        await self.push.offer(fact.session, consultant_id)

    def revoked(self, fact: AccountRevoked) -> None:
        self.push.revoked(fact)
        self._tell_person(fact.account_id, fact)

    def floor_changed(self, fact: FloorChanged) -> None:
        accounts = {fact.account_id}
        self._tell_floor(accounts, has_queue_moved=fact.account_id is None)

    def content_changed(self, fact: KnowledgeChanged | ProfilesChanged) -> None:
        self._tell_site(ContentMoved(isinstance(fact, ProfilesChanged)))

    def _tell_session(self, session_id: SessionId, hint: Hint, *, keep: bool = False) -> None:
        if self.bus.is_listened_to:
            self.bus.publish(session_channel(session_id), encode(hint), keep=keep)

    def _tell_person(self, account_id: AccountId, hint: Hint) -> None:
        if self.bus.is_listened_to:
            self.bus.publish(person_channel(account_id), encode(hint), keep=True)

    def _tell_site(self, hint: Hint) -> None:
        if self.bus.is_listened_to:
            self.bus.publish(SITE, encode(hint), keep=True)

    def _tell_floor(self, accounts: Iterable[AccountId | None], *, has_queue_moved: bool) -> None:
        """The first at once, so that a free place is seen at once; what follows soon, in one hint."""
        self._floor_accounts.update(one for one in accounts if one is not None)
        self._has_queue_moved |= has_queue_moved
        if self._floor_timer is None:
            self._send_floor()

    def _send_floor(self) -> None:
        self._floor_timer = None
        if not self._floor_accounts and not self._has_queue_moved:
            return
        self._tell_site(FloorMoved(tuple(self._floor_accounts), self._has_queue_moved))
        self._floor_accounts.clear()
        self._has_queue_moved = False
        self._floor_timer = asyncio.get_running_loop().call_later(_FLOOR_SECONDS, self._send_floor)

    # -- hints from elsewhere --------------------------------------------------------------------------------

    def heard(self, channel: str, payload: bytes) -> None:
        """Never raises: Redis is not trusted to hold what we put there."""
        try:
            hint = decode(channel, payload)
        except ValueError:
            self.counters.malformed += 1
            return
        self._take(hint)

    def _take(self, hint: Hint) -> None:  # noqa: C901  a table of kinds
        match hint:
            case Posted():
                self._take_message(hint)
            case SessionMoved():
                self._read_again(hint.session_id)
            case NoteHeard():
                self.push.note(hint)
            case ReceiptMoved():
                self.sessions.hear_receipt(hint.session_id, hint.by, delivered=hint.delivered, read=hint.read)
                self.push.receipt(hint)
                self.floor.receipt(hint)
            case TypingShown():
                self.push.typing(hint)
            case OfferHeard():
                self.in_background(self._show_offer(hint))
            case OfferRevoked():
                self.push.offer_revoked(hint)
            case AccountRevoked():
                self.push.revoked(hint)
            case FloorMoved():
                self.floor.floor_elsewhere(hint.accounts, has_queue_moved=hint.has_queue_moved)
                self.look_for_work()
            case ContentMoved():
                self.look_at_content()
                if hint.are_profiles:
                    self.floor.floor_elsewhere((), has_queue_moved=True)

    def _take_message(self, posted: Posted) -> None:
        told = self.push.told.get(posted.session_id)
        if told is None or told.seq is None or posted.seq > told.seq:
            self.counters.messages += 1
        if told is not None and posted.fence > told.fence:
            self.sessions.forget(posted.session_id)
        self.tails.forget_tail(posted.session_id, below=posted.seq)
        self.push.hinted(posted)
        self.floor.message_elsewhere(posted.session_id, posted.members.consultant_id, posted.seq)

    def _read_again(self, session_id: SessionId) -> None:
        """Many changes of one moment become one question to the database."""
        self.sessions.forget(session_id)
        self._moved[session_id] = None
        if not self._is_reading:
            self._is_reading = True
            self.in_background(self._read_moved())

    async def _read_moved(self) -> None:
        try:
            while self._moved:
                # What is heard of while this is read is read once more: the answer may be older.
                some, self._moved = self._moved, {}
                try:
                    sessions = await self.sessions.many(some)
                except Exception as error:  # noqa: BLE001  whatever it was, the change still has to be shown
                    logger.warning("changed sessions could not be read", error=type(error).__name__)
                    self._moved = some | self._moved
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                for session in sessions:
                    self.push.session(session)
                self.counters.reread += len(sessions)
        finally:
            self._is_reading = False

    async def _show_offer(self, hint: OfferHeard) -> None:
        for session in await self.sessions.many([hint.session_id]):
            await self.push.offer(session, hint.consultant_id)


def posted_of(message: Message, session: Session) -> Posted:
    return Posted(
        message.session_id,
        message.seq,
        message.fence,
        session.members,
        message.kind is MessageKind.SYSTEM,
        orjson.dumps(message_json(message)),
    )


def _revoked_offer(offer: Offer, session: Session) -> OfferRevoked:
    if session.consultant is not None and session.consultant.id == offer.consultant_id:
        reason = "accepted"
    elif not session.is_open:
        reason = "left"
    else:
        reason = "expired" if utc_now() > offer.expires_at else "declined"
    return OfferRevoked(session.id, offer.consultant_id, reason)
