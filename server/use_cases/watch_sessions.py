"""What time does to sessions: silence is warned of and then ends them, a vanished consultant is replaced."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from server.domain.errors import Refusal
from server.domain.ids import AccountId, SessionId
from server.domain.message import Message, SenderRole
from server.domain.queries import Glance
from server.domain.session import EndedBy, Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.ports import Clock, Log, Presence, Sessions

logger = structlog.get_logger(__name__)

_PRESENCE_AT_ONCE = 100
_NEVER = datetime.max.replace(tzinfo=UTC)
_WATCHED = {SessionStatus.BOT, SessionStatus.ACTIVE}
_A_PAGE = 50
_HANDOVERS = {"assigned", "transferred", "consultant_lost"}
_PEOPLE = {SenderRole.USER, SenderRole.CONSULTANT, SenderRole.SUPERVISOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """From `sessions.*` and `routing.*`, in seconds; 0 switches a rule off."""

    idle_warning_seconds: int
    idle_end_seconds: int
    bot_idle_end_seconds: int
    first_reply_seconds: int
    consultant_grace_seconds: int


@dataclass(slots=True)
class WatchIdleSessions:
    """A session is looked at again only when it may have become silent long enough."""

    sessions: Sessions
    log: Log
    change_session: ChangeSession
    clock: Clock
    patience: Patience
    open_sessions: GlanceAtOpen
    _not_before: dict[SessionId, datetime] = field(default_factory=dict)

    async def __call__(self) -> None:
        now = self.clock()
        watched = [one for one in await self.open_sessions.current() if one.status in _WATCHED]
        due = [one for one in watched if self._due_at(one) <= now]
        for glance in due:
            try:
                await self._watch(await self.sessions.get(glance.id), now)
            except Refusal as refusal:
                logger.info("idle session moved on", session_id=glance.id, code=refusal.code)
        still = {one.id for one in watched}
        self._not_before = {one: at for one, at in self._not_before.items() if one in still}

    def _due_at(self, glance: Glance) -> datetime:
        wait = self._shortest_wait(is_active=glance.status is SessionStatus.ACTIVE)
        if wait is None:
            return _NEVER
        began = (glance.assigned_at or glance.created_at) + wait
        return max(began, self._not_before.get(glance.id, began))

    def _shortest_wait(self, *, is_active: bool) -> timedelta | None:
        """After how much silence something happens to a session."""
        patience = self.patience
        end_seconds = patience.idle_end_seconds if is_active else patience.bot_idle_end_seconds
        if not end_seconds:
            return None
        warning_seconds = patience.idle_warning_seconds if is_active else 0
        return timedelta(seconds=min(end_seconds, warning_seconds or end_seconds))

    async def _watch(self, session: Session, now: datetime) -> None:
        patience = self.patience
        is_active = session.status is SessionStatus.ACTIVE
        end_seconds = patience.idle_end_seconds if is_active else patience.bot_idle_end_seconds
        shortest = self._shortest_wait(is_active=is_active)
        if session.status not in _WATCHED or shortest is None:
            return
        began = session.assigned_at if is_active and session.assigned_at else session.created_at
        last = await self._last_word(session)
        silent_since = max(began, last.created_at) if last else began
        silence = now - silent_since
        was_warned = session.idle_warned_at is not None and session.idle_warned_at >= silent_since
        if silence >= timedelta(seconds=end_seconds):
            await self.change_session(session.id, partial(_end_idle, silent_since=silent_since, now=now))
        elif silence < shortest:
            self._not_before[session.id] = silent_since + shortest
        elif not is_active or was_warned:
            self._not_before[session.id] = min(silent_since + timedelta(seconds=end_seconds), now + shortest)
        else:
            await self.change_session(session.id, lambda one: one.warn_of_idleness(now=now))

    async def _last_word(self, session: Session) -> Message | None:
        """The newest message of a person; system messages don't count as life."""
        tail = await self.log.tail(session.id)
        newest = await self.log.read_before(session.id, before=tail + 1, limit=10)
        words = [one for one in newest if one.sender.role in _PEOPLE]
        return words[-1] if words else None


def _end_idle(session: Session, *, silent_since: datetime, now: datetime) -> None:
    if session.assigned_at is None or session.assigned_at <= silent_since:
        session.end(now=now, by=EndedBy.TIMEOUT)


