"""What time does to sessions: silence is warned of and then ends them, a vanished consultant is replaced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from server.domain.errors import Refusal
from server.domain.message import Message, SenderRole
from server.domain.session import EndedBy, Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Clock, Log, Presence, Sessions

logger = structlog.get_logger(__name__)

_PEOPLE = {SenderRole.USER, SenderRole.CONSULTANT, SenderRole.SUPERVISOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """From `sessions.*` and `routing.*`, in seconds; 0 switches a rule off."""

    idle_warning_seconds: int
    idle_end_seconds: int
    bot_idle_end_seconds: int
    first_reply_seconds: int
    consultant_grace_seconds: int


@dataclass(frozen=True, slots=True)
class WatchIdleSessions:
    sessions: Sessions
    log: Log
    change_session: ChangeSession
    clock: Clock
    patience: Patience

    async def __call__(self) -> None:
        now = self.clock()
        for session in await self.sessions.in_status("active", "bot"):
            try:
                await self._watch(session, now)
            except Refusal as refusal:
                logger.info("idle session moved on", session_id=session.id, code=refusal.code)

    async def _watch(self, session: Session, now: datetime) -> None:
        patience = self.patience
        is_active = session.status is SessionStatus.ACTIVE
        end_seconds = patience.idle_end_seconds if is_active else patience.bot_idle_end_seconds
        if not end_seconds:
            return
        began = session.assigned_at if is_active and session.assigned_at else session.created_at
        if now - began < timedelta(seconds=min(end_seconds, patience.idle_warning_seconds or end_seconds)):
            return
        last = await self._last_word(session)
        silent_since = max(began, last.created_at) if last else began
        silence = now - silent_since
        if silence >= timedelta(seconds=end_seconds):
            await self.change_session(session.id, partial(_end_idle, silent_since=silent_since, now=now))
        elif (
            is_active
            and patience.idle_warning_seconds
            and silence >= timedelta(seconds=patience.idle_warning_seconds)
            and (session.idle_warned_at is None or session.idle_warned_at < silent_since)
        ):
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


@dataclass(frozen=True, slots=True)
class ReplaceLostConsultants:
    """A consultant without a live desk, or without a first word, loses the session to the next one."""

    sessions: Sessions
    log: Log
    presence: Presence
    change_session: ChangeSession
    clock: Clock
    patience: Patience

    async def __call__(self) -> None:
        active = [
            one for one in await self.sessions.in_status("active") if one.consultant and one.assigned_at
        ]
        ids = [one.consultant.id for one in active if one.consultant]
        seconds_gone = await self.presence.seconds_since_desk(ids)
        now = self.clock()
        for session in active:
            if session.consultant is None or session.assigned_at is None:
                continue
            held_seconds = (now - session.assigned_at).total_seconds()
            gone_seconds = min(seconds_gone[session.consultant.id], held_seconds)
            is_gone = gone_seconds > self.patience.consultant_grace_seconds
            if is_gone or await self._is_silent(session, held_seconds):
                # Who was cut off may have the session again once back; who was there and silent may not.
                replace = partial(_replace, seen=session, now=now, may_return=is_gone)
                try:
                    await self.change_session(session.id, replace)
                except Refusal as refusal:
                    logger.info("lost session moved on", session_id=session.id, code=refusal.code)

    async def _is_silent(self, session: Session, held_seconds: float) -> bool:
        """Whether the first word of this consultant is overdue, though the user waits for one."""
        limit = self.patience.first_reply_seconds
        if not limit or held_seconds <= limit or session.consultant is None or session.assigned_at is None:
            return False
        tail = await self.log.tail(session.id)
        newest = await self.log.read_before(session.id, before=tail + 1, limit=50)
        return not any(
            one.sender.id == session.consultant.id and one.created_at >= session.assigned_at for one in newest
        )


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
