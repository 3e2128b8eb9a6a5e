"""Nobody has more sessions than places, whoever gives, takes away, dies or stands still meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from typing_extensions import override

from server.domain.errors import AtCapacity, Conflict
from server.domain.events import Fact, FloorChanged, SessionChanged
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Consultant, NewSessionRate, PresenceStatus
from server.domain.queries import Glance
from server.domain.session import EndedBy, Session, SessionStatus, Step
from server.domain.times import utc_now
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.use_cases.change_session import ChangeSession
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.slots import CheckSlots, FreeNeedlessSlot, GiveSession, ReleaseSlots
from tests.support.made_sessions import new_session

WHY = {"policy": "test"}

Meanwhile = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class OldGlances(SessionStore):
    """Its overview of the open sessions stays what it was when it was first looked at."""

    first: list[Glance] | None = None

    @override
    async def glance(self, *statuses: str) -> list[Glance]:
        if self.first is None:
            self.first = await SessionStore.glance(self, *statuses)
        return self.first


@dataclass(frozen=True, slots=True)
class Interrupted(ConsultantStore):
    """Once, others act: right after a place was taken here, or right before a consultant is read."""

    after_taking: list[Meanwhile] = field(default_factory=list)
    before_finding: list[Meanwhile] = field(default_factory=list)
    restored: list[SessionId] = field(default_factory=list)

    @override
    async def take_slot(
        self,
        consultant_id: AccountId,
        session_id: SessionId,
        *,
        fence: int,
        rate: NewSessionRate | None = None,
    ) -> bool:
        is_taken = await ConsultantStore.take_slot(self, consultant_id, session_id, fence=fence, rate=rate)
        if self.after_taking:
            await self.after_taking.pop()()
        return is_taken

    @override
    async def find(self, consultant_id: AccountId) -> Consultant | None:
        if self.before_finding:
            await self.before_finding.pop()()
        return await ConsultantStore.find(self, consultant_id)

    @override
    async def restore_slot(self, consultant_id: AccountId, session_id: SessionId, *, fence: int) -> None:
        self.restored.append(session_id)
        await ConsultantStore.restore_slot(self, consultant_id, session_id, fence=fence)


@dataclass
class Process:
    """One server process's view of the stores. Its reactions to changes wait until the test lets them run."""

    database: Database
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = OldGlances(self.database)
        self.consultants = Interrupted(self.database)
        self.log = MessageLog(self.database)
        self.change = ChangeSession(
            self.sessions, self.log, AssignmentStore(self.database), self.facts.append
        )
        self.free = FreeNeedlessSlot(self.sessions, self.consultants, utc_now)
        self.give_session = GiveSession(self.consultants, self.change, self.free)

    async def give(self, session: Session, consultant: Consultant) -> Session:
        return await self.give_session(session.id, consultant.id, given_to(consultant))

    async def react(self) -> None:
        """To all changes so far."""
        release = ReleaseSlots(self.free, self.facts.append)
        changes = [fact for fact in self.facts if isinstance(fact, SessionChanged)]
        self.facts.clear()
        for change in changes:
            await release(change)

    async def check(self) -> None:
        """As the next timer would: with a new look at all sessions."""
        self.sessions.first = None
        await self.checking(GlanceAtOpen(self.sessions))()

    def checking(self, glance: GlanceAtOpen) -> CheckSlots:
        return CheckSlots(self.sessions, self.consultants, self.change, self.free, glance, self.facts.append)

    async def waiting(self) -> Session:
        session = new_session(utc_now())
        session.begin(now=utc_now())
        session.ask_for_person(now=utc_now())
        assert await self.sessions.insert(session)
        await self.change.settle(session)
        return session

    async def consultant(self, capacity: int = 1) -> Consultant:
        one = Consultant(
            id=AccountId(new_id("c")), name="林", capacity=capacity, status=PresenceStatus.ONLINE
        )
        await self.consultants.insert(one)
        return one

    async def places(self, consultant: Consultant) -> list[SessionId]:
        return (await self.consultants.get(consultant.id)).open_sessions

    async def holder(self, session: Session) -> AccountId | None:
        found = await self.sessions.get(session.id)
        return found.consultant.id if found.consultant and found.is_open else None


