"""What waiting people are told of their wait, and what is learned from whether it came true."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest_asyncio
from redis.asyncio import Redis

from matching.requirements import Requirement, Rule
from server.domain.events import Fact, QueueMoved
from server.domain.hours import OpeningHours
from server.domain.ids import AccountId
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import EndedBy, Session
from server.domain.times import utc_now
from server.live.presence import LivePresence
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.store.wait_promises import WaitPromiseStore
from server.use_cases.announce_queue import AnnounceQueue
from server.use_cases.assign_sessions import LookAtFloor
from server.use_cases.change_session import ChangeSession
from server.use_cases.estimate_waits import EstimateWaits, HandleTimes
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.judge_estimates import JudgeEstimates
from server.use_cases.slots import FreeNeedlessSlot, GiveSession
from server.use_cases.waiting_line import WaitingLine
from tests.support.made_sessions import new_session

ALWAYS = OpeningHours(week=[[(0, 24 * 60)]] * 7, zone=ZoneInfo("UTC"))
LAW = Rule(requirement=Requirement(skills=("合同法",)), topics=("合同",))
SOON = Rule(requirement=Requirement(language="en"), languages=("en",), relax_after_seconds=600)


@dataclass
class Site:
    """Real stores, one process, and a clock that the test turns."""

    database: Database
    presence: LivePresence
    now: datetime = field(default_factory=utc_now)
    told: list[QueueMoved] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.promises = WaitPromiseStore(self.database)
        self.change = ChangeSession(
            self.sessions, self.log, AssignmentStore(self.database), lambda _fact: None
        )
        self.give = GiveSession(
            self.consultants, self.change, FreeNeedlessSlot(self.sessions, self.consultants, self.clock)
        )
        self.queue, self.judge = self.process()

    def process(self) -> tuple[AnnounceQueue, JudgeEstimates]:
        line = WaitingLine(self.sessions)
        estimate = EstimateWaits(
            LookAtFloor(self.consultants, self.presence),
            HandleTimes(self.sessions, self.clock),
            GlanceAtOpen(self.sessions),
            self.promises,
            (LAW, SOON),
            self.clock,
        )
        queue = AnnounceQueue(line, estimate, self.hear, self.clock, ALWAYS)
        return queue, JudgeEstimates(self.sessions, queue, self.promises, self.clock)

    def clock(self) -> datetime:
        return self.now

    def hear(self, fact: Fact) -> None:
        assert isinstance(fact, QueueMoved)
        self.told.append(fact)

    async def round(self) -> None:
        self.queue.line.touch()
        await self.queue()
        await self.judge()

    async def consultant(self, *, capacity: int = 1, skills: tuple[str, ...] = ()) -> Consultant:
        number = len(await self.consultants.all())
        one = Consultant(
            id=AccountId(f"c_{number}"),
            name="林",
            capacity=capacity,
            status=PresenceStatus.ONLINE,
            skills=list(skills),
        )
        await self.consultants.insert(one)
        await self.presence.renew([(one.id, "desk", True)])
        return one

    async def waiting(self, *, topic: str = "", language: str = "zh") -> Session:
        session = new_session(self.now)
        session.topic, session.language = topic, language
        session.begin(now=self.now)
        session.ask_for_person(now=self.now)
        await self.sessions.insert(session)
        await self.change.settle(session)
        return session

    async def given(self, session: Session, consultant: Consultant) -> None:
        await self.give(
            session.id,
            consultant.id,
            lambda one: one.assign(consultant, now=self.now, reason="", explanation={"policy": "test"}),
        )

    async def ended(self, session: Session, by: EndedBy = EndedBy.CONSULTANT) -> None:
        await self.change(session.id, lambda one: one.end(now=self.now, by=by))

    async def sessions_of(self, seconds: int, count: int, consultant: Consultant) -> None:
        """So many conversations of that length have just ended."""
        for _ in range(count):
            session = await self.waiting()
            await self.given(session, consultant)
            self.now += timedelta(seconds=seconds)
            await self.ended(session)
            await self.give.free_needless_slot(consultant.id, session.id)


@pytest_asyncio.fixture(loop_scope="session")
async def site(database: Database, redis_url: str) -> AsyncIterator[Site]:
    redis: Redis = Redis.from_url(redis_url)
    site = Site(database, LivePresence(redis, database.name))
    site.log.start()
    yield site
    await site.log.stop()
    await redis.aclose()


async def test_the_estimate_knows_how_long_the_running_session_has_lasted(site: Site) -> None:
    lin = await site.consultant()
    await site.sessions_of(300, 5, lin)
    running = await site.waiting()
    await site.given(running, lin)
    site.now += timedelta(seconds=240)
    first = await site.waiting()
    site.now += timedelta(seconds=1)
    second = await site.waiting()
    await site.round()
    told = {one.session_id: one.eta_s for one in site.told}
    soon, later = told[first.id], told[second.id]
    assert soon is not None
    assert later is not None
    assert 30 <= soon["p50"] <= 90
    assert 300 <= later["p50"] <= 450
    assert soon["p90"] <= later["p90"]


async def test_nobody_is_promised_somebody_who_may_not_serve_them(site: Site) -> None:
    await site.consultant(capacity=3)
    law, english, anything = (
        await site.waiting(topic="合同"),
        await site.waiting(language="en"),
        await site.waiting(),
    )
    await site.sessions_of(300, 5, await site.consultant(skills=("其他",)))
    await site.round()
    told = {one.session_id: one for one in site.told}
    assert (told[law.id].eta_s, told[law.id].hold) == (None, "no_such_skill")
    assert told[english.id].hold is None
    assert told[anything.id].eta_s == {"p50": 0, "p90": 5}
    await site.consultant(skills=("合同法",))
    # A process that has not looked at the floor yet.
    site.told.clear()
    site.queue, site.judge = site.process()
    await site.round()
    told = {one.session_id: one for one in site.told}
    assert told[law.id].hold is None
    assert told[law.id].eta_s == {"p50": 0, "p90": 5}


async def test_a_demand_that_relaxes_delays_as_long_as_it_holds(site: Site) -> None:
    lin = await site.consultant(capacity=2)
    await site.sessions_of(300, 5, lin)
    english = await site.waiting(language="en")
    await site.round()
    [told] = [one for one in site.told if one.session_id == english.id]
    assert told.eta_s is not None
    assert 570 <= told.eta_s["p50"] <= told.eta_s["p90"] <= 660


async def test_the_first_promise_is_kept_and_compared_with_the_wait(site: Site) -> None:
    lin = await site.consultant()
    await site.sessions_of(300, 5, lin)
    running = await site.waiting()
    await site.given(running, lin)
    served, leaver = await site.waiting(), await site.waiting()
    await site.round()
    first = site.queue.promised[served.id]
    site.now += timedelta(seconds=100)
    await site.round()
    assert site.queue.promised[served.id] == first
    await site.ended(running)
    await site.give.free_needless_slot(lin.id, running.id)
    await site.given(served, lin)
    await site.ended(leaver, EndedBy.USER)
    await site.round()
    by_id = {one.promise.session_id: one for one in await site.promises.newest_outcomes(10)}
    assert (by_id[served.id].waited_seconds, by_id[served.id].was_served) == (100.0, True)
    assert (by_id[leaver.id].waited_seconds, by_id[leaver.id].was_served) == (100.0, False)
    assert by_id[served.id].promise.told == first.told
    assert await site.promises.open() == []
    # The wait was shorter than told; who left before it was over says nothing.
    assert site.judge.judged.total == {"p50": 1, "p90": 1}
    assert site.judge.judged.covered == {"p50": 1, "p90": 1}


async def test_a_promise_of_a_process_that_died_is_judged_by_the_next(site: Site) -> None:
    lin = await site.consultant()
    session = await site.waiting()
    await site.round()
    assert [one.session_id for one in await site.promises.open()] == [session.id]
    site.now += timedelta(seconds=60)
    await site.given(session, lin)
    site.queue, site.judge = site.process()
    await site.round()
    [outcome] = await site.promises.newest_outcomes(10)
    assert (outcome.waited_seconds, outcome.was_served) == (60.0, True)
    assert site.judge.judged.covered == {"p50": 0, "p90": 0}


async def test_a_session_is_promised_one_wait_however_many_processes_tell_it(site: Site) -> None:
    await site.consultant()
    session = await site.waiting()
    await site.round()
    [promise] = await site.promises.open()
    site.now += timedelta(seconds=30)
    site.queue, site.judge = site.process()
    await site.round()
    assert await site.promises.open() == [promise]
    assert promise.session_id == session.id
