"""Knowledge in the real database, and a model that follows it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from server.domain.errors import Conflict
from server.domain.ids import EntryId, SessionId, new_id
from server.domain.knowledge import ChangeKind, EntryChange, EntryStatus, KnowledgeEntry
from server.domain.times import utc_now
from server.domain.trust import EntryTrust, Votes
from server.store.client import Database, connect
from server.store.indexes import prepare
from server.store.knowledge import KnowledgeStore
from server.store.trust import TrustStore
from server.store.unanswered import UnansweredStore
from server.use_cases.keep_model_current import KeepModelCurrent
from server.use_cases.knowledge_ports import Replacement
from server.use_cases.weigh_trust import ListDoubted


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    database = connect(mongo_url, "knowledge")
    await prepare(database)
    yield database
    database.client.close()


@pytest_asyncio.fixture(loop_scope="session")
async def knowledge(database: Database) -> KnowledgeStore:
    for collection in ("knowledge", "knowledge_versions", "consultants"):
        await database[collection].delete_many({})
    return KnowledgeStore(database)


def new_entry(question: str = "q", status: EntryStatus = EntryStatus.PUBLISHED) -> KnowledgeEntry:
    return KnowledgeEntry(
        id=EntryId(new_id("k")), question=question, answer="a", status=status, updated_at=utc_now()
    )


def rewritten(entry: KnowledgeEntry, **fields: Any) -> Replacement:
    return Replacement(before=entry, after=replace(entry, version=entry.version + 1, **fields))


class TestStore:
    async def test_what_was_stored_comes_back(self, knowledge: KnowledgeStore) -> None:
        entry = replace(new_entry("如何退款？"), alternatives=["怎么退钱"], tags=["退款"], category="钱")
        await knowledge.save(new=[entry], changed=[])
        assert await knowledge.find(entry.id) == entry
        assert await knowledge.all() == [entry]

    async def test_a_change_over_an_old_version_changes_nothing_at_all(
        self, knowledge: KnowledgeStore
    ) -> None:
        first, second = new_entry("one"), new_entry("two")
        await knowledge.save(new=[first, second], changed=[])
        revision = await knowledge.revision()
        good = rewritten(first, answer="new")
        stale = rewritten(replace(second, version=4), answer="new")
        with pytest.raises(Conflict):
            await knowledge.save(new=[new_entry("three")], changed=[good, stale])
        assert await knowledge.find(first.id) == first
        assert len(await knowledge.all()) == 2
        assert await knowledge.revision() == revision
        assert await knowledge.earlier(first.id, [1]) == []

    async def test_what_was_replaced_is_kept_as_it_was(self, knowledge: KnowledgeStore) -> None:
        first = replace(new_entry("one"), tags=["a"], change=EntryChange(kind=ChangeKind.CREATED))
        await knowledge.save(new=[first], changed=[])
        second = rewritten(first, answer="new")
        await knowledge.save(new=[], changed=[second])
        third = rewritten(second.after, status=EntryStatus.ARCHIVED)
        await knowledge.save(new=[], changed=[third])
        assert await knowledge.earlier(first.id, [1, 2, 3]) == [second.after, first]
        assert await knowledge.find(first.id) == third.after

    async def test_an_entry_from_before_versions_were_kept_can_be_read(
        self, knowledge: KnowledgeStore
    ) -> None:
        entry = replace(new_entry(), version=3)
        await knowledge.save(new=[entry], changed=[])
        await knowledge.database["knowledge"].update_one({"_id": entry.id}, {"$unset": {"change": 1}})
        stored = await knowledge.find(entry.id)
        assert stored is not None
        assert stored.change.kind is ChangeKind.EDITED

    async def test_a_taken_id_stores_nothing_at_all(self, knowledge: KnowledgeStore) -> None:
        first = new_entry()
        await knowledge.save(new=[first], changed=[])
        with pytest.raises(Conflict):
            await knowledge.save(new=[new_entry(), first], changed=[])
        assert len(await knowledge.all()) == 1

    async def test_parallel_writers_all_count_in_the_revision(self, knowledge: KnowledgeStore) -> None:
        before = await knowledge.revision()
        await asyncio.gather(*(knowledge.save(new=[new_entry(str(n))], changed=[]) for n in range(8)))
        assert await knowledge.revision() == before + 8
        assert len(await knowledge.all()) == 8

    async def test_saving_nothing_is_no_change(self, knowledge: KnowledgeStore) -> None:
        before = await knowledge.revision()
        await knowledge.save(new=[], changed=[])
        assert await knowledge.revision() == before


class Shelf:
    """What a model process would hold."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.doubted: list[str] = []
        self.loads = self.forgotten = 0
        self.is_away = False
        self.changed = asyncio.Event()

    async def load_knowledge(self, entries: Sequence[KnowledgeEntry]) -> None:
        if self.is_away:
            raise ConnectionError("away")
        self.loads += 1
        self.questions = sorted(entry.question for entry in entries)
        self.changed.set()

    async def load_doubted(self, entry_ids: Sequence[str]) -> None:
        self.doubted = list(entry_ids)
        self.changed.set()

    async def forget_asked(self) -> None:
        self.forgotten += 1
        self.changed.set()


