"""The log: dense, durable, deduplicated, and closed to whoever is out of date."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.domain.errors import Conflict, SessionEnded, Unavailable
from server.domain.ids import SessionId, new_id
from server.domain.message import SYSTEM_SENDER, Draft, MessageKind, Sender, SenderRole, StaleFence
from server.domain.times import utc_now
from server.store.client import Database
from server.store.indexes import prepare
from server.store.message_documents import document_of, place_of
from server.store.message_log import MessageLog
from server.store.message_reads import EMPTY_LOG, MessageReads, Tail

USER = Sender(SenderRole.USER, "u_1", "小明")


def said(
    session_id: SessionId, text: str, *, cmid: str | None = None, fence: int = 0, sender: Sender = USER
) -> Draft:
    return Draft(
        session_id=session_id,
        epoch=1,
        fence=fence,
        cmid=cmid or str(uuid.uuid4()),
        kind=MessageKind.TEXT,
        sender=sender,
        text=text,
        created_at=utc_now(),
    )


def happened(session_id: SessionId, event: str, *, fence: int) -> Draft:
    return Draft(
        session_id=session_id,
        epoch=1,
        fence=fence,
        cmid=str(uuid.uuid4()),
        kind=MessageKind.SYSTEM,
        sender=SYSTEM_SENDER,
        text=event,
        data={"event": event},
        created_at=utc_now(),
    )


@pytest.fixture
def session_id() -> SessionId:
    return SessionId(new_id("s"))


@pytest_asyncio.fixture(loop_scope="session")
async def log(database: Database) -> AsyncIterator[MessageLog]:
    log = MessageLog(database)
    log.start()
    yield log
    await log.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def other_log(database: Database) -> AsyncIterator[MessageLog]:
    """The same log as another process sees it."""
    log = MessageLog(database)
    log.start()
    yield log
    await log.stop()


async def test_seq_is_dense_when_two_processes_write_at_once(
    log: MessageLog, other_log: MessageLog, session_id: SessionId
) -> None:
    writes = [
        writer.append(said(session_id, f"{number}")) for number, writer in enumerate([log, other_log] * 60)
    ]
    seqs = [(await one).message.seq for one in asyncio.as_completed(writes)]
    assert sorted(seqs) == list(range(1, 121))
    stored = await log.read_after(session_id, after=0, limit=500)
    assert [one.seq for one in stored] == list(range(1, 121))
    assert log.counters.seq_conflicts + other_log.counters.seq_conflicts > 0


async def test_one_senders_messages_keep_their_order(log: MessageLog, session_id: SessionId) -> None:
    writes = [asyncio.ensure_future(log.append(said(session_id, str(number)))) for number in range(50)]
    await asyncio.gather(*writes)
    stored = await log.read_after(session_id, after=0, limit=100)
    assert [one.text for one in stored] == [str(number) for number in range(50)]


async def test_the_same_cmid_again_is_the_same_message(
    log: MessageLog, other_log: MessageLog, session_id: SessionId
) -> None:
    draft = said(session_id, "在吗", cmid=str(uuid.uuid4()))
    answers = await asyncio.gather(*(one.append(draft) for one in [log, other_log] * 40))
    assert {one.message.seq for one in answers} == {1}
    assert [one.is_repeat for one in answers].count(False) == 1
    assert await log.tail(session_id) == 1


async def test_a_repeat_is_known_in_a_log_that_others_have_written(
    log: MessageLog, other_log: MessageLog, session_id: SessionId
) -> None:
    drafts = [said(session_id, str(number)) for number in range(450)]
    for draft in drafts:
        await other_log.append(draft)
    assert (await log.append(drafts[8])).message.seq == 9
    await other_log.append(said(session_id, "more"))
    assert (await log.append(said(session_id, "most"))).message.seq == 452
    assert (await log.append(drafts[449])).message.seq == 450
    found = await log.find(session_id, sender_id=USER.id, cmid=drafts[0].cmid)
    assert found is not None
    assert found.seq == 1
    assert await log.find(session_id, sender_id="c_1", cmid=drafts[0].cmid) is None


@pytest.mark.parametrize("at_a_time", range(1, 7))
async def test_what_another_process_wrote_meanwhile_is_known_however_much(
    log: MessageLog, other_log: MessageLog, session_id: SessionId, at_a_time: int
) -> None:
    written = 0
    for _ in range(4):
        drafts = [said(session_id, str(number)) for number in range(at_a_time)]
        for draft in drafts:
            written += 1
            assert (await other_log.append(draft)).message.seq == written
        log.forget_tail(session_id, below=written)
        again, own = await asyncio.gather(log.append(drafts[-1]), log.append(said(session_id, "own")))
        written += 1
        assert (again.is_repeat, again.message.seq, own.message.seq) == (True, written - 1, written)
        other_log.forget_tail(session_id, below=written)
    assert log.counters.seq_conflicts + other_log.counters.seq_conflicts == 0


async def test_a_repeat_is_known_after_its_log_was_forgotten(log: MessageLog) -> None:
    log.known.most_cmids, log.known.least_logs = 20, 2
    drafts = [said(SessionId(new_id("s")), str(number)) for number in range(90)]
    drafts += [said(draft.session_id, f"{draft.text} again") for draft in drafts]
    first = await asyncio.gather(*(log.append(draft) for draft in drafts))
    again = await asyncio.gather(*(log.append(draft) for draft in drafts))
    assert [one.message.seq for one in again] == [one.message.seq for one in first]
    assert all(one.is_repeat for one in again)
    forgotten = [one for one in drafts if not log.known.is_known_in_full(one.session_id)]
    assert len(forgotten) > 100


async def test_a_database_that_was_set_back_is_believed(
    database: Database, log: MessageLog, session_id: SessionId
) -> None:
    drafts = [said(session_id, str(number)) for number in range(5)]
    for draft in drafts:
        await log.append(draft)
    await database["messages"].delete_many(
        {"_id": {"$in": [place_of(session_id, 4), place_of(session_id, 5)]}}
    )
    assert await log.tail(session_id) == 3
    appended = await log.append(drafts[4])
    assert (appended.is_repeat, appended.message.seq) == (False, 4)


async def test_another_text_under_the_same_cmid_is_refused(log: MessageLog, session_id: SessionId) -> None:
    cmid = str(uuid.uuid4())
    await log.append(said(session_id, "甲", cmid=cmid))
    with pytest.raises(Conflict):
        await log.append(said(session_id, "乙", cmid=cmid))
    assert await log.tail(session_id) == 1


async def test_two_senders_may_use_the_same_cmid(log: MessageLog, session_id: SessionId) -> None:
    cmid = str(uuid.uuid4())
    await log.append(said(session_id, "甲", cmid=cmid))
    other = Sender(SenderRole.CONSULTANT, "c_1", "林")
    appended = await log.append(said(session_id, "乙", cmid=cmid, sender=other))
    assert appended.message.seq == 2


async def test_nothing_follows_the_end(log: MessageLog, other_log: MessageLog, session_id: SessionId) -> None:
    await other_log.append(said(session_id, "先说一句"))
    await log.append(happened(session_id, "session_ended", fence=1))
    for writer in (log, other_log):
        with pytest.raises(SessionEnded):
            await writer.append(said(session_id, "太晚了", fence=1))
    assert await log.tail(session_id) == 2


async def test_an_author_under_an_older_fence_is_sent_back(
    log: MessageLog, other_log: MessageLog, session_id: SessionId
) -> None:
    await other_log.append(said(session_id, "before"))
    await log.append(happened(session_id, "transferred", fence=3))
    with pytest.raises(StaleFence) as refusal:
        await other_log.append(said(session_id, "former consultant", fence=0))
    assert refusal.value.log_fence == 3
    assert (await other_log.append(said(session_id, "new consultant", fence=3))).message.seq == 3


async def test_an_author_ahead_of_the_log_is_sent_back(log: MessageLog, session_id: SessionId) -> None:
    """The step that made the author a member is not written down yet: it comes first."""
    with pytest.raises(StaleFence):
        await log.append(said(session_id, "too early", fence=2))
    await log.append(happened(session_id, "assigned", fence=2))
    assert (await log.append(said(session_id, "now", fence=2))).message.seq == 2


async def test_pages_read_in_both_directions(log: MessageLog, session_id: SessionId) -> None:
    for number in range(1, 8):
        await log.append(said(session_id, str(number)))
    assert [one.seq for one in await log.read_after(session_id, after=2, limit=3)] == [3, 4, 5]
    assert [one.seq for one in await log.read_before(session_id, before=6, limit=3)] == [3, 4, 5]
    newer = await log.newer_than({session_id: 5, SessionId("s_none"): 0})
    assert [one.seq for one in newer] == [6, 7]


async def test_tails_of_many_sessions_are_right_though_another_process_writes(
    log: MessageLog, other_log: MessageLog
) -> None:
    ids = [SessionId(new_id("s")) for _ in range(30)]
    for number, one in enumerate(ids):
        for _ in range(number % 4):
            await log.append(said(one, "here"))
    expected = {one: number % 4 for number, one in enumerate(ids)}
    assert await log.tails(ids) == await other_log.tails(ids) == expected
    for one in ids[::3]:
        await other_log.append(said(one, "there"))
        await other_log.append(said(one, "there again"))
        expected[one] += 2
    assert await log.tails(ids) == expected
    newer = await log.newer_than({one: expected[one] - 1 for one in ids if expected[one]})
    assert {one.session_id: one.seq for one in newer} == {one: seq for one, seq in expected.items() if seq}


async def test_a_stopped_log_refuses_instead_of_forgetting(database: Database, session_id: SessionId) -> None:
    log = MessageLog(database)
    log.start()
    last = asyncio.ensure_future(log.append(said(session_id, "last")))
    await asyncio.sleep(0)
    await log.stop()
    assert (await last).message.seq == 1
    with pytest.raises(Unavailable):
        await log.append(said(session_id, "later"))


async def test_many_sessions_share_batches(log: MessageLog) -> None:
    drafts = [said(SessionId(new_id("s")), "并行") for _ in range(300)]
    answers = await asyncio.gather(*(log.append(one) for one in drafts))
    assert {one.message.seq for one in answers} == {1}
    assert log.counters.batches < 300


async def test_the_end_of_a_log_is_found_whatever_its_length(database: Database) -> None:
    reads = MessageReads(database)
    session_id = SessionId(new_id("s"))
    assert await reads.tail(session_id) == EMPTY_LOG
    length = 0
    for wanted in (1, 2, 3, 15, 16, 17, 31, 32, 33, 47, 48, 64, 100, 255, 256, 257, 300):
        grown = range(length + 1, wanted + 1)
        await database["messages"].insert_many(
            [document_of(said(session_id, str(seq), fence=7), seq) for seq in grown]
        )
        length = wanted
        for at_least in {0, 1, length // 2, length - 1, length}:
            assert await reads.tail(session_id, at_least=at_least) == Tail(length, 7, is_closed=False)


async def test_pages_are_read_by_place(log: MessageLog, session_id: SessionId) -> None:
    await asyncio.gather(*(log.append(said(session_id, str(number))) for number in range(1, 251)))
    for after, limit in ((0, 200), (0, 500), (100, 10), (240, 200), (249, 5), (250, 5), (300, 5)):
        page = await log.read_after(session_id, after=after, limit=limit)
        assert [one.seq for one in page] == list(range(after + 1, min(250, after + limit) + 1))
    for before, limit in ((251, 200), (251, 300), (100, 10), (5, 10), (1, 10)):
        page = await log.read_before(session_id, before=before, limit=limit)
        assert [one.seq for one in page] == list(range(max(1, before - limit), before))


async def test_a_page_ends_where_something_is_not_there_yet(
    database: Database, session_id: SessionId
) -> None:
    """As a look finds it that runs while others write."""
    for seq in (1, 2, 4):
        await database["messages"].insert_one(document_of(said(session_id, str(seq)), seq))
    page = await MessageReads(database).after(session_id, seq=0, limit=10)
    assert [one.seq for one in page] == [1, 2]
    assert await MessageReads(database).after(session_id, seq=2, limit=10) == []


async def test_a_log_of_the_first_version_is_read_and_continued(
    database: Database, session_id: SessionId
) -> None:
    old = [document_of(said(session_id, f"旧 {seq}"), seq) for seq in range(1, 451)]
    for document in old:
        del document["_id"]
    await database["messages"].create_index([("session_id", 1), ("seq", 1)], name="one_place", unique=True)
    await database["messages"].create_index(
        [("session_id", 1), ("sender.id", 1), ("cmid", 1)], name="sent_once", unique=True
    )
    await database["messages"].insert_many(old)
    # As a crash in the middle of the move would leave it: a copy has been made, its original is still there.
    await database["messages"].drop_index("one_place")
    await database["messages"].drop_index("sent_once")
    await database["messages"].insert_one(document_of(said(session_id, "旧 1", cmid=old[0]["cmid"]), 1))
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"version": 1}})
    await prepare(database)
    log = MessageLog(database)
    log.start()
    try:
        appended = await log.append(said(session_id, "新"))
        repeated = await log.append(said(session_id, "旧 9", cmid=old[8]["cmid"]))
    finally:
        await log.stop()
    assert appended.message.seq == 451
    assert (repeated.is_repeat, repeated.message.seq) == (True, 9)
    read = await log.read_after(session_id, after=0, limit=500)
    assert [one.text for one in read] == [f"旧 {seq}" for seq in range(1, 451)] + ["新"]
