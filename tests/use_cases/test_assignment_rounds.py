"""Rounds of assignment in a process that has not heard what others did: the real matcher over real stores."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from matching.embedding import load_encoder
from matching.matcher import Matcher
from matching.profiles import Profile
from matching.results import AssignmentResult
from matching.scoring import Candidate, Request
from server.domain.hours import OpeningHours
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import Named, Session, SessionStatus, Step
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

RULES = RoutingRules(acceptance="auto", offer_seconds=30, overtaking_bound=3, user_gone_seconds=60)
ALWAYS = OpeningHours(week=[[(0, 24 * 60)]] * 7, zone=ZoneInfo("UTC"))
WHY = {"policy": "test"}
LIN, ZHOU = AccountId("c_lin"), AccountId("c_zhou")
FITTING, ANYTHING = "最近总是失眠，很焦虑", "想问一点事情"


@dataclass(frozen=True)
class MatcherHere:
    """The real matcher in this process. `meanwhile` is done once, while it thinks."""

    matcher: Matcher
    meanwhile: list[tuple["Process", SessionId, Step]] = field(default_factory=list)

    async def assign(
        self,
        requests: Sequence[Request],
        candidates: Sequence[Candidate],
        overtaken: dict[str, int],
        *,
        at: str,
        absent: Sequence[str],
        overtaking_limit: int,
        exploration: float,
    ) -> AssignmentResult:
        result = self.matcher.assign(
            requests,
            candidates,
            overtaken,
            at=at,
            absent=absent,
            overtaking_limit=overtaking_limit,
            exploration=exploration,
        )
        if self.meanwhile:
            process, session_id, step = self.meanwhile.pop()
            await process.change(session_id, step)
        return result


@dataclass
class Process:
    """One server process: stores, a waiting line and rounds of its own. It hears nothing from others."""

    database: Database
    presence: LivePresence
    matcher: MatcherHere

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.line = WaitingLine(self.sessions)
        self.change = ChangeSession(
            self.sessions, self.log, AssignmentStore(self.database), lambda _fact: None
        )
        free = FreeNeedlessSlot(self.sessions, self.consultants, utc_now)
        self.give = GiveSession(self.consultants, self.change, free)
        self.assign = AssignSessions(
            self.sessions,
            self.log,
            self.line,
            LookAtFloor(self.consultants, self.presence),
            self.presence,
            self.matcher,
            self.give,
            lambda _fact: None,
            utc_now,
            ALWAYS,
            RULES,
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

    async def consultant(self, consultant_id: AccountId) -> Consultant:
        """At the desk, with one place."""
        one = Consultant(id=consultant_id, name="林", capacity=1, status=PresenceStatus.ONLINE)
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


def sent_back(session: Session) -> None:
    session.return_to_queue(now=utc_now())


def asked_in_vain(session: Session) -> None:
    """Another process offered it to Lin, who declined."""
    offer = session.offer_to(LIN, expires_at=utc_now(), reason="", explanation=WHY)
    session.withdraw_offer(fence=offer.fence, by_decline=True)


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
    here.matcher.meanwhile.append((there, session.id, asked_in_vain))
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
    here.matcher.meanwhile.append(
        (there, session.id, lambda one: one.ask_for_person(now=utc_now(), urgent=True))
    )
    assert await here.assign() == 1
    found = await there.sessions.get(session.id)
    assert found.status is SessionStatus.ACTIVE
    # Somebody in danger is told no reason that was thought out for somebody who was not.
    assert found.reason == ""
