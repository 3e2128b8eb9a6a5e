"""The bot is silent while a user waits for a person or talks with one; danger is still not passed over."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import structlog

from server.domain.alarm import Alarm
from server.domain.errors import Unavailable
from server.domain.ids import SessionId
from server.domain.message import MAX_TEXT_CODE_POINTS, Message, SenderRole
from server.domain.session import Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Clock, Log

if TYPE_CHECKING:
    from chatbot import Reply

logger = structlog.get_logger(__name__)

_EARLIER_MESSAGES = 6
_REST = 3.0
"""After listening, so many times as long for others, while more waits to be heard."""
_MOST_TOGETHER = 20


class Listener(Protocol):
    async def warn(self, text: str, *, language: str, earlier_user_text: str | None) -> "Reply | None": ...


@dataclass(slots=True)
class WatchOver:
    """Who waits is given emergency numbers; who talks with a consultant is pointed out to staff.

    The message has been delivered already. Those to consultants are listened to one session at a time, and
    only in a part of the time: a person reads them as well, and neither the bot's own answers nor the chat
    must wait behind them. What a session says until its turn comes is heard together.
    """

    model: Listener
    log: Log
    change_session: ChangeSession
    clock: Clock
    _unheard: dict[SessionId, tuple[Session, list[Message]]] = field(default_factory=dict)
    _is_listening: bool = False

    async def __call__(self, session: Session, said: Message) -> None:
        if session.status is SessionStatus.QUEUED:
            await self._listen(session, [said])
        elif session.status is SessionStatus.ACTIVE:
            if session.alarm is not None and session.alarm.covers(said.created_at):
                return
            _, messages = self._unheard.setdefault(session.id, (session, []))
            messages.append(said)
            del messages[:-_MOST_TOGETHER]
            if not self._is_listening:
                await self._listen_in_turn()

    async def _listen_in_turn(self) -> None:
        """Until nothing is unheard; whoever adds something meanwhile leaves it to this."""
        self._is_listening = True
        try:
            while self._unheard:
                session, messages = self._unheard.pop(next(iter(self._unheard)))
                began = time.monotonic()
                try:
                    await self._listen(session, messages)
                except Exception:
                    logger.exception("could not listen for a crisis", session_id=session.id)
                if self._unheard:
                    await asyncio.sleep(_REST * (time.monotonic() - began))
        finally:
            self._is_listening = False

    async def _listen(self, session: Session, messages: Sequence[Message]) -> None:
        earlier = await earlier_user_text(self.log, messages[0])
        try:
            warning = await self._warning(session, messages, earlier)
            if warning is None:
                return
            seq = await self._first_of_danger(session, messages, earlier)
        except Unavailable:
            logger.warning("no model to listen for a crisis", session_id=session.id)
            return
        alarm = Alarm(seq=seq, text=warning.help_lines, raised_at=self.clock())

        def tell(one: Session) -> None:
            one.warn_of_crisis(warning.text, now=alarm.raised_at)
            one.raise_alarm(alarm, said_at=messages[-1].created_at)

        await self.change_session(session.id, tell)

    async def _first_of_danger(
        self, session: Session, messages: Sequence[Message], earlier: str | None
    ) -> int:
        for message in messages[:-1]:
            if await self._warning(session, [message], earlier) is not None:
                return message.seq
        return messages[-1].seq

    async def _warning(
        self, session: Session, messages: Sequence[Message], earlier: str | None
    ) -> "Reply | None":
        text = "\n".join(message.text for message in messages)
        return await self.model.warn(
            text[-MAX_TEXT_CODE_POINTS:], language=session.language, earlier_user_text=earlier
        )


async def earlier_user_text(log: Log, said: Message) -> str | None:
    """What the user wrote before, if it was not long ago."""
    earlier = await log.read_before(said.session_id, before=said.seq, limit=_EARLIER_MESSAGES)
    texts = [one.text for one in earlier if one.sender.role is SenderRole.USER]
    return texts[-1] if texts else None
