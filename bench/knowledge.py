"""Knowledge work with many entries: bring in, list, search, edit, export, take back.

The use cases themselves over the embedded database, without HTTP and without a model; made-up entries of
four wordings each.
"""

import argparse
import asyncio
import resource
from collections.abc import Awaitable
from time import perf_counter
from typing import Any, TypeVar

import orjson

from bench.figures import Figures, machine, say, table
from bench.running_server import temporary_folder
from server.domain.ids import AccountId, ImportId
from server.domain.knowledge_rules import EntryEdit
from server.domain.people import Person, Role
from server.embedded import DataFolder, Purpose, embedded_servers
from server.settings import Settings
from server.store.client import Database, connect
from server.store.indexes import prepare
from server.store.knowledge import KnowledgeStore
from server.use_cases.edit_knowledge import EditEntry
from server.use_cases.export_knowledge import ExportKnowledge
from server.use_cases.import_knowledge import ImportKnowledge, ImportResult
from server.use_cases.knowledge_ports import EntryQuery
from server.use_cases.undo_import import UndoImport

EDITOR = Person(id=AccountId("bench"), role=Role.ADMIN, name="bench")
_PAGE = 50
_LOOK_SECONDS = 0.01
_FORMS = (
    "How do I order part number {n}",
    "Where can I buy part {n}",
    "配件 {n} 怎么订购",
    "想买 {n} 号配件",
)
_ANSWER = "Part {n} is {words}. It is sent within {days} days, and can be returned unused within a month. "

Result = TypeVar("Result")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--edits", type=int, default=20)


async def run(options: argparse.Namespace) -> Figures:
    async with asyncio.TaskGroup() as group:
        with temporary_folder() as folder:
            async with embedded_servers(DataFolder(folder), Settings(), purpose=Purpose.SERVE) as addresses:
                database = connect(addresses.mongo_url, "bench")
                await prepare(database)
                clock = _Clock()
                watching = group.create_task(clock.watch())
                await _work(database, options, clock)
                watching.cancel()
                database.client.close()
    figures = clock.figures()
    table(f"{options.entries} entries", list(figures.items()))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"this process took {megabytes:.0f} MB at most")
    return {
        "benchmark": "knowledge",
        **machine(),
        "options": vars(options),
        "work": figures,
        "memory_mb": megabytes,
    }


class _Clock:
    """How long each piece of work took, and how long the event loop stood still in it."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}
        self._stalls: dict[str, float] = {}
        self._stalled = 0.0

    async def watch(self) -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(_LOOK_SECONDS)
            self._stalled = max(self._stalled, perf_counter() - before - _LOOK_SECONDS)

    async def time(self, name: str, work: Awaitable[Result]) -> Result:
        self._stalled = 0.0
        before = perf_counter()
        result = await work
        self._taken.setdefault(name, []).append(perf_counter() - before)
        await asyncio.sleep(2 * _LOOK_SECONDS)
        self._stalls[name] = max(self._stalls.get(name, 0.0), self._stalled)
        return result

    def figures(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "seconds": sorted(taken)[len(taken) // 2],
                "worst_s": max(taken),
                "loop_stood_s": self._stalls[name],
            }
            for name, taken in self._taken.items()
        }


async def _work(database: Database, options: argparse.Namespace, clock: _Clock) -> None:
    store, other = KnowledgeStore(database), KnowledgeStore(database)
    text, changed = file_of(options.entries, "blue"), file_of(options.entries, "green")
    await clock.time("import, all new", _bring_in(store, text))
    await clock.time("first list of a process", _list(other))
    for _ in range(options.edits):
        await clock.time("list", _list(store))
        await clock.time("list, one category", _list(store, category="c7"))
        await clock.time("search, found late", _list(store, text="part number 1 "))
        await clock.time("search, not found", _list(store, text="nowhere"))
        await clock.time("edit", _edit(store))
        await clock.time("list after an edit, here", _list(store))
        await clock.time("list after an edit, elsewhere", _list(other))
    for file_format in ("jsonl", "csv", "md"):
        export: Any = ExportKnowledge(knowledge=store)(file_format=file_format)
        await clock.time(f"export, {file_format}", export)
    preview: Any = ImportKnowledge(knowledge=store, announce=_quiet).preview(editor=EDITOR, text=changed)
    await clock.time("preview, all changed", preview)
    result = await clock.time("import, all changed", _bring_in(store, changed))
    undo: Any = UndoImport(knowledge=store, announce=_quiet)(
        editor=EDITOR, import_id=result.import_id or ImportId("")
    )
    await clock.time("undo of that import", undo)


def file_of(entries: int, words: str) -> str:
    return "".join(
        orjson.dumps(
            {
                "question": asked[0] + " ",
                "alternatives": asked[1:],
                "answer": _ANSWER.format(n=n, words=words, days=n % 9 + 1) * 2,
                "category": f"c{n % 20}",
                "language": "en",
            }
        ).decode()
        + "\n"
        for n in range(entries)
        if (asked := [form.format(n=n) for form in _FORMS])
    )


async def _bring_in(store: KnowledgeStore, text: str) -> ImportResult:
    return await ImportKnowledge(knowledge=store, announce=_quiet)(editor=EDITOR, text=text)


async def _list(store: KnowledgeStore, **conditions: Any) -> None:
    await store.page(EntryQuery(**conditions), limit=_PAGE, cursor=None)


async def _edit(store: KnowledgeStore) -> None:
    page, _ = await store.page(EntryQuery(category="c3"), limit=_PAGE, cursor=None)
    edit = EditEntry(knowledge=store, announce=_quiet)
    words = EntryEdit(answer=f"edited after version {page[-1].version}")
    await edit(editor=EDITOR, entry_id=page[-1].id, edit=words, over_version=None)


def _quiet(_fact: object) -> None:
    """Nobody listens."""
