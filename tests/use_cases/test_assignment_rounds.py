"""Rounds of assignment in a process that has not heard what others did: the real matcher over real stores."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matching.embedding import load_encoder
from matching.matcher import Matcher
from matching.profiles import Profile
from matching.requirements import Requirement, Rule
from matching.results import AssignmentResult
from matching.rounds import Round
from server.domain.hours import OpeningHours
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.offers import Declined
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import Named, Session, SessionStatus
from server.domain.times import utc_now
from server.live.presence import LivePresence
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.use_cases.assign_sessions import AssignSessions, LookAtFloor, RoutingRules
from server.use_cases.change_session import ChangeSession
from server.use_cases.slots import FreeNeedlessSlot, GiveSession
from server.use_cases.waiting_line import WaitingLine
from server.use_cases.waiting_requests import DescribeWaiting

RULES = RoutingRules(acceptance="auto", offer_seconds=30, overtaking_bound=3, user_gone_seconds=60)
ALWAYS = OpeningHours(week=[[(0, 24 * 60)]] * 7, zone=ZoneInfo("UTC"))
WHY = {"policy": "test"}
LIN, ZHOU = AccountId("c_lin"), AccountId("c_zhou")
FITTING, ANYTHING = "最近总是失眠，很焦虑", "想问一点事情"


@dataclass(frozen=True)
class MatcherHere:
    """The real matcher in this process. `meanwhile` is done once, while it thinks.

    `asked` is what it was asked, round by round.
    """

    matcher: Matcher
    meanwhile: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    asked: list[Round] = field(default_factory=list)

    async def assign(self, asked: Round) -> AssignmentResult:
        self.asked.append(asked)
        result = self.matcher.assign(asked)
        if self.meanwhile:
            await self.meanwhile.pop()()
        return result


@dataclass
class Process:
    """One server process: stores, a waiting line and rounds of its own. It hears nothing from others."""

    database: Database
    presence: LivePresence
    matcher: MatcherHere
    requirements: Sequence[Rule] = ()
    new_sessions_per_minute: int = 0

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.line = WaitingLine(self.sessions)
        self.assignments = AssignmentStore(self.database)
        self.change = ChangeSession(self.sessions, self.log, self.assignments, lambda _fact: None)
        free = FreeNeedlessSlot(self.sessions, self.consultants, utc_now)
        self.give = GiveSession(
            self.consultants, self.change, free, new_sessions_per_minute=self.new_sessions_per_minute
        )
        self.assign = AssignSessions(
            self.sessions,
            DescribeWaiting(self.sessions, self.log, self.requirements),
            self.line,
            LookAtFloor(self.consultants, self.presence),
            self.presence,
            self.matcher,
            self.give,
            lambda _fact: None,
            utc_now,
            ALWAYS,
            replace(RULES, new_sessions_per_minute=self.new_sessions_per_minute),
        )

    async def waiting(self, text: str, *, since: datetime) -> Session:
        """Somebody who is connected and asked for a person then, with these words."""
        user = Named(AccountId(new_id("u")), "小明")
        session = Session(id=SessionId(new_id("s")), epoch=1, user=user, language="zh", created_at=since)
        session.begin(now=since)
        session.ask_for_person(now=since)
        assert await self.sessions.insert(session)
        await self.change.settle(session)
        await self.log.append(
            Draft(
                session_id=session.id,
                epoch=1,
                fence=session.log_fence,
                cmid=new_id("m"),
                kind=MessageKind.TEXT,
                sender=Sender(SenderRole.USER, user.id, user.name),
                text=text,
                created_at=since,
            )
        )
        await self.presence.renew([(user.id, "tab", False)])
        return session

    async def consultant(self, consultant_id: AccountId, *, capacity: int = 1) -> Consultant:
        """At the desk."""
        one = Consultant(id=consultant_id, name="林", capacity=capacity, status=PresenceStatus.ONLINE)
        await self.consultants.insert(one)
        await self.presence.renew([(one.id, "desk", True)])
        return one

    async def given(self, session: Session, consultant: Consultant) -> None:
        await self.give(
            session.id,
            consultant.id,
            lambda one: one.assign(consultant, now=utc_now(), reason="", explanation=WHY),
        )


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    matcher = Matcher(load_encoder("bundled", threads=1, cache_file=None))
    matcher.load_profiles([Profile(id=LIN, bio="陪伴失眠和焦虑的人。", skills=("失眠", "焦虑"))])
    return matcher


@pytest_asyncio.fixture(loop_scope="session")
async def processes(
    database: Database, redis_url: str, matcher: Matcher
) -> AsyncIterator[tuple[Process, Process]]:
    redis: Redis = Redis.from_url(redis_url)
    presence = LivePresence(redis, database.name)
    both = (
        Process(database, presence, MatcherHere(matcher)),
        Process(database, presence, MatcherHere(matcher)),
    )
    for one in both:
        one.log.start()
    yield both
    for one in both:
        await one.log.stop()
    await redis.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def demanding(
    database: Database, redis_url: str, matcher: Matcher
) -> AsyncIterator[Callable[..., Process]]:
    """Makes processes of a site with rules of its own."""
    redis: Redis = Redis.from_url(redis_url)
    presence = LivePresence(redis, database.name)
    made: list[Process] = []

    def make(**rules: Any) -> Process:
        made.append(Process(database, presence, MatcherHere(matcher), **rules))
        made[-1].log.start()
        return made[-1]

    yield make
    for one in made:
        await one.log.stop()
    await redis.aclose()


def ago(seconds: float) -> datetime:
    return utc_now() - timedelta(seconds=seconds)


def sent_back(session: Session) -> None:
    session.return_to_queue(now=utc_now())


def asked_in_vain(session: Session) -> None:
    """Another process offered it to Lin, who declined."""
    offer = session.offer_to(LIN, expires_at=utc_now(), reason="", explanation=WHY)
    session.withdraw_offer(fence=offer.fence, declined=Declined(LIN, utc_now()))


def became_urgent(session: Session) -> None:
    session.ask_for_person(now=utc_now(), urgent=True)


async def come_back_unnoticed(here: Process, there: Process, session: Session) -> None:
    """It is with somebody when the line is read here, and waits again when the next round begins here."""
    zhou = await there.consultant(ZHOU)
    await there.given(session, zhou)
    assert session.id not in {one.id for one in await here.line.current()}
    await there.change(session.id, sent_back)


async def test_a_session_that_came_back_unnoticed_is_served_before_later_ones(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    await here.consultant(LIN)
    earlier = await there.waiting(ANYTHING, since=utc_now() - timedelta(minutes=30))
    later = await there.waiting(ANYTHING, since=utc_now() - timedelta(minutes=1))
    await come_back_unnoticed(here, there, earlier)
    assert await here.assign() == 1
    found = await there.sessions.get(earlier.id)
    assert found.consultant is not None
    assert found.consultant.id == LIN
    assert (await there.sessions.get(later.id)).status is SessionStatus.QUEUED


async def test_a_session_that_came_back_unnoticed_is_passed_with_a_count(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    await here.consultant(LIN)
    earlier = await there.waiting(ANYTHING, since=utc_now() - timedelta(seconds=20))
    later = await there.waiting(FITTING, since=utc_now() - timedelta(seconds=10))
    await come_back_unnoticed(here, there, earlier)
    assert await here.assign() == 1
    assert (await there.sessions.get(later.id)).status is SessionStatus.ACTIVE
    assert (await there.sessions.get(earlier.id)).overtaken == 1


async def test_who_declines_while_the_matcher_thinks_does_not_get_the_session(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    await here.consultant(LIN)
    session = await there.waiting(FITTING, since=utc_now() - timedelta(seconds=20))
    here.matcher.meanwhile.append(lambda: there.change(session.id, asked_in_vain))
    assert await here.assign() == 0
    assert here.matcher.meanwhile == []
    found = await there.sessions.get(session.id)
    assert found.status is SessionStatus.QUEUED
    assert found.declined_by == [LIN]
    assert await there.consultants.slots_taken() == set()


async def test_a_session_that_changes_while_the_matcher_thinks_is_matched_anew(
    processes: tuple[Process, Process],
) -> None:
    here, there = processes
    await here.consultant(LIN)
    session = await there.waiting(FITTING, since=utc_now() - timedelta(seconds=20))
    here.matcher.meanwhile.append(lambda: there.change(session.id, became_urgent))
    assert await here.assign() == 1
    found = await there.sessions.get(session.id)
    assert found.status is SessionStatus.ACTIVE
    # Somebody in danger is told no reason that was thought out for somebody who was not.
    assert found.reason == ""


async def test_one_conflict_does_not_hold_up_the_rest_of_a_round(processes: tuple[Process, Process]) -> None:
    here, there = processes
    await here.consultant(LIN, capacity=3)
    changed = await there.waiting(FITTING, since=ago(50))
    others = [await there.waiting(FITTING, since=ago(40 - number)) for number in range(2)]
    here.matcher.meanwhile.append(lambda: there.change(changed.id, became_urgent))
    assert await here.assign() == 3
    first, again = here.matcher.asked
    assert {one.session_id for one in first.requests} == {changed.id, *(one.id for one in others)}
    # The others have passed it, and that was counted.
    assert again.overtaken == {changed.id: len(others)}
    assert (await there.sessions.get(changed.id)).status is SessionStatus.ACTIVE


async def filled_meanwhile(here: Process, there: Process) -> Callable[[], Awaitable[object]]:
    """Lin gets a session from the other process, which this one has not seen."""
    stranger = await there.waiting(ANYTHING, since=ago(1))
    lin = await here.consultants.get(LIN)

    async def fill() -> None:
        await there.given(stranger, lin)

    return fill


@pytest.mark.parametrize(("overtaken", "gets_zhou"), [(0, "later"), (RULES.overtaking_bound, "earlier")])
async def test_who_finds_a_place_taken_is_passed_by_others_within_the_bound_only(
    processes: tuple[Process, Process], overtaken: int, gets_zhou: str
) -> None:
    here, there = processes
    await here.consultant(LIN)
    await here.consultant(ZHOU)
    waiting = {
        "earlier": await there.waiting(FITTING, since=ago(300)),
        "later": await there.waiting(ANYTHING, since=ago(200)),
    }
    if overtaken:
        assert await there.sessions.raise_overtaken({waiting["earlier"].id: (0, overtaken)})
    here.matcher.meanwhile.append(await filled_meanwhile(here, there))
    assert await here.assign() == 1
    found = {name: await there.sessions.get(one.id) for name, one in waiting.items()}
    assert [name for name, one in found.items() if one.consultant] == [gets_zhou]
    assert found["earlier"].overtaken == (1 if gets_zhou == "later" else 0)


async def test_what_nobody_present_can_do_waits_until_the_demand_relaxes(
    demanding: Callable[..., Process],
) -> None:
    law = Rule(requirement=Requirement(skills=("法律",)), relax_after_seconds=60)
    here = demanding(requirements=[law])
    await here.consultant(LIN)
    session = await here.waiting(FITTING, since=ago(58))
    assert await here.assign() == 0
    assert here.assign.seconds_until_due() < 2.5
    assert (await here.sessions.get(session.id)).status is SessionStatus.QUEUED
    longer = await here.waiting(FITTING, since=ago(61))
    assert await here.assign() == 1
    assert (await here.sessions.get(longer.id)).status is SessionStatus.ACTIVE


async def test_a_demand_that_never_relaxes_waits_for_somebody_who_meets_it(
    demanding: Callable[..., Process],
) -> None:
    here = demanding(requirements=[Rule(requirement=Requirement(consultants=(ZHOU,)))])
    await here.consultant(LIN)
    session = await here.waiting(FITTING, since=ago(3_600))
    assert await here.assign() == 0
    assert here.assign.seconds_until_due() == 3.0
    await here.consultant(ZHOU)
    assert await here.assign() == 1
    found = await here.sessions.get(session.id)
    assert found.consultant is not None
    assert found.consultant.id == ZHOU
    [explanation] = await here.assignments.of_session(session.id)
    assert explanation["excluded"] == [{"consultant_id": LIN, "reason": "requirement"}]


async def test_nobody_is_given_more_new_sessions_a_minute_than_the_site_allows(
    demanding: Callable[..., Process],
) -> None:
    here, there = (demanding(new_sessions_per_minute=2) for _ in range(2))
    await here.consultant(LIN, capacity=9)
    waiting = [await here.waiting(FITTING, since=ago(50 - number)) for number in range(4)]
    given = await asyncio.gather(here.assign(), there.assign())
    assert sum(given) + await there.assign() == 2
    states = [(await here.sessions.get(one.id)).status for one in waiting]
    assert states == [SessionStatus.ACTIVE] * 2 + [SessionStatus.QUEUED] * 2
    lin = await here.consultants.get(LIN)
    assert lin.new_sessions_left(2, utc_now()) == 0
    assert 0 < lin.seconds_until_more(2, utc_now()) <= 60
    # A minute later both sides count anew.
    long_ago = [one - timedelta(seconds=61) for one in lin.given_at]
    await here.database["consultants"].update_one({"_id": LIN}, {"$set": {"given_at": long_ago}})
    assert await here.assign() == 2


async def test_the_next_round_comes_when_an_allowance_returns(demanding: Callable[..., Process]) -> None:
    here = demanding(new_sessions_per_minute=1)
    await here.consultant(LIN, capacity=9)
    for number in range(2):
        await here.waiting(FITTING, since=ago(50 - number))
    assert await here.assign() == 1
    [at] = (await here.consultants.get(LIN)).given_at
    await here.database["consultants"].update_one(
        {"_id": LIN}, {"$set": {"given_at": [at - timedelta(seconds=59)]}}
    )
    assert await here.assign() == 0
    assert 0 < here.assign.seconds_until_due() <= 1.0


async def test_who_takes_a_session_by_hand_is_not_held_up_but_it_counts(
    demanding: Callable[..., Process],
) -> None:
    here = demanding(new_sessions_per_minute=1)
    lin = await here.consultant(LIN, capacity=9)
    for number in range(2):
        session = await here.waiting(FITTING, since=ago(50 - number))
        await here.give(
            session.id,
            LIN,
            lambda one: one.assign(lin, now=utc_now(), reason="", explanation=WHY),
            is_by_hand=True,
        )
    await here.waiting(FITTING, since=ago(5))
    assert len((await here.consultants.get(LIN)).given_at) == 2
    assert await here.assign() == 0