@pytest_asyncio.fixture(loop_scope="session")
async def processes(database: Database) -> AsyncIterator[tuple[Process, Process]]:
    both = Process(database), Process(database)
    for one in both:
        one.log.start()
    yield both
    for one in both:
        await one.log.stop()


def given_to(consultant: Consultant) -> Step:
    return lambda one: one.assign(consultant, now=utc_now(), reason="", explanation=WHY)


def sent_back(session: Session) -> None:
    session.return_to_queue(now=utc_now(), may_return=True)


def ended(session: Session) -> None:
    session.end(now=utc_now(), by=EndedBy.USER)


async def test_a_place_for_a_second_stay_is_not_freed_by_the_end_of_the_first(
    processes: tuple[Process, Process],
) -> None:
    leaving, giving = processes
    lin = await leaving.consultant()
    session, other = await leaving.waiting(), await leaving.waiting()
    await leaving.give(session, lin)
    await leaving.change(session.id, sent_back)
    giving.consultants.after_taking.append(leaving.react)
    await giving.give(session, lin)
    assert giving.consultants.after_taking == []
    assert await giving.holder(session) == lin.id
    assert await giving.places(lin) == [session.id]
    with pytest.raises(AtCapacity):
        await leaving.give(other, lin)
    await giving.change(session.id, ended)
    await giving.react()
    assert await giving.places(lin) == []


async def test_an_offered_place_is_not_freed_by_the_end_of_an_earlier_offer(
    processes: tuple[Process, Process],
) -> None:
    withdrawing, asking = processes
    lin = await withdrawing.consultant()
    session = await withdrawing.waiting()

    def asked(one: Session) -> None:
        one.offer_to(lin.id, expires_at=utc_now(), reason="", explanation=WHY)

    def withdrawn(one: Session) -> None:
        assert one.offer is not None
        one.withdraw_offer(fence=one.offer.fence, declined=None)

    await withdrawing.give_session(session.id, lin.id, asked)
    await withdrawing.change(session.id, withdrawn)
    asking.consultants.after_taking.append(withdrawing.react)
    await asking.give_session(session.id, lin.id, asked)
    assert await asking.places(lin) == [session.id]
    await asking.change(session.id, withdrawn)
    await asking.react()
    assert await asking.places(lin) == []


async def test_givers_who_race_for_the_last_place_give_one_session(
    processes: tuple[Process, Process],
) -> None:
    for _ in range(5):
        lin = await processes[0].consultant()
        waiting = [await processes[0].waiting() for _ in range(4)]
        outcomes = await asyncio.gather(
            *(processes[number % 2].give(one, lin) for number, one in enumerate(waiting)),
            return_exceptions=True,
        )
        given = [one for one in outcomes if isinstance(one, Session)]
        assert sum(isinstance(one, AtCapacity) for one in outcomes) == 3
        assert [one.id for one in given] == await processes[1].places(lin)
        holders = [await processes[1].holder(one) for one in waiting]
        assert holders.count(lin.id) == 1


async def test_consultants_who_race_for_a_session_keep_no_place_in_vain(
    processes: tuple[Process, Process],
) -> None:
    for _ in range(5):
        people = [await processes[0].consultant() for _ in range(4)]
        session = await processes[0].waiting()
        outcomes = await asyncio.gather(
            *(processes[number % 2].give(session, one) for number, one in enumerate(people)),
            return_exceptions=True,
        )
        assert sum(isinstance(one, Conflict) for one in outcomes) == 3
        holder = await processes[0].holder(session)
        for one in people:
            assert await processes[0].places(one) == ([session.id] if one.id == holder else [])


async def test_a_giver_who_stood_still_finds_the_place_with_another(
    processes: tuple[Process, Process],
) -> None:
    paused, alive = processes
    lin = await alive.consultant()
    session, next_one = await alive.waiting(), await alive.waiting()

    async def long_pause() -> None:
        await alive.check()
        assert await alive.places(lin) == []
        await alive.give(next_one, lin)

    paused.consultants.after_taking.append(long_pause)
    with pytest.raises(AtCapacity):
        await paused.give(session, lin)
    assert await alive.places(lin) == [next_one.id]
    assert (await alive.sessions.get(session.id)).status is SessionStatus.QUEUED


