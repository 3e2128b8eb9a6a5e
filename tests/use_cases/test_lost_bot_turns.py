"""A process dies between the ack of a question and the bot's answer: another one answers, once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest_asyncio

from chatbot import Reply
from server.domain.message import Draft, Message, MessageKind, Sender, SenderRole
from server.domain.session import Session
from server.domain.times import utc_now
from server.store.client import Database
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.store.unanswered import UnansweredStore
from server.use_cases.answer_as_bot import AnswerAsBot, ResumeBotTurns
from server.use_cases.change_session import ChangeSession
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.record_unanswered import RecordUnanswered
from server.use_cases.watch_over import WatchOver
from tests.support.made_sessions import new_session


@dataclass
class Parrot:
    """A model that answers everything, and counts."""

    asked: list[str] = field(default_factory=list)

    async def warn(self, text: str, *, language: str, earlier_user_text: str | None) -> Reply | None:
        return None

    async def reply(self, text: str, *, language: str, earlier_user_text: str | None) -> Reply:
        self.asked.append(text)
        return Reply(
            decision="answer",
            text=f"答：{text}",
            confidence=0.9,
            entries=(),
            language="zh",
            intent="question",
            is_urgent=False,
        )


@dataclass
class Node:
    """A process with the log and the bot, and the clock that its sweeps go by."""

    database: Database
    now: datetime = field(default_factory=utc_now)
    model: Parrot = field(default_factory=Parrot)

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.log = MessageLog(self.database)
        change = ChangeSession(self.sessions, self.log, AssignmentStore(self.database), lambda _fact: None)
        answer = AnswerAsBot(
            self.model,
            self.sessions,
            self.log,
            change,
            lambda _fact: None,
            lambda: self.now,
            RecordUnanswered(UnansweredStore(self.database), self.log),
            WatchOver(self.model, self.log, change, lambda: self.now),
        )
        self.resume = ResumeBotTurns(self.log, answer, lambda: self.now, GlanceAtOpen(self.sessions))

    async def begin(self) -> Session:
        session = new_session(self.now)
        await self.sessions.insert(session)
        return session

    async def ask(self, session: Session, text: str) -> None:
        """Acknowledged, and then this process is gone."""
        await self.log.append(
            Draft(
                session_id=session.id,
                epoch=1,
                fence=session.log_fence,
                cmid=str(uuid.uuid4()),
                kind=MessageKind.TEXT,
                sender=Sender(SenderRole.USER, session.user.id, "小明"),
                text=text,
                created_at=self.now,
            )
        )

    async def said(self, session: Session) -> list[Message]:
        return await self.log.read_after(session.id, after=0, limit=100)


@pytest_asyncio.fixture(loop_scope="session")
async def nodes(database: Database) -> AsyncIterator[tuple[Node, Node]]:
    both = Node(database), Node(database)
    for one in both:
        one.log.start()
    yield both
    for one in both:
        await one.log.stop()


async def test_another_process_answers_what_was_left(nodes: tuple[Node, Node]) -> None:
    dead, alive = nodes
    session = await dead.begin()
    await dead.ask(session, "退款多久到账？")
    await alive.resume()
    assert alive.model.asked == []  # so young a question is still its own process's
    alive.now += timedelta(seconds=9)
    await alive.resume()
    assert [one.text for one in await alive.said(session)] == ["退款多久到账？", "答：退款多久到账？"]
    alive.now += timedelta(seconds=10)
    await alive.resume()
    assert len(alive.model.asked) == 1


async def test_two_processes_that_both_look_answer_once(nodes: tuple[Node, Node]) -> None:
    session = await nodes[0].begin()
    await nodes[0].ask(session, "在吗？")
    for one in nodes:
        one.now += timedelta(seconds=9)
    await asyncio.gather(*(one.resume() for one in nodes))
    assert [one.sender.role for one in await nodes[0].said(session)] == [SenderRole.USER, SenderRole.BOT]


async def test_the_next_question_is_found_too_and_an_old_one_is_given_up(nodes: tuple[Node, Node]) -> None:
    dead, alive = nodes
    session = await dead.begin()
    await dead.ask(session, "第一问")
    alive.now += timedelta(hours=3)
    await alive.resume()
    assert alive.model.asked == []
    dead.now = alive.now
    await dead.ask(session, "第二问")
    alive.now += timedelta(seconds=9)
    await asyncio.sleep(1.1)  # a glance at the open sessions serves for a second
    await alive.resume()
    assert alive.model.asked == ["第二问"]