@pytest.fixture
async def following(
    database: Database, knowledge: KnowledgeStore
) -> AsyncIterator[tuple[Shelf, KeepModelCurrent]]:
    shelf = Shelf()
    current = KeepModelCurrent(
        knowledge=knowledge,
        doubted=ListDoubted(TrustStore(database), knowledge),
        learned=UnansweredStore(database),
        model=shelf,
        poll_seconds=0.05,
    )
    running = asyncio.create_task(current.run())
    yield shelf, current
    running.cancel()


async def until(shelf: Shelf, questions: list[str]) -> None:
    async with asyncio.timeout(5):
        while shelf.questions != questions:
            shelf.changed.clear()
            await shelf.changed.wait()


class TestFollowing:
    async def test_entries_in_doubt_reach_the_model_and_leave_it_after_a_review(
        self,
        database: Database,
        knowledge: KnowledgeStore,
        following: tuple[Shelf, KeepModelCurrent],
    ) -> None:
        shelf, _ = following
        entry = new_entry("doubted")
        await knowledge.save(new=[entry], changed=[])

        async def until_doubted(expected: list[str]) -> None:
            async with asyncio.timeout(5):
                while shelf.doubted != expected:
                    shelf.changed.clear()
                    await shelf.changed.wait()

        for trust, expected in ((0.5, [entry.id]), (1.0, [])):
            await TrustStore(database).save(
                EntryTrust(entry_id=entry.id, votes=Votes(0, 4), trust=trust, changed_at=utc_now())
            )
            await until_doubted([str(one) for one in expected])

    async def test_published_entries_reach_the_model_from_any_node(
        self,
        database: Database,
        knowledge: KnowledgeStore,
        following: tuple[Shelf, KeepModelCurrent],
    ) -> None:
        shelf, _ = following
        entry = new_entry("live")
        await KnowledgeStore(database).save(new=[entry, new_entry("draft", EntryStatus.DRAFT)], changed=[])
        await until(shelf, ["live"])
        await knowledge.save(new=[], changed=[rewritten(entry, status=EntryStatus.ARCHIVED)])
        await until(shelf, [])

    async def test_a_model_that_was_away_catches_up_and_a_new_one_gets_everything(
        self, knowledge: KnowledgeStore, following: tuple[Shelf, KeepModelCurrent]
    ) -> None:
        shelf, current = following
        shelf.is_away = True
        await knowledge.save(new=[new_entry("later")], changed=[])
        await asyncio.sleep(0.2)
        assert "later" not in shelf.questions
        shelf.is_away = False
        await until(shelf, ["later"])
        shelf.questions = []
        current.model_restarted()
        await until(shelf, ["later"])

    async def test_after_an_erasure_it_forgets_what_was_asked(
        self, database: Database, following: tuple[Shelf, KeepModelCurrent]
    ) -> None:
        shelf, current = following
        await current()
        assert shelf.forgotten == 0
        await UnansweredStore(database).forget_session(SessionId("s_gone"))
        for _ in range(2):
            await current()
        assert shelf.forgotten == 1

    async def test_nothing_new_is_nothing_loaded(self, following: tuple[Shelf, KeepModelCurrent]) -> None:
        shelf, current = following
        await current()
        loads = shelf.loads
        for _ in range(5):
            await current()
        assert shelf.loads == loads
