"""Offers that nobody answers, and offers that nobody was told of."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest_asyncio
from redis.asyncio import Redis

from server.domain.events import Fact, OfferMade
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Consultant, PresenceStatus
from server.domain.session import Session
from server.domain.times import utc_now
from server.live.presence import LivePresence
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore
from server.store.sessions import SessionStore
from server.use_cases.answer_offer import ExpireOffers
from server.use_cases.change_session import ChangeSession
from tests.support.made_sessions import new_session

WHY = {"policy": "test"}


@dataclass
class Site:
    """The stores of one process, and a clock that the test turns."""

    database: Database
    presence: LivePresence
    now: datetime = field(default_factory=utc_now)
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sessions = SessionStore(self.database)
        self.consultants = ConsultantStore(self.database)
        self.log = MessageLog(self.database)

    def clock(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def expire(self) -> ExpireOffers:
        change = ChangeSession(self.sessions, self.log, AssignmentStore(self.database), self.facts.append)
        return ExpireOffers(
            self.sessions, self.consultants, self.presence, change, self.facts.append, self.clock
        )

    async def consultant(self) -> Consultant:
        one = Consultant(id=AccountId(new_id("c")), name="林", status=PresenceStatus.ONLINE)
        await self.consultants.insert(one)
        return one

    async def offered_to(self, consultant: Consultant) -> Session:
        """What is left of an offer whose process died right after saving it."""
        session = new_session(self.now)
        session.ask_for_person(now=self.now)
        ends = self.now + timedelta(seconds=30)
        session.offer_to(consultant.id, expires_at=ends, reason="", explanation=WHY)
        session.pending.clear()
        await self.sessions.insert(session)
        return session

    def told(self) -> list[tuple[SessionId, int]]:
        return [
            (fact.session.id, fact.session.offer.fence)
            for fact in self.facts
            if isinstance(fact, OfferMade) and fact.session.offer
        ]


@pytest_asyncio.fixture(loop_scope="session")
async def site(database: Database, redis_url: str) -> AsyncIterator[Site]:
    redis: Redis = Redis.from_url(redis_url)
    yield Site(database, LivePresence(redis, database.name))
    await redis.aclose()


async def test_an_open_offer_is_told_once_more(site: Site) -> None:
    session = await site.offered_to(await site.consultant())
    expire = site.expire()
    await expire()
    assert site.told() == []
    for _ in range(5):
        site.now += timedelta(seconds=2)
        await expire()
    assert session.offer is not None
    assert site.told() == [(session.id, session.offer.fence)]


async def test_only_who_is_at_the_desk_is_taken_for_away(site: Site) -> None:
    silent, gone = await site.consultant(), await site.consultant()
    sessions = [await site.offered_to(one) for one in (silent, gone)]
    site.presence.now_seconds = site.seconds
    await site.presence.renew([(silent.id, "desk", True), (gone.id, "desk", True)])
    site.now += timedelta(seconds=31)
    await site.presence.renew([(silent.id, "desk", True)])
    await site.expire()()
    assert (await site.consultants.get(silent.id)).status is PresenceStatus.AWAY
    assert (await site.consultants.get(gone.id)).status is PresenceStatus.ONLINE
    for session, consultant in zip(sessions, (silent, gone), strict=True):
        found = await site.sessions.get(session.id)
        assert found.offer is None
        assert found.declined_by == [consultant.id]
