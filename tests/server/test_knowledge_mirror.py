"""Lists of knowledge come from memory: they show what anybody has written, and nothing else."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.errors import BadRequest
from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.store.client import Database
from server.store.knowledge import KnowledgeStore
from server.use_cases.knowledge_ports import EntryQuery, Replacement

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def entry(number: int, question: str = "", **fields: object) -> KnowledgeEntry:
    written = KnowledgeEntry(
        id=EntryId(f"k_{number:04d}"),
        question=question or f"question {number}",
        answer="a",
        updated_at=BEGAN + timedelta(seconds=number),
    )
    return replace(written, **fields)  # type: ignore[arg-type]


async def listed(store: KnowledgeStore, limit: int = 100, **conditions: object) -> list[str]:
    query = EntryQuery(**conditions)  # type: ignore[arg-type]
    found: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = await store.page(query, limit=limit, cursor=cursor)
        found += [one.id for one in page]
        if cursor is None:
            return found


async def test_two_nodes_show_the_same_whoever_writes(database: Database) -> None:
    nodes = KnowledgeStore(database), KnowledgeStore(database)
    chance = random.Random(7)  # noqa: S311
    stored: dict[EntryId, KnowledgeEntry] = {}
    for step in range(40):
        at = BEGAN + timedelta(seconds=1_000 + chance.randrange(20))
        fresh = [entry(step * 10 + n, updated_at=at) for n in range(chance.randrange(3))]
        old = chance.sample(sorted(stored), min(len(stored), chance.randrange(3)))
        changed = [
            Replacement(
                before=stored[one],
                after=replace(
                    stored[one],
                    version=stored[one].version + 1,
                    question=f"changed {step}",
                    status=chance.choice(list(EntryStatus)),
                    updated_at=at,
                ),
            )
            for one in old
        ]
        await chance.choice(nodes).save(new=fresh, changed=changed)
        stored |= {one.id: one for one in fresh} | {one.after.id: one.after for one in changed}
        expected = [
            one.id for one in sorted(stored.values(), key=lambda one: (one.updated_at, one.id), reverse=True)
        ]
        for node in nodes:
            assert await listed(node, limit=7) == expected
            assert await node.all() == [stored[one] for one in sorted(stored)]
    published = [one for one in sorted(stored) if stored[one].status is EntryStatus.PUBLISHED]
    assert [one.id for one in await nodes[0].all(status=EntryStatus.PUBLISHED)] == published


async def test_all_conditions_hold_together_and_text_is_found_as_it_stands(database: Database) -> None:
    store = KnowledgeStore(database)
    await store.save(
        new=[
            entry(1, "How do I get a REFUND?", language="en", category="money", tags=["a"]),
            entry(2, "怎么办理退款", alternatives=["如何 refund"], category="money", tags=["a", "b"]),
            entry(3, "Straße (1+1)?", language="en", status=EntryStatus.ARCHIVED),
        ],
        changed=[],
    )
    assert await listed(store, text="refund") == ["k_0002", "k_0001"]
    assert await listed(store, text="退款") == ["k_0002"]
    assert await listed(store, text="STRASSE (1+1)") == ["k_0003"]
    assert await listed(store, text="(1.1)") == []
    assert await listed(store, text="refund", language="en") == ["k_0001"]
    assert await listed(store, category="money", tag="b") == ["k_0002"]
    assert await listed(store, tag="a", status=EntryStatus.DRAFT) == []
    assert await listed(store, status=EntryStatus.ARCHIVED) == ["k_0003"]


async def test_many_entries_are_searched_to_the_last_one(database: Database) -> None:
    store = KnowledgeStore(database)
    await store.save(new=[entry(number, f"entry {number} of many") for number in range(2_500)], changed=[])
    assert await listed(store, text="entry 0 ") == ["k_0000"]
    assert len(await listed(store, text="of many")) == 2_500
    with pytest.raises(BadRequest):
        await store.page(EntryQuery(), limit=5, cursor="not ours")


async def test_a_database_that_was_emptied_is_not_remembered(database: Database) -> None:
    store = KnowledgeStore(database)
    await store.save(new=[entry(1)], changed=[])
    assert await listed(store) == ["k_0001"]
    for collection in ("knowledge", "revisions"):
        await database[collection].delete_many({})
    assert await listed(store) == []
    for number in range(2, 5):
        await KnowledgeStore(database).save(new=[entry(number)], changed=[])
    assert await listed(store) == ["k_0004", "k_0003", "k_0002"]


async def test_entries_from_before_revisions_were_marked_are_shown_and_change(database: Database) -> None:
    old = entry(1)
    await KnowledgeStore(database).save(new=[old], changed=[])
    await database["knowledge"].update_many({}, {"$unset": {"revision": 1}})
    await database["revisions"].update_many({}, {"$unset": {"epoch": 1}})
    store = KnowledgeStore(database)
    assert await listed(store) == ["k_0001"]
    after = replace(old, version=2, question="newer")
    await KnowledgeStore(database).save(new=[], changed=[Replacement(before=old, after=after)])
    assert await store.all() == [after]
