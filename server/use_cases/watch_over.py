"""The bot is silent while a user waits for a person or talks with one; danger is still not passed over."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

from server.domain.alarm import Alarm
from server.domain.errors import Unavailable
from server.domain.message import Message, SenderRole
from server.domain.session import Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Clock, Log

if TYPE_CHECKING:
    from chatbot import Reply

logger = structlog.get_logger(__name__)

_EARLIER_MESSAGES = 6


class Listener(Protocol):
    async def warn(self, text: str, *, language: str, earlier_user_text: str | None) -> "Reply | None": ...


@dataclass(slots=True)
class WatchOver:
    """Who waits is given emergency numbers; who talks with a consultant is pointed out to staff.

    The message has been delivered already. Those to consultants are listened to one at a time: a person reads
    them as well, and the bot's own answers must not wait behind them.
    """

    model: Listener
    log: Log
    change_session: ChangeSession
    clock: Clock
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, session: Session, said: Message) -> None:
        if session.status is SessionStatus.QUEUED:
            await self._listen(session, said)
        elif session.status is SessionStatus.ACTIVE:
            if session.alarm is not None and session.alarm.covers(said.created_at):
                return
            async with self._one_at_a_time:
                await self._listen(session, said)

    async def _listen(self, session: Session, said: Message) -> None:
        try:
            warning = await self.model.warn(
                said.text,
                language=session.language,
                earlier_user_text=await earlier_user_text(self.log, said),
            )
        except Unavailable:
            logger.warning("no model to listen for a crisis", session_id=session.id)
            return
        if warning is None:
            return
        alarm = Alarm(seq=said.seq, text=warning.help_lines, raised_at=self.clock())

        def tell(one: Session) -> None:
            one.warn_of_crisis(warning.text, now=alarm.raised_at)
            one.raise_alarm(alarm, said_at=said.created_at)

        await self.change_session(session.id, tell)


async def earlier_user_text(log: Log, said: Message) -> str | None:
    """What the user wrote before, if it was not long ago."""
    earlier = await log.read_before(said.session_id, before=said.seq, limit=_EARLIER_MESSAGES)
    texts = [one.text for one in earlier if one.sender.role is SenderRole.USER]
    return texts[-1] if texts else None