async def test_a_giver_who_stood_still_takes_the_place_again_if_it_is_free(
    processes: tuple[Process, Process],
) -> None:
    paused, alive = processes
    lin = await alive.consultant()
    session = await alive.waiting()
    paused.consultants.after_taking.append(alive.check)
    await paused.give(session, lin)
    assert await alive.holder(session) == lin.id
    assert await alive.places(lin) == [session.id]
    await alive.check()
    assert await alive.places(lin) == [session.id]


async def test_a_place_reserved_by_a_dead_process_is_free_again(processes: tuple[Process, Process]) -> None:
    dead, alive = processes
    lin, zhou = await dead.consultant(), await dead.consultant()
    waiting, chatting = await dead.waiting(), await dead.waiting()
    await dead.give(chatting, zhou)
    for session in (waiting, await dead.sessions.get(chatting.id)):
        assert await dead.consultants.take_slot(lin.id, session.id, fence=session.fence)
        await alive.check()
        assert await alive.places(lin) == []
    assert [fact for fact in alive.facts if isinstance(fact, FloorChanged)] == [FloorChanged(lin.id)] * 2
    assert await alive.holder(chatting) == zhou.id
    assert await alive.places(zhou) == [chatting.id]
    await alive.give(waiting, lin)


async def test_a_place_whose_release_was_lost_is_free_again(processes: tuple[Process, Process]) -> None:
    dead, alive = processes
    lin = await dead.consultant(capacity=2)
    back, over = await dead.waiting(), await dead.waiting()
    for session, step in ((back, sent_back), (over, ended)):
        await dead.give(session, lin)
        await dead.change(session.id, step)
    assert await alive.places(lin) == [back.id, over.id]
    before = await alive.sessions.get(back.id)
    await alive.check()
    assert await alive.places(lin) == []
    assert await alive.sessions.get(back.id) == before


async def test_an_old_look_at_all_sessions_restores_no_place(processes: tuple[Process, Process]) -> None:
    checking, others = processes
    lin = await others.consultant()
    session, next_one = await others.waiting(), await others.waiting()
    await others.give(session, lin)
    check = checking.checking(GlanceAtOpen(checking.sessions))
    await check()
    await others.change(session.id, ended)
    await others.react()
    await others.give(next_one, lin)
    for _ in range(3):
        await check()
    assert checking.consultants.restored == []
    assert await others.places(lin) == [next_one.id]


async def test_no_place_is_restored_for_a_session_that_leaves_while_it_is_looked_for(
    processes: tuple[Process, Process],
) -> None:
    checking, others = processes
    lin = await others.consultant()
    session, next_one = await others.waiting(), await others.waiting()
    await others.give(session, lin)
    await others.consultants.free_slot(lin.id, session.id, now=utc_now(), fence=None)

    async def leave() -> None:
        await others.change(session.id, ended)
        await others.react()
        await others.give(next_one, lin)

    checking.consultants.before_finding.append(leave)
    await checking.check()
    assert checking.consultants.before_finding == []
    assert checking.consultants.restored == []
    assert await others.places(lin) == [next_one.id]


async def test_a_session_without_its_place_has_one_again(processes: tuple[Process, Process]) -> None:
    process = processes[0]
    lin = await process.consultant()
    session = await process.waiting()
    await process.change(session.id, given_to(lin))
    assert await process.places(lin) == []
    await process.check()
    assert await process.places(lin) == [session.id]
    await process.change(session.id, ended)
    await process.react()
    assert await process.places(lin) == []


async def test_a_place_with_its_session_is_never_freed(processes: tuple[Process, Process]) -> None:
    process = processes[0]
    lin = await process.consultant()
    session = await process.waiting()
    await process.give(session, lin)
    given = await process.sessions.get(session.id)
    for _ in range(3):
        await process.check()
    assert not await process.free(lin.id, session.id)
    assert await process.places(lin) == [session.id]
    assert await process.sessions.get(session.id) == given
