"""A process may die between any two writes: what it had begun is finished by whoever comes next."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial

import pytest
import pytest_asyncio

from server.domain.errors import Conflict, NotFound, SessionEnded
from server.domain.events import Fact, MessagePosted, SessionChanged
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Consultant, Person, PresenceStatus, Role
from server.domain.session import EndedBy, Session, SessionStatus
from server.domain.times import utc_now
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession
from server.use_cases.send_message import NewMessage, SendMessage
from server.use_cases.start_session import StartSession
from server.use_cases.watch_sessions import FinishChanges

WHY = {"policy": "similarity-1", "score": 1.0}
USER = Person(AccountId("u_1"), Role.USER, "小明")


@dataclass
class Process:
    """One server process's view of the stores, with the facts that it announced."""

    database: Database
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.assignments = AssignmentStore(self.database)
        self.change = ChangeSession(self.sessions, self.log, self.assignments, self.facts.append)
        self.find = FindSession(self.sessions)
        self.send = SendMessage(self.sessions, self.find, self.log, self.change, self.facts.append, utc_now)
        self.start = StartSession(
            self.sessions,
            self.log,
            self.consultants,
            self.change,
            self.send,
            utc_now,
            bot_is_enabled=True,
        )


def says(text: str) -> NewMessage:
    return NewMessage(cmid=str(uuid.uuid4()), text=text)


@pytest_asyncio.fixture(loop_scope="session")
async def processes(database: Database) -> AsyncIterator[tuple[Process, Process]]:
    both = Process(database), Process(database)
    for one in both:
        one.log.start()
    yield both
    for one in both:
        await one.log.stop()


async def consultant_at(process: Process, capacity: int = 2) -> Consultant:
    consultant = Consultant(
        id=AccountId(new_id("c")), name="林", capacity=capacity, status=PresenceStatus.ONLINE
    )
    await process.consultants.insert(consultant)
    return consultant


async def save_without_logging(process: Process, session_id: SessionId) -> Session:
    """What is left when a process dies right after it saved that a person was asked for."""
    session = await process.sessions.get(session_id)
    fence = session.fence
    session.ask_for_person(now=utc_now())
    assert await process.sessions.save(session, over_fence=fence)
    return session


def give_to(consultant: Consultant, session: Session) -> None:
    session.assign(consultant, now=utc_now(), reason="", explanation=WHY)


async def texts(process: Process, session_id: SessionId) -> list[str]:
    found = await process.log.read_after(session_id, after=0, limit=100)
    assert [one.seq for one in found] == list(range(1, len(found) + 1))
    return [one.data.get("event") or one.text for one in found]


async def test_the_next_author_writes_down_what_a_dead_process_could_not(
    processes: tuple[Process, Process],
) -> None:
    dead, alive = processes
    session = (await dead.start(person=USER, message=says("你好"))).session
    await save_without_logging(dead, session.id)
    await alive.send(person=USER, session_id=session.id, message=says("还在吗"))
    assert await texts(alive, session.id) == [
        "session_started",
        "你好",
        "bot_handoff",
        "queued",
        "还在吗",
    ]
    assert (await alive.sessions.get(session.id)).pending == []


async def test_a_sweep_writes_it_down_when_nobody_speaks(processes: tuple[Process, Process]) -> None:
    dead, alive = processes
    session = (await dead.start(person=USER, message=None)).session
    await save_without_logging(dead, session.id)
    sweep = FinishChanges(alive.sessions, alive.change)
    await sweep()
    await sweep()
    assert await texts(alive, session.id) == ["session_started", "bot_handoff", "queued"]
    posted = [fact for fact in alive.facts if isinstance(fact, MessagePosted)]
    assert [fact.message.seq for fact in posted] == [2, 3]
    told = [fact for fact in alive.facts if isinstance(fact, SessionChanged)]
    assert [fact.session.status for fact in told] == [SessionStatus.QUEUED]


async def test_a_change_is_told_before_nobody_could_find_it_any_more(
    processes: tuple[Process, Process],
) -> None:
    process, other = processes
    session = (await process.start(person=USER, message=None)).session
    process.facts.clear()
    to_be_found: list[SessionId] = []

    def look(fact: Fact) -> None:
        if isinstance(fact, SessionChanged):
            to_be_found.extend(draft.session_id for draft in fact.session.pending)

    change = ChangeSession(process.sessions, process.log, process.assignments, look)
    await change(session.id, lambda one: one.ask_for_person(now=utc_now()))
    assert to_be_found == [session.id, session.id]
    assert await other.sessions.with_pending() == []


