"""What time does to sessions, and how little it asks about those that time does nothing to."""

import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest_asyncio

from server.domain.ids import AccountId, new_id
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import EndedBy, Session, SessionStatus, Step
from server.domain.times import utc_now
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.use_cases.change_session import ChangeSession
from server.use_cases.estimate_waits import HandleTimes
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.watch_sessions import Patience, ReplaceLostConsultants, WatchIdleSessions
from tests.support.made_sessions import new_session

PATIENCE = Patience(
    idle_warning_seconds=300,
    idle_end_seconds=600,
    bot_idle_end_seconds=900,
    first_reply_seconds=120,
    consultant_grace_seconds=20,
)


@dataclass
class Doors:
    """Who has a live desk, told by the test, and how many were asked for."""

    gone_seconds: dict[AccountId, float] = field(default_factory=dict)
    asked: int = 0

    async def desks_of(self, account_ids: Iterable[AccountId]) -> set[AccountId]:
        return {one for one in account_ids if not self.gone_seconds.get(one)}

    async def seconds_since_desk(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        found = {one: self.gone_seconds.get(one, 0.0) for one in account_ids}
        self.asked += len(found)
        return found

    async def seconds_since_seen(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        return await self.seconds_since_desk(account_ids)


@dataclass
class Site:
    """The stores, and a clock that the test turns."""

    database: Database
    now: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.change = ChangeSession(
            self.sessions, self.log, AssignmentStore(self.database), lambda _fact: None
        )
        self.doors = Doors()

    def clock(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def session_with(self, consultant: Consultant) -> Session:
        session = new_session(self.now)
        session.begin(now=self.now)
        session.ask_for_person(now=self.now)
        session.assign(consultant, now=self.now, reason="", explanation={"policy": "test"})
        await self.sessions.insert(session)
        await self.change.settle(session)
        return session

    async def says(self, session: Session, role: SenderRole, person_id: AccountId) -> None:
        fresh = await self.sessions.get(session.id)
        await self.log.append(
            Draft(
                session_id=session.id,
                epoch=1,
                fence=fresh.log_fence,
                cmid=str(uuid.uuid4()),
                kind=MessageKind.TEXT,
                sender=Sender(role, person_id, "某人"),
                text="一句话",
                created_at=self.now,
            )
        )

    async def events(self, session: Session) -> list[str]:
        found = await self.log.read_after(session.id, after=0, limit=100)
        return [one.data["event"] for one in found if "event" in one.data]

    async def status(self, session: Session) -> SessionStatus:
        return (await self.sessions.get(session.id)).status


@pytest_asyncio.fixture(loop_scope="session")
async def site(database: Database) -> AsyncIterator[Site]:
    site = Site(database)
    site.log.start()
    yield site
    await site.log.stop()


def someone() -> Consultant:
    return Consultant(id=AccountId(new_id("c")), name="林", capacity=3, status=PresenceStatus.ONLINE)


def _end_at(now: datetime) -> Step:
    return lambda session: session.end(now=now, by=EndedBy.CONSULTANT)


def watch_of(site: Site) -> WatchIdleSessions:
    return WatchIdleSessions(
        site.sessions, site.log, site.change, site.clock, PATIENCE, GlanceAtOpen(site.sessions)
    )


def replace_of(site: Site) -> ReplaceLostConsultants:
    return ReplaceLostConsultants(
        site.sessions, site.log, site.doors, site.change, site.clock, PATIENCE, GlanceAtOpen(site.sessions)
    )


async def test_silence_is_warned_of_once_and_then_ends_the_session(site: Site) -> None:
    session, watch = await site.session_with(someone()), watch_of(site)
    site.later(299)
    await watch()
    assert "idle_warning" not in await site.events(session)
    site.later(2)
    await watch()
    site.later(200)
    await watch()
    assert (await site.events(session)).count("idle_warning") == 1
    site.later(100)
    await watch()
    assert await site.status(session) is SessionStatus.ENDED


async def test_a_word_puts_the_warning_off(site: Site) -> None:
    session, watch = await site.session_with(someone()), watch_of(site)
    site.later(250)
    await site.says(session, SenderRole.USER, session.user.id)
    site.later(60)
    await watch()
    assert "idle_warning" not in await site.events(session)
    site.later(245)
    await watch()
    assert "idle_warning" in await site.events(session)
    site.later(10)
    await site.says(session, SenderRole.USER, session.user.id)
    site.later(301)
    await watch()
    assert (await site.events(session)).count("idle_warning") == 2
    assert await site.status(session) is SessionStatus.ACTIVE


async def test_who_is_gone_for_longer_than_the_grace_loses_the_session(site: Site) -> None:
    lin, zhou = someone(), someone()
    lost, kept = await site.session_with(lin), await site.session_with(zhou)
    replace = replace_of(site)
    await site.says(lost, SenderRole.CONSULTANT, lin.id)
    site.later(30)
    await replace()
    site.doors.gone_seconds[lin.id] = 19
    site.later(19)
    await replace()
    assert await site.status(lost) is SessionStatus.ACTIVE
    site.doors.gone_seconds[lin.id] = 22
    site.later(3)
    await replace()
    assert await site.status(lost) is SessionStatus.QUEUED
    assert "consultant_lost" in await site.events(lost)
    assert await site.status(kept) is SessionStatus.ACTIVE


async def test_whoever_was_there_is_not_asked_for_until_the_grace_is_over(site: Site) -> None:
    for _ in range(5):
        await site.session_with(someone())
    replace = replace_of(site)
    for _ in range(9):
        await replace()
        site.later(2)
    assert site.doors.asked == 5
    site.later(3)
    await replace()
    assert site.doors.asked == 10


async def test_a_consultant_without_a_first_word_is_replaced(site: Site) -> None:
    lin, zhou = someone(), someone()
    silent, answered = await site.session_with(lin), await site.session_with(zhou)
    await site.says(answered, SenderRole.CONSULTANT, zhou.id)
    replace = replace_of(site)
    site.later(119)
    await replace()
    assert await site.status(silent) is SessionStatus.ACTIVE
    site.later(2)
    await replace()
    assert await site.status(silent) is SessionStatus.QUEUED
    assert lin.id in (await site.sessions.get(silent.id)).declined_by
    assert await site.status(answered) is SessionStatus.ACTIVE


async def test_a_first_word_counts_however_much_the_user_wrote_after_it(site: Site) -> None:
    lin, zhou = someone(), someone()
    answered, silent = await site.session_with(lin), await site.session_with(zhou)
    await site.says(answered, SenderRole.CONSULTANT, lin.id)
    for _ in range(60):
        await site.says(answered, SenderRole.USER, answered.user.id)
        await site.says(silent, SenderRole.USER, silent.user.id)
    replace = replace_of(site)
    site.later(121)
    await replace()
    assert await site.status(answered) is SessionStatus.ACTIVE
    assert await site.status(silent) is SessionStatus.QUEUED


async def test_a_word_from_an_earlier_time_with_the_session_is_no_first_word(site: Site) -> None:
    lin = someone()
    session = await site.session_with(lin)
    await site.says(session, SenderRole.CONSULTANT, lin.id)
    await site.change(session.id, lambda one: one.return_to_queue(now=site.now, lost=True, may_return=True))
    why = {"policy": "test"}
    await site.change(session.id, lambda one: one.assign(lin, now=site.now, reason="", explanation=why))
    site.later(121)
    await replace_of(site)()
    assert await site.status(session) is SessionStatus.QUEUED


async def test_handle_times_are_read_once_and_then_only_the_new_ones(site: Site) -> None:
    times = HandleTimes(site.sessions, site.clock)
    assert await times.newest() == []
    for seconds in (60, 90, 30):
        session = await site.session_with(someone())
        site.later(seconds)
        await site.change(session.id, _end_at(site.now))
        assert (await times.newest())[-1] == seconds
    assert await times.newest() == [60, 90, 30]
    assert await HandleTimes(site.sessions, site.clock).newest() == [60, 90, 30]
