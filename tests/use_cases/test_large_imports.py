"""A file larger than one transaction goes in in parts; whoever is cut short in between can go on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from typing_extensions import override

from server.domain.errors import Conflict
from server.domain.ids import AccountId, EntryId, ImportId
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.domain.knowledge_rules import EntryEdit, EntryFields
from server.domain.people import Person, Role
from server.store.client import Database
from server.store.knowledge import KnowledgeStore
from server.use_cases.edit_knowledge import CreateEntry, EditEntry
from server.use_cases.import_knowledge import ImportKnowledge, ImportResult
from server.use_cases.knowledge_ports import Imports
from server.use_cases.undo_import import UndoImport, UndoneImport

ADMIN = Person(id=AccountId("a_admin"), role=Role.ADMIN, name="管理员")
A_PART = 3


def quiet(_fact: object) -> None:
    """Nobody listens."""


class PowerCut(Exception):
    """The process is gone."""


class ShortLived(KnowledgeStore):
    """A process that dies instead of writing once more than it may."""

    writes_left: int = 0

    @override
    async def save(self, **arguments: Any) -> None:
        if not self.writes_left:
            raise PowerCut
        self.writes_left -= 1
        await super().save(**arguments)


@dataclass
class Site:
    database: Database

    def __post_init__(self) -> None:
        self.knowledge = KnowledgeStore(self.database)

    def dying_after(self, writes: int) -> KnowledgeStore:
        store = ShortLived(self.database)
        store.writes_left = writes
        return store

    async def bring_in(self, text: str, *, by: Imports | None = None) -> ImportResult:
        return await importer(by or self.knowledge)(editor=ADMIN, text=text)

    async def undo(self, import_id: ImportId, *, by: Imports | None = None) -> UndoneImport:
        undo = UndoImport(knowledge=by or self.knowledge, announce=quiet, entries_a_part=A_PART)
        return await undo(editor=ADMIN, import_id=import_id)

    async def imports(self) -> Sequence[Any]:
        return (await self.knowledge.imports(limit=10, cursor=None))[0]

    async def answers(self) -> dict[str, str]:
        return {one.question: one.answer for one in await self.published()}

    async def published(self) -> list[KnowledgeEntry]:
        return await self.knowledge.all(status=EntryStatus.PUBLISHED)


def importer(store: Imports) -> ImportKnowledge:
    return ImportKnowledge(knowledge=store, announce=quiet, entries_a_part=A_PART)


def file_of(count: int, answer: str = "new") -> str:
    return "question,answer\n" + "\n".join(f"q{number:02d},{answer}" for number in range(count))


def all_say(count: int, answer: str = "new") -> dict[str, str]:
    return {f"q{number:02d}": answer for number in range(count)}


@pytest.fixture
def site(database: Database) -> Site:
    return Site(database)


async def test_a_large_file_is_one_import_and_one_undoing(site: Site) -> None:
    await site.bring_in(file_of(4, "old"))
    result = await site.bring_in(file_of(11))
    assert (result.created, result.updated, result.unchanged) == (7, 4, 0)
    assert await site.answers() == all_say(11)
    newest = (await site.imports())[0]
    assert (newest.id, newest.created, newest.updated, newest.is_complete) == (result.import_id, 7, 4, True)
    assert result.import_id is not None
    assert await site.undo(result.import_id) == UndoneImport(restored=4, archived=7, kept=0)
    assert await site.answers() == all_say(4, "old")


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
async def test_an_import_that_was_cut_short_is_completed_by_the_same_file(site: Site, writes: int) -> None:
    await site.bring_in(file_of(2, "old"))
    text = file_of(11)
    with pytest.raises(PowerCut):
        await site.bring_in(text, by=site.dying_after(writes))
    done = writes * A_PART
    assert len([one for one in await site.published() if one.answer == "new"]) == done
    preview = await importer(site.knowledge).preview(editor=ADMIN, text=text)
    assert (preview.created + preview.updated, preview.unchanged) == (11 - done, done)
    rest = await site.bring_in(text)
    assert (rest.created + rest.updated, rest.unchanged) == (11 - done, done)
    assert await site.answers() == all_say(11)
    newest, oldest = await site.imports()
    assert (newest.created, newest.updated, newest.is_complete) == (9, 2, True)
    assert oldest.created == 2
    assert rest.import_id is not None
    assert await site.undo(rest.import_id) == UndoneImport(restored=2, archived=9, kept=0)
    assert await site.answers() == all_say(2, "old")


async def test_one_that_was_cut_short_can_be_taken_back_instead(site: Site) -> None:
    with pytest.raises(PowerCut):
        await site.bring_in(file_of(11), by=site.dying_after(2))
    (cut_short,) = await site.imports()
    assert (cut_short.created, cut_short.is_complete) == (6, False)
    assert await site.undo(cut_short.id) == UndoneImport(restored=0, archived=6, kept=0)
    assert await site.answers() == {}
    again = await site.bring_in(file_of(11))
    assert again.import_id != cut_short.id
    assert await site.answers() == all_say(11)


async def test_one_whose_rest_was_written_otherwise_is_complete_all_the_same(site: Site) -> None:
    with pytest.raises(PowerCut):
        await site.bring_in(file_of(4), by=site.dying_after(1))
    create = CreateEntry(knowledge=site.knowledge, announce=quiet)
    await create(editor=ADMIN, fields=EntryFields(question="q03", answer="new"), entry_id=None)
    result = await site.bring_in(file_of(4))
    assert (result.created, result.updated, result.import_id) == (0, 0, None)
    assert [one.is_complete for one in await site.imports()] == [True]


async def test_an_undoing_that_was_cut_short_is_completed_by_the_next(site: Site) -> None:
    import_id = (await site.bring_in(file_of(8))).import_id
    assert import_id is not None
    edited = (await site.published())[0]
    edit = EditEntry(knowledge=site.knowledge, announce=quiet)
    await edit(editor=ADMIN, entry_id=edited.id, edit=EntryEdit(answer="mine"), over_version=1)
    with pytest.raises(PowerCut):
        await site.undo(import_id, by=site.dying_after(2))  # it was stopped, and one part taken back
    assert len(await site.published()) == 5
    assert (await site.imports())[0].undone_at is None
    assert await site.undo(import_id) == UndoneImport(restored=0, archived=4, kept=1)
    assert await site.answers() == {edited.question: "mine"}
    with pytest.raises(Conflict):
        await site.undo(import_id)


async def test_an_edit_in_between_is_not_written_over(site: Site) -> None:
    await site.bring_in(file_of(8, "old"))
    last = max(await site.published(), key=lambda one: one.question)

    class Interrupted(KnowledgeStore):
        @override
        async def save(self, **arguments: Any) -> None:
            await super().save(**arguments)
            if arguments["imported"].updated == A_PART:
                edit = EditEntry(knowledge=site.knowledge, announce=quiet)
                await edit(editor=ADMIN, entry_id=last.id, edit=EntryEdit(answer="mine"), over_version=1)

    with pytest.raises(Conflict):
        await site.bring_in(file_of(8), by=Interrupted(site.database))
    assert (await site.answers())[last.question] == "mine"
    again = await site.bring_in(file_of(8))
    assert (again.updated, again.unchanged) == (2, 6)
    stands = await site.knowledge.find(last.id)
    assert stands is not None
    assert (stands.answer, stands.version) == ("new", 3)


async def test_who_goes_on_after_somebody_has_undone_it_is_refused(site: Site) -> None:
    class Undone(KnowledgeStore):
        @override
        async def save(self, **arguments: Any) -> None:
            await super().save(**arguments)
            await site.undo(arguments["imported"].id)

    with pytest.raises(Conflict) as refused:
        await site.bring_in(file_of(8), by=Undone(site.database))
    assert refused.value.details == {"reason": "import_undone"}
    assert await site.answers() == {}


async def test_no_part_slips_in_behind_what_an_undoing_has_read(site: Site) -> None:
    """Once it knows what there is to take back, it waits until the import has gone on or given up."""
    first_part_is_in, undoing_has_read, import_is_over = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Importing(KnowledgeStore):
        @override
        async def save(self, **arguments: Any) -> None:
            await super().save(**arguments)
            first_part_is_in.set()
            await undoing_has_read.wait()

    class Undoing(KnowledgeStore):
        @override
        async def still_of_import(self, import_id: ImportId) -> Any:
            entries = await super().still_of_import(import_id)
            undoing_has_read.set()
            await import_is_over.wait()
            return entries

    async def bring_in() -> None:
        try:
            await site.bring_in(file_of(8), by=Importing(site.database))
        finally:
            import_is_over.set()

    importing = asyncio.create_task(bring_in())
    await first_part_is_in.wait()
    (running,) = await site.imports()
    undone = await site.undo(running.id, by=Undoing(site.database))
    with pytest.raises(Conflict) as refused:
        await importing
    assert refused.value.details == {"reason": "import_undone"}
    assert undone == UndoneImport(restored=0, archived=A_PART, kept=0)
    assert await site.answers() == {}
    again = await site.bring_in(file_of(8))
    assert again.import_id not in {None, running.id}
    assert await site.answers() == all_say(8)


async def test_a_file_whose_import_is_half_taken_back_comes_in_as_a_new_import(site: Site) -> None:
    with pytest.raises(PowerCut):
        await site.bring_in(file_of(8), by=site.dying_after(2))
    (cut_short,) = await site.imports()
    with pytest.raises(PowerCut):
        await site.undo(cut_short.id, by=site.dying_after(1))
    result = await site.bring_in(file_of(8))
    assert result.import_id not in {None, cut_short.id}
    assert await site.answers() == all_say(8)


async def test_the_same_file_twice_at_once_doubles_nothing(site: Site) -> None:
    store = site.knowledge

    class Overtaken(KnowledgeStore):
        @override
        async def save(self, **arguments: Any) -> None:
            await site.bring_in(file_of(2))
            await super().save(**arguments)

    with pytest.raises(Conflict):
        await site.bring_in(file_of(2), by=Overtaken(site.database))
    assert [one.question for one in await site.published()] != []
    assert len(await store.all()) == 2


async def test_an_id_that_follows_from_a_question_may_be_taken(site: Site) -> None:
    await site.bring_in(file_of(1))
    (first,) = await site.published()
    edit = EditEntry(knowledge=site.knowledge, announce=quiet)
    await edit(editor=ADMIN, entry_id=EntryId(first.id), edit=EntryEdit(question="else"), over_version=1)
    await site.bring_in(file_of(1))
    assert await site.answers() == {"else": "new", "q00": "new"}