async def test_the_explanation_of_an_assignment_outlives_the_process_that_decided(
    processes: tuple[Process, Process],
) -> None:
    dead, alive = processes
    session = (await dead.start(person=USER, message=None)).session
    lin = await consultant_at(dead)
    await dead.change(session.id, lambda one: one.ask_for_person(now=utc_now()))
    saved = await dead.sessions.get(session.id)
    fence = saved.fence
    give_to(lin, saved)
    assert await dead.sessions.save(saved, over_fence=fence)
    assert await alive.assignments.of_session(session.id) == []
    sweep = FinishChanges(alive.sessions, alive.change)
    await sweep()
    await sweep()
    assert await alive.assignments.of_session(session.id) == [WHY]
    assert (await alive.sessions.get(session.id)).unfiled is None


async def test_two_processes_finishing_the_same_change_log_it_once(
    processes: tuple[Process, Process],
) -> None:
    session = (await processes[0].start(person=USER, message=None)).session
    saved = await save_without_logging(processes[0], session.id)
    copies = [await one.sessions.get(saved.id) for one in processes for _ in range(3)]
    await asyncio.gather(*(processes[number % 2].change.settle(copy) for number, copy in enumerate(copies)))
    assert await texts(processes[1], session.id) == ["session_started", "bot_handoff", "queued"]


async def test_a_former_consultant_is_stopped_though_another_process_remembers_them(
    processes: tuple[Process, Process],
) -> None:
    first, second = processes
    session = (await first.start(person=USER, message=None)).session
    lin, zhou = await consultant_at(first), await consultant_at(first)
    await first.change(session.id, lambda one: one.ask_for_person(now=utc_now()))
    await first.change(session.id, lambda one: one.assign(lin, now=utc_now(), reason="", explanation=WHY))
    as_lin = Person(lin.id, Role.CONSULTANT, lin.name)
    await second.send(person=as_lin, session_id=session.id, message=says("我是林"))
    await first.change(session.id, lambda one: one.transfer_to(zhou, now=utc_now(), explanation=WHY))
    with pytest.raises(NotFound):
        await second.send(person=as_lin, session_id=session.id, message=says("还是我"))
    assert (await texts(first, session.id))[-1] == "transferred"


async def test_an_end_in_one_process_stops_authors_in_another(
    processes: tuple[Process, Process],
) -> None:
    first, second = processes
    session = (await first.start(person=USER, message=None)).session
    acked = says("说过的话")
    sent = await second.send(person=USER, session_id=session.id, message=acked)
    await first.change(session.id, lambda one: one.end(now=utc_now(), by=EndedBy.USER))
    with pytest.raises(SessionEnded):
        await second.send(person=USER, session_id=session.id, message=says("太晚了"))
    again = await second.send(person=USER, session_id=session.id, message=acked)
    assert again.seq == sent.seq
    assert (await texts(first, session.id))[-1] == "session_ended"
    assert (await first.sessions.get(session.id)).last_seq == 3


async def test_steps_that_race_are_taken_one_after_the_other(processes: tuple[Process, Process]) -> None:
    session = (await processes[0].start(person=USER, message=None)).session
    await processes[0].change(session.id, lambda one: one.ask_for_person(now=utc_now()))
    people = [await consultant_at(processes[0]) for _ in range(6)]
    outcomes = await asyncio.gather(
        *(
            processes[number % 2].change(session.id, partial(give_to, who))
            for number, who in enumerate(people)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Session) for one in outcomes) == 1
    assert sum(isinstance(one, Conflict) for one in outcomes) == 5
    assert (await texts(processes[0], session.id)).count("assigned") == 1


async def test_starting_in_many_tabs_at_once_opens_one_session(
    processes: tuple[Process, Process],
) -> None:
    starts = await asyncio.gather(
        *(processes[n % 2].start(person=USER, message=says(f"标签页 {n}")) for n in range(8))
    )
    assert len({one.session.id for one in starts}) == 1
    assert [one.is_resumed for one in starts].count(False) == 1
    said = await texts(processes[0], starts[0].session.id)
    assert len(said) == 9
    assert said[0] == "session_started"
