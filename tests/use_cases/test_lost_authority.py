"""Who loses a session between the look-up and the step has no say in it any more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from typing_extensions import override

from server.domain.errors import NotFound
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.message import Draft, MessageKind
from server.domain.people import Consultant, Person, PresenceStatus, Role
from server.domain.session import Session, SessionStatus, Step
from server.domain.times import utc_now
from server.live.presence import LivePresence
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore, NoteStore
from server.store.sessions import SessionStore
from server.use_cases.change_session import ChangeSession
from server.use_cases.end_session import EndSession
from server.use_cases.find_session import FindSession
from server.use_cases.recall_message import RecallMessage
from server.use_cases.send_message import sender_of
from server.use_cases.slots import FreeNeedlessSlot, GiveByHand, GiveSession
from server.use_cases.staff_remarks import AddNote
from server.use_cases.transfer_session import TransferSession
from tests.support.made_sessions import new_session

WHY = {"policy": "test"}


@dataclass(slots=True)
class ChangedMeanwhile(SessionStore):
    """Another process takes `step` right after a session was read here for the first time."""

    step: Step | None = None

    @override
    async def get(self, session_id: SessionId) -> Session:
        session = await SessionStore.get(self, session_id)
        if self.step is not None:
            step, self.step = self.step, None
            changed = await SessionStore.get(self, session_id)
            fence = changed.fence
            step(changed)
            assert await self.save(changed, over_fence=fence)
        return session


@dataclass
class Site:
    database: Database
    presence: LivePresence

    def __post_init__(self) -> None:
        self.sessions = ChangedMeanwhile(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)
        self.find = FindSession(self.sessions)
        assignments = AssignmentStore(self.database)
        self.change = ChangeSession(self.sessions, self.log, assignments, lambda _fact: None)

    def transfer(self) -> TransferSession:
        free = FreeNeedlessSlot(self.sessions, self.consultants, utc_now)
        return TransferSession(
            self.find,
            self.consultants,
            GiveByHand(self.presence, GiveSession(self.consultants, self.change, free)),
            self.change,
            AddNote(self.find, NoteStore(self.database), self.log, lambda _fact: None, utc_now),
            utc_now,
        )

    async def consultant(self) -> Consultant:
        """Online and at the desk."""
        one = Consultant(id=AccountId(new_id("c")), name="林", status=PresenceStatus.ONLINE)
        await self.consultants.insert(one)
        await self.presence.renew([(one.id, "desk", True)])
        return one

    async def session_with(self, consultant: Consultant) -> Session:
        session = new_session(utc_now())
        session.begin(now=utc_now())
        session.ask_for_person(now=utc_now())
        session.assign(consultant, now=utc_now(), reason="", explanation=WHY)
        await self.sessions.insert(session)
        await self.change.settle(session)
        return session


@pytest_asyncio.fixture(loop_scope="session")
async def site(database: Database, redis_url: str) -> AsyncIterator[Site]:
    redis: Redis = Redis.from_url(redis_url)
    site = Site(database, LivePresence(redis, database.name))
    site.log.start()
    yield site
    await site.log.stop()
    await redis.aclose()


def person_of(consultant: Consultant) -> Person:
    return Person(consultant.id, Role.CONSULTANT, consultant.name)


def handed_to(consultant: Consultant) -> Step:
    return lambda one: one.transfer_to(consultant, now=utc_now(), explanation=WHY)


async def assert_with(site: Site, consultant: Consultant, session: Session) -> None:
    found = await site.sessions.get(session.id)
    assert found.status is SessionStatus.ACTIVE
    assert found.consultant is not None
    assert found.consultant.id == consultant.id


async def test_a_former_consultant_ends_nothing(site: Site) -> None:
    lin, zhou = await site.consultant(), await site.consultant()
    session = await site.session_with(lin)
    site.sessions.step = handed_to(zhou)
    with pytest.raises(NotFound):
        await EndSession(site.change, utc_now)(person=person_of(lin), session_id=session.id)
    await assert_with(site, zhou, session)


async def test_a_former_consultant_sends_nothing_back(site: Site) -> None:
    lin, zhou = await site.consultant(), await site.consultant()
    session = await site.session_with(lin)
    site.sessions.step = handed_to(zhou)
    with pytest.raises(NotFound):
        await site.transfer()(person=person_of(lin), session_id=session.id)
    await assert_with(site, zhou, session)


async def test_a_former_consultant_hands_nothing_on(site: Site) -> None:
    lin, zhou, third = await site.consultant(), await site.consultant(), await site.consultant()
    session = await site.session_with(lin)
    site.sessions.step = handed_to(zhou)
    with pytest.raises(NotFound):
        await site.transfer()(person=person_of(lin), session_id=session.id, consultant_id=third.id)
    await assert_with(site, zhou, session)
    assert await site.consultants.slots_taken() == set()


async def test_a_former_consultant_recalls_nothing(site: Site) -> None:
    lin, zhou = await site.consultant(), await site.consultant()
    session = await site.session_with(lin)
    said = await site.log.append(
        Draft(
            session_id=session.id,
            epoch=1,
            fence=session.log_fence,
            cmid="said-by-lin",
            kind=MessageKind.TEXT,
            sender=sender_of(person_of(lin)),
            text="一句话",
            created_at=utc_now(),
        )
    )
    site.sessions.step = handed_to(zhou)
    recall = RecallMessage(site.find, site.log, site.change, utc_now)
    with pytest.raises(NotFound):
        await recall(person=person_of(lin), session_id=session.id, seq=said.message.seq)
    kept = await site.log.find(session.id, sender_id=lin.id, cmid="said-by-lin")
    assert kept is not None
    assert kept.text == "一句话"
