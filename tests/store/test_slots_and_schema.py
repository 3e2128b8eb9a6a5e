"""Places at consultants, one open session a user, and a database from the future."""

import asyncio
from datetime import timedelta

import pytest

from server.domain.alarm import Alarm
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Consultant, PresenceStatus
from server.domain.priority import PriorityReason
from server.domain.queries import SessionQuery
from server.domain.session import EndedBy, Named, Receipt, Session
from server.domain.times import utc_now
from server.store.client import Database
from server.store.consultants import ConsultantStore
from server.store.indexes import SCHEMA_VERSION, NewerSchema, prepare
from server.store.sessions import SessionStore


def consultant(capacity: int) -> Consultant:
    return Consultant(id=AccountId(new_id("c")), name="林", capacity=capacity, status=PresenceStatus.ONLINE)


def session_of(user_id: str) -> Session:
    session = Session(
        id=SessionId(new_id("s")),
        epoch=1,
        user=Named(AccountId(user_id), "小明"),
        language="zh",
        created_at=utc_now(),
    )
    session.begin(now=utc_now())
    return session


async def test_a_capacity_is_never_exceeded_by_racing_nodes(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(3)
    await store.insert(person)
    taken = await asyncio.gather(
        *(store.take_slot(person.id, SessionId(f"s_{n}"), fence=1) for n in range(20))
    )
    assert taken.count(True) == 3
    assert len((await store.get(person.id)).open_sessions) == 3


async def test_taking_the_same_place_again_is_harmless(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(1)
    await store.insert(person)
    assert await store.take_slot(person.id, SessionId("s_1"), fence=1)
    assert await store.take_slot(person.id, SessionId("s_1"), fence=1)
    assert (await store.get(person.id)).open_sessions == ["s_1"]
    assert await store.free_slot(person.id, SessionId("s_1"), now=utc_now(), fence=2)
    assert not await store.free_slot(person.id, SessionId("s_1"), now=utc_now(), fence=2)
    assert await store.take_slot(person.id, SessionId("s_2"), fence=1)


async def test_a_place_is_freed_only_under_a_later_fence_than_it_was_taken_for(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(1)
    await store.insert(person)
    session_id = SessionId("s_1")
    assert await store.take_slot(person.id, session_id, fence=5)
    assert await store.take_slot(person.id, session_id, fence=3)
    assert not await store.free_slot(person.id, session_id, now=utc_now(), fence=4)
    assert not await store.free_slot(person.id, session_id, now=utc_now(), fence=5)
    assert (await store.get(person.id)).open_sessions == [session_id]
    assert await store.free_slot(person.id, session_id, now=utc_now(), fence=6)
    assert (await store.get(person.id)).open_sessions == []
    # What it was taken for once says nothing of the next time.
    assert await store.take_slot(person.id, session_id, fence=2)
    assert await store.free_slot(person.id, session_id, now=utc_now(), fence=3)
    assert await store.take_slot(person.id, session_id, fence=7)
    assert await store.free_slot(person.id, session_id, now=utc_now(), fence=None)
    assert (await store.get(person.id)).open_sessions == []


async def test_places_from_before_there_were_fences_are_freed_taken_and_kept(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(3)
    first, second, third = (SessionId(f"s_{number}") for number in range(3))
    person.open_sessions = [first, second, third]
    await store.insert(person)
    await database["consultants"].update_one({"_id": person.id}, {"$set": {"slots_version": 4}})
    assert await store.free_slot(person.id, first, now=utc_now(), fence=1)
    assert await store.take_slot(person.id, second, fence=1)
    assert not await store.free_slot(person.id, second, now=utc_now(), fence=1)
    assert await store.free_slot(person.id, third, now=utc_now(), fence=1)
    assert (await store.get(person.id)).open_sessions == [second]


async def test_only_who_is_online_gets_a_place(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(2)
    await store.insert(person)
    await store.set_presence(person.id, PresenceStatus.AWAY)
    assert not await store.take_slot(person.id, SessionId("s_1"), fence=1)


async def test_a_capacity_for_the_day_gives_way_to_an_edited_profile(database: Database) -> None:
    store, person = ConsultantStore(database), consultant(2)
    await store.insert(person)
    assert (await store.set_presence(person.id, PresenceStatus.ONLINE, capacity=5)).capacity == 5
    person.capacity = 3
    await store.save_profile(person)
    assert (await store.get(person.id)).capacity == 3


async def test_a_user_has_one_open_session(database: Database) -> None:
    store = SessionStore(database)
    made = await asyncio.gather(*(store.insert(session_of("u_1")) for _ in range(5)))
    assert made.count(True) == 1


async def test_a_session_survives_the_way_to_the_database_and_back(database: Database) -> None:
    store, session = SessionStore(database), session_of("u_1")
    session.ask_for_person(now=utc_now(), reason="想和人说", urgent=True)
    session.offer_to(
        AccountId("c_1"), expires_at=utc_now() + timedelta(seconds=30), reason="合适", explanation={"a": 1}
    )
    session.alarm = Alarm(
        seq=7, text="120", raised_at=utc_now(), dealt_at=utc_now(), dealt_by=AccountId("c_1")
    )
    assert await store.insert(session)
    assert await store.find(session.id) == session


async def test_a_save_over_an_older_state_is_refused(database: Database) -> None:
    store, session = SessionStore(database), session_of("u_1")
    await store.insert(session)
    first, second = await store.get(session.id), await store.get(session.id)
    fence = first.fence
    first.ask_for_person(now=utc_now())
    second.ask_for_person(now=utc_now())
    assert await store.save(first, over_fence=fence)
    assert not await store.save(second, over_fence=fence)


async def test_receipts_never_go_back(database: Database) -> None:
    store, session = SessionStore(database), session_of("u_1")
    await store.insert(session)
    await store.raise_receipt(session.id, "user", delivered=5, read=3)
    after = await store.raise_receipt(session.id, "user", delivered=2, read=4)
    assert (after.delivered, after.read) == (5, 4)
    assert (await store.get(session.id)).receipts["user"] == Receipt(5, 4)


async def test_receipts_are_stored_together_and_read_by_others_then(database: Database) -> None:
    store, elsewhere = SessionStore(database), SessionStore(database)
    sessions = [session_of(f"u_{number}") for number in range(3)]
    for number, session in enumerate(sessions, start=1):
        await store.insert(session)
        await store.raise_receipt(session.id, "user", delivered=number, read=0)
        await store.raise_receipt(session.id, "consultant", delivered=number, read=number)
    await elsewhere.raise_receipt(sessions[0].id, "user", delivered=9, read=9)
    await elsewhere.write_receipts()
    await store.write_receipts()
    assert (await store.get(sessions[0].id)).receipts["user"] == Receipt(9, 9)
    for number, session in enumerate(sessions, start=1):
        assert (await elsewhere.get(session.id)).receipts["consultant"] == Receipt(number, number)
    assert (await elsewhere.get(sessions[2].id)).receipts["user"] == Receipt(3, 0)


async def test_a_receipt_that_another_process_told_of_does_not_go_back_here(database: Database) -> None:
    store, session = SessionStore(database), session_of("u_1")
    assert await store.insert(session)
    await store.cached(session.id)
    store.hear_receipt(session.id, "user", delivered=10, read=8)
    receipt = await store.raise_receipt(session.id, "user", delivered=7, read=7)
    assert (receipt.delivered, receipt.read) == (10, 8)


async def test_pages_of_sessions_meet_without_gap_or_overlap(database: Database) -> None:
    store = SessionStore(database)
    moment = utc_now()
    for number in range(7):
        session = session_of(f"u_{number}")
        session.created_at = moment + timedelta(seconds=number // 2)
        await store.insert(session)
    seen, cursor = [], None
    while True:
        page, cursor = await store.page(SessionQuery(), limit=3, cursor=cursor)
        seen += [one.id for one in page]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION + 1}})
    with pytest.raises(NewerSchema, match="newer version"):
        await prepare(database)
    found = await database["meta"].find_one({"_id": "schema"})
    assert found is not None
    assert found["version"] == SCHEMA_VERSION + 1


async def test_a_passed_session_is_counted_once_by_whoever_is_first(database: Database) -> None:
    store, elsewhere = SessionStore(database), SessionStore(database)
    first, second = session_of("u_1"), session_of("u_2")
    for session in (first, second):
        await store.insert(session)
        fence = session.fence
        session.ask_for_person(now=utc_now())
        assert await store.save(session, over_fence=fence)
    assert await store.raise_overtaken({first.id: (0, 1), second.id: (0, 2)})
    assert not await elsewhere.raise_overtaken({first.id: (0, 1)})
    # A step that was begun before leaves the count alone.
    fence = first.fence
    first.warn_of_crisis("保重", now=utc_now())
    assert await elsewhere.save(first, over_fence=fence)
    assert {one.id: one.overtaken for one in await store.queued()} == {first.id: 1, second.id: 2}
    fence = second.fence
    second.end(now=utc_now(), by=EndedBy.USER)
    assert await store.save(second, over_fence=fence)
    assert not await store.raise_overtaken({first.id: (1, 2), second.id: (0, 1)})


async def test_a_session_of_an_older_version_tells_a_reason_only_where_its_class_has_just_one(
    database: Database,
) -> None:
    store = SessionStore(database)
    reasons = []
    for priority in range(3):
        session = session_of(f"u_{priority}")
        await store.insert(session)
        older = {"$set": {"priority": priority}, "$unset": {"priority_reason": ""}}
        await database["sessions"].update_one({"_id": session.id}, older)
        reasons.append((await store.get(session.id)).priority_reason)
    assert reasons == [None, None, PriorityReason.DANGER]
