"""Lists go back through time in stretches: nothing is left out, nothing comes twice, whatever the gaps."""

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Account, Role
from server.domain.queries import ConsultantReach, SessionQuery
from server.domain.session import Named, Session
from server.domain.times import utc_now
from server.store.accounts import AccountStore
from server.store.client import Database
from server.store.ratings import RatingReads
from server.store.sessions import SessionStore
from server.store.slices import EARLIEST, newest_first
from server.use_cases.account_ports import AccountQuery
from tests.support.made_sessions import new_session, rated_session

AGES = (
    *(timedelta(minutes=n) for n in range(40)),
    timedelta(days=3),
    timedelta(days=400),
    timedelta(days=4_000),
)


async def test_stretches_cover_all_of_a_time_without_gaps() -> None:
    from_, to = datetime(2021, 3, 1, tzinfo=UTC), datetime(2024, 7, 5, tzinfo=UTC)
    stretches = [one async for one in newest_first(from_, to)]
    assert stretches[0]["$lt"] == to
    assert stretches[-1]["$gte"] == from_
    assert [one["$gte"] for one in stretches[:-1]] == [one["$lt"] for one in stretches[1:]]
    assert all(one["$gte"] < one["$lt"] for one in stretches)


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
async def test_a_time_of_which_nothing_is_known_has_no_stretches(moment: datetime) -> None:
    span = (moment, EARLIEST) if moment < EARLIEST else (moment, None)
    assert [one async for one in newest_first(*span)] == []


async def _all_pages(store: SessionStore, query: SessionQuery, *, size: int = 7) -> list[SessionId]:
    ids: list[SessionId] = []
    cursor: str | None = None
    while True:
        page, cursor = await store.page(query, limit=size, cursor=cursor)
        ids += [one.id for one in page]
        if cursor is None:
            return ids


async def _stored(database: Database, sessions: list[Session]) -> SessionStore:
    store = SessionStore(database)
    for one in sessions:
        assert await store.insert(one)
    return store


async def test_pages_reach_over_years_without_anything(database: Database) -> None:
    now = utc_now()
    made = [new_session(now - age) for age in AGES]
    store = await _stored(database, made)
    assert await _all_pages(store, SessionQuery()) == [one.id for one in made]
    middle = SessionQuery(from_=made[20].created_at, to=made[5].created_at)
    assert await _all_pages(store, middle) == [one.id for one in made[6:21]]


async def test_sessions_of_one_moment_are_divided_among_pages(database: Database) -> None:
    now = utc_now()
    made = [new_session(now) for _ in range(20)] + [new_session(now - timedelta(minutes=1))]
    store = await _stored(database, made)
    found = await _all_pages(store, SessionQuery())
    assert found == [one.id for one in sorted(made, key=lambda one: (one.created_at, one.id), reverse=True)]


async def test_a_consultant_finds_what_past_sessions_says(database: Database) -> None:
    own, ended_own, colleagues, ended_colleagues = (new_session(utc_now() - age) for age in AGES[:4])
    for one, who in zip((own, ended_own, colleagues, ended_colleagues), "aabb", strict=True):
        one.consultant = Named(AccountId(who), "顾问")
    for one in (ended_own, ended_colleagues):
        one.status = rated_session("a", 5, age=timedelta()).status
    store = await _stored(database, [own, ended_own, colleagues, ended_colleagues])

    async def found(query: SessionQuery) -> set[SessionId]:
        return set(await _all_pages(store, query, size=1))

    reach = {
        past: ConsultantReach(consultant_id=AccountId("a"), past_sessions=past)
        for past in ("none", "own", "all")
    }
    assert await found(SessionQuery(reach=reach["none"])) == {own.id}
    assert await found(SessionQuery(reach=reach["own"])) == {own.id, ended_own.id}
    assert await found(SessionQuery(reach=reach["all"])) == {own.id, ended_own.id, ended_colleagues.id}
    of_colleague = SessionQuery(consultant_id=AccountId("b"), reach=reach["all"])
    assert await found(of_colleague) == {ended_colleagues.id}
    assert await found(SessionQuery(consultant_id=AccountId("b"), reach=reach["own"])) == set()


async def test_the_last_ratings_come_newest_first_over_any_gap(database: Database) -> None:
    made = [rated_session("c", 5, age=age) for age in AGES]
    unrated = new_session(utc_now())
    store = await _stored(database, [*reversed(made), unrated])
    assert [one.id for one in await store.last_rated(41)] == [one.id for one in made[:41]]
    assert [one.id for one in await store.last_rated(100)] == [one.id for one in made]
    rated = await RatingReads(database).rated_between(EARLIEST, utc_now(), limit=100)
    assert [one.id for one in rated] == [one.id for one in made]


async def test_accounts_without_visitors_come_once(database: Database) -> None:
    store, now = AccountStore(database), utc_now()
    made = [
        Account(id=AccountId(new_id("u")), role=Role.USER, name="李", language="zh", created_at=now - age)
        for age in AGES
    ]
    for number, one in enumerate(made[:9]):
        one.username = f"li{number}" if number % 3 else None
        one.site, one.site_subject = ("shop", str(number)) if number % 2 == 0 else (None, None)
        await store.insert(one)
    page, cursor = await store.page(AccountQuery(), limit=20, cursor=None)
    named = [one.id for one in made[:9] if not one.is_visitor]
    assert ([one.id for one in page], cursor) == (named, None)
