"""The bot's turn: it answers what the user has just said, or hands over to a person."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

import structlog

from server.domain.errors import SessionEnded, Unavailable
from server.domain.events import MessagePosted
from server.domain.ids import SessionId
from server.domain.message import (
    BOT_ID,
    Draft,
    Message,
    MessageKind,
    Sender,
    SenderRole,
    StaleFence,
    derived_cmid,
)
from server.domain.session import Session, SessionStatus
from server.use_cases.change_session import ChangeSession
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.ports import Announce, Clock, Log, Sessions
from server.use_cases.record_unanswered import RecordUnanswered
from server.use_cases.watch_over import WatchOver, earlier_user_text

if TYPE_CHECKING:
    from chatbot import Reply

logger = structlog.get_logger(__name__)

_TRIES = 3
_LEFT_ALONE_FOR = timedelta(seconds=8)
_GIVEN_UP_AFTER = timedelta(hours=2)
_BOT_NAMES = {"zh": "问津小助手", "en": "Wenjin assistant"}
_SPEECHLESS = {
    "zh": "抱歉，我暂时答不上来，正在为您转接人工顾问。",
    "en": "Sorry, I can't answer right now. I am connecting you with a person.",
}


class BotModel(Protocol):
    async def reply(self, text: str, *, language: str, earlier_user_text: str | None) -> "Reply": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thought:
    """What the bot says, and what follows from it for the session."""

    text: str
    data: dict[str, Any]
    asks_for_person: bool
    is_urgent: bool = False
    is_crisis: bool = False
    is_angry: bool = False
    topic: str = ""


@dataclass(slots=True)
class AnswerAsBot:
    """One turn a message, one turn at a time in each session.

    Its cmid is derived from the message that it answers, so a trigger that arrives twice can't answer twice.
    Its fence is the one under which it was asked: once a person is asked for, the log refuses it.
    """

    model: BotModel
    sessions: Sessions
    log: Log
    change_session: ChangeSession
    announce: Announce
    clock: Clock
    record: RecordUnanswered
    watch_over: WatchOver
    _turns: WeakValueDictionary[SessionId, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def __call__(self, *, question: Message) -> None:
        # The lock lives as long as somebody holds or awaits it.
        lock = self._turns.setdefault(question.session_id, asyncio.Lock())
        async with lock:
            for _ in range(_TRIES):
                if await self._take_turn(question):
                    return

    async def _take_turn(self, question: Message) -> bool:
        """False when the session changed meanwhile in a way that may leave the turn with the bot."""
        session = await self.sessions.get(question.session_id)
        if session.status is not SessionStatus.BOT:
            await self.watch_over(session, question)
            return True
        thought = await self._think(session, question)
        draft = Draft(
            session_id=session.id,
            epoch=session.epoch,
            fence=session.log_fence,
            cmid=derived_cmid(session.id, f"bot/{question.seq}"),
            kind=MessageKind.TEXT,
            sender=Sender(SenderRole.BOT, BOT_ID, _BOT_NAMES.get(session.language, _BOT_NAMES["en"])),
            text=thought.text,
            data={"bot": thought.data, "reply_to": question.seq},
            created_at=self.clock(),
        )
        try:
            appended = await self.log.append(draft)
        except StaleFence:
            return False  # a person was asked for while the bot was thinking, or a supervisor joined
        except SessionEnded:
            return True
        if not appended.is_repeat:
            self.announce(MessagePosted(appended.message, session))
        if thought.topic or thought.asks_for_person or thought.is_angry:
            await self.change_session(session.id, lambda one: self._draw_conclusions(one, thought))
        return True

    def _draw_conclusions(self, session: Session, thought: _Thought) -> None:
        session.triage(thought.topic)
        if thought.is_angry:
            session.hear_anger()
        if thought.asks_for_person:
            session.ask_for_person(now=self.clock(), urgent=thought.is_urgent, is_crisis=thought.is_crisis)

    async def _think(self, session: Session, question: Message) -> _Thought:
        try:
            reply = await self.model.reply(
                question.text,
                language=session.language,
                earlier_user_text=await earlier_user_text(self.log, question),
            )
        except Unavailable:
            logger.warning("bot has no model, handing over", session_id=session.id)
            words = _SPEECHLESS.get(session.language, _SPEECHLESS["en"])
            data = {"decision": "handoff", "confidence": 0.0, "entries": []}
            return _Thought(text=words, data=data, asks_for_person=True)
        # Before the answer is logged: whoever takes this turn again after a crash records the same once more.
        await self.record.unsure(session, question, reply)
        data = {
            "decision": reply.decision,
            "confidence": round(reply.confidence, 4),
            "entries": [
                {"id": entry.id, "question": entry.question, "score": round(entry.score, 4)}
                for entry in reply.entries
            ],
        }
        return _Thought(
            text=reply.text,
            data=data,
            asks_for_person=reply.decision in {"handoff", "crisis"},
            is_urgent=reply.decision == "crisis" or reply.is_urgent,
            is_crisis=reply.decision == "crisis",
            is_angry=reply.is_angry,
            topic=reply.topic,
        )


@dataclass(slots=True)
class ResumeBotTurns:
    """Answers the questions whose turn was lost with the process that should have taken it.

    `_quiet` holds up to which seq each session of the bot has nothing to answer; only what is newer is read.
    A young question is left to its own process. Should both answer, the cmid lets one answer stand.
    """

    log: Log
    answer: AnswerAsBot
    clock: Clock
    open_sessions: GlanceAtOpen
    _quiet: dict[SessionId, int] = field(default_factory=dict)

    async def __call__(self) -> None:
        with_bot = [one for one in await self.open_sessions.current() if one.status is SessionStatus.BOT]
        known = {one.id: self._quiet.get(one.id, 0) for one in with_bot}
        self._quiet = known
        newest = {one.session_id: one for one in await self.log.newer_than(known)}
        now = self.clock()
        for session_id, last in newest.items():
            age = now - last.created_at
            is_question = last.sender.role is SenderRole.USER and age < _GIVEN_UP_AFTER
            if is_question and age < _LEFT_ALONE_FOR:
                continue
            if is_question:
                await self.answer(question=last)
            known[session_id] = last.seq