@dataclass(slots=True)
class ReplaceLostConsultants:
    """A consultant without a live desk, or without a first word, loses the session to the next one.

    Whoever has a live desk can't be lost before the grace is over, and whoever has spoken once is not silent:
    neither is asked for again.
    """

    sessions: Sessions
    log: Log
    presence: Presence
    change_session: ChangeSession
    clock: Clock
    patience: Patience
    open_sessions: GlanceAtOpen
    _there_until: dict[AccountId, datetime] = field(default_factory=dict)
    _has_spoken: set[tuple[SessionId, AccountId, datetime]] = field(default_factory=set)

    async def __call__(self) -> None:
        active = [one for one in await self.open_sessions.current() if one.consultant_id and one.assigned_at]
        now = self.clock()
        seconds_gone = await self._seconds_gone(
            {one.consultant_id for one in active if one.consultant_id}, now
        )
        for one in active:
            gone = seconds_gone.get(one.consultant_id, 0.0) if one.consultant_id else 0.0
            if gone > self.patience.consultant_grace_seconds or self._may_be_silent(one, now):
                await self._look_at(one.id, gone, now)
        assignments = {
            (one.id, one.consultant_id, one.assigned_at)
            for one in active
            if one.consultant_id and one.assigned_at
        }
        self._has_spoken &= assignments

    async def _seconds_gone(self, ids: set[AccountId], now: datetime) -> dict[AccountId, float]:
        """Of those who may be gone."""
        asked = [one for one in ids if self._there_until.get(one, now) <= now]
        self._there_until = {one: at for one, at in self._there_until.items() if one in ids}
        gone: dict[AccountId, float] = {}
        for start in range(0, len(asked), _PRESENCE_AT_ONCE):
            gone |= await self.presence.seconds_since_desk(asked[start : start + _PRESENCE_AT_ONCE])
        grace = timedelta(seconds=self.patience.consultant_grace_seconds)
        self._there_until |= {one: now + grace for one, seconds in gone.items() if seconds <= 0}
        return gone

    def _may_be_silent(self, one: Glance, now: datetime) -> bool:
        limit = self.patience.first_reply_seconds
        if not limit or one.assigned_at is None or one.consultant_id is None:
            return False
        held = (now - one.assigned_at).total_seconds()
        return held > limit and (one.id, one.consultant_id, one.assigned_at) not in self._has_spoken

    async def _look_at(self, session_id: SessionId, gone: float, now: datetime) -> None:
        try:
            session = await self.sessions.get(session_id)
            if session.status is not SessionStatus.ACTIVE or session.consultant is None:
                return
            held_seconds = (now - (session.assigned_at or now)).total_seconds()
            is_gone = min(gone, held_seconds) > self.patience.consultant_grace_seconds
            if is_gone or await self._is_silent(session, held_seconds):
                # Who was cut off may have the session again once back; who was there and silent may not.
                replace = partial(_replace, seen=session, now=now, may_return=is_gone)
                await self.change_session(session_id, replace)
        except Refusal as refusal:
            logger.info("lost session moved on", session_id=session_id, code=refusal.code)

    async def _is_silent(self, session: Session, held_seconds: float) -> bool:
        """Whether the first word of this consultant is overdue, though the user waits for one."""
        limit = self.patience.first_reply_seconds
        if not limit or held_seconds <= limit or session.consultant is None or session.assigned_at is None:
            return False
        if await self._has_said_a_word(session.id, session.consultant.id):
            self._has_spoken.add((session.id, session.consultant.id, session.assigned_at))
            return False
        return True

    async def _has_said_a_word(self, session_id: SessionId, consultant_id: AccountId) -> bool:
        """Since the session came to them. However much the user wrote since, it is read only once."""
        before = await self.log.tail(session_id) + 1
        while before > 1:
            page = await self.log.read_before(session_id, before=before, limit=_A_PAGE)
            for one in reversed(page):
                if one.sender.id == consultant_id:
                    return True
                if one.data.get("event") in _HANDOVERS:
                    return False
            before = page[0].seq if page else 1
        return False


def _replace(session: Session, *, seen: Session, now: datetime, may_return: bool) -> None:
    if session.fence == seen.fence:
        session.return_to_queue(now=now, lost=True, may_return=may_return)


@dataclass(frozen=True, slots=True)
class FinishChanges:
    """Writes down the steps whose process died between saving the session and writing the log."""

    sessions: Sessions
    change_session: ChangeSession

    async def __call__(self) -> None:
        for session in await self.sessions.with_pending():
            await self.change_session.settle(session)
