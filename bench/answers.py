"""From a question to the bot's decision: at a fixed pace, with chat beside it, and while it re-indexes.

The model process is the real one; knowledge is made up, 15,000 wordings. Questions are due at fixed times
and time runs from then (open loop). `others_cores` is what neither the model process nor the asking used:
the chat's servers, where there is chat, and whatever else the machine does.
"""

import argparse
import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.figures import Figures, machine, quantiles, say, table
from bench.load import open_loop
from bench.machine import CostMeter, ProcessTree
from bench.running_server import temporary_folder
from bench.throughput import contestant
from chatbot import Entry
from server.models import ModelProcess
from server.settings import Settings

_THINGS = (
    *("invoice", "refund", "parcel", "contract", "visa", "pension", "licence", "deposit", "warranty"),
    *("scholarship", "insurance", "passport", "loan", "salary", "permit", "subscription", "certificate"),
    *("password", "account", "coupon", "membership", "delivery"),
)
_KINDS = (
    *("annual", "foreign", "student", "business", "family", "digital", "lost", "shared", "second"),
    *("provisional", "group", "late", "joint", "cancelled", "rejected", "seasonal", "damaged", "first"),
)
_DEEDS = (
    "apply for",
    "cancel",
    "renew",
    "pay for",
    "correct",
    "transfer",
    "print",
    "check",
    "extend",
    "divide",
)
_FORMS = (
    "How do I {deed} my {kind} {thing}",
    "I want to {deed} the {kind} {thing}",
    "Where can I {deed} a {kind} {thing} online",
    "What does it cost to {deed} my {kind} {thing}",
    "Can you {deed} my {kind} {thing} for me, please",
    "Is it too late to {deed} the {kind} {thing} this month",
    "Who is able to {deed} a {kind} {thing} of my mother",
    "{kind} {thing}: how long does it take to {deed} it",
    "They told me to {deed} my {kind} {thing} by Friday",
    "Do I need a form in order to {deed} the {kind} {thing}",
)
_ASKED = "Sorry, could somebody tell me what I need to {deed} this {kind} {thing}?"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wordings", type=int, default=15_000)
    parser.add_argument("--pace", type=float, default=20.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="of each measurement")
    parser.add_argument("--pairs", type=int, default=20, help="who chat meanwhile; 0 is no chat")
    parser.add_argument("--messages", type=float, default=50.0, help="of theirs a second")
    parser.add_argument("--suggestions", type=float, default=5.0, help="that consultants ask for a second")
    parser.add_argument("--of-entry", type=int, default=10, help="wordings of an entry")
    parser.add_argument("--vectors", type=Path, help="keep vectors in this file: then only changes are cold")
    parser.add_argument(
        "--without", nargs="*", default=(), choices=("questions", "changes"), help="leave parts out"
    )


async def run(options: argparse.Namespace) -> Figures:
    entries = knowledge(options.wordings, of="", of_entry=options.of_entry)
    rows: list[tuple[str, dict[str, float]]] = []
    indexing: dict[str, dict[str, float]] = {}
    with temporary_folder() as folder:
        vectors = options.vectors or folder / "embeddings.vectors"
        async with _models(folder, vectors) as models:
            indexing["first load"] = await _load(models, entries)
            if "questions" not in options.without:
                rows += await _asked(models, options, entries)
        if "changes" not in options.without:
            async with _models(folder, vectors) as models:
                indexing["after a restart"] = await _load(models, entries)
                indexing["one entry changed"] = await _change(models, entries)
    table(f"question to decision, {options.pace:g} a second, {options.wordings} wordings", rows)
    table(f"index of {options.wordings} wordings", list(indexing.items()))
    return {
        "benchmark": "answers",
        **machine(),
        "options": {**vars(options), "vectors": str(vectors)},
        "latency": dict(rows),
        "index": indexing,
    }


async def _asked(
    models: ModelProcess, options: argparse.Namespace, entries: list[Entry]
) -> list[tuple[str, dict[str, float]]]:
    """Alone, beside chat, beside chat and suggestions, and beside both while everything is indexed anew."""
    rows = [("alone", await _questions(models, options))]
    async with _chat(options):
        rows.append(("with chat", await _questions(models, options)))
        drafting = asyncio.create_task(_suggest(models, options))
        rows.append(("with chat and suggestions", await _questions(models, options)))
        changing = asyncio.create_task(_change_again_and_again(models, entries))
        rows.append(("the same, an edit a second", await _questions(models, options)))
        await _end(changing)
        changed = knowledge(options.wordings, of=" of 2019", of_entry=options.of_entry)
        loading = asyncio.create_task(models.line.bot.load(changed))
        rows.append(("with chat and suggestions, all re-indexed", await _questions(models, options)))
        say(f"re-indexing {'was done' if loading.done() else 'was still going on'} at the end of that")
        await _end(drafting, loading)
    return rows


async def _end(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if outcome is not None and not isinstance(outcome, (asyncio.CancelledError, str)):
            say(f"failed meanwhile: {outcome!r}")


async def _suggest(models: ModelProcess, options: argparse.Namespace) -> None:
    """What consultants ask for while they write: their beginning, and what the user had asked."""
    for number in itertools.count():
        if not options.suggestions:
            return
        thing, kind = _THINGS[number % len(_THINGS)], _KINDS[number % len(_KINDS)]
        began = perf_counter()
        await models.line.bot.suggest(
            f"You have to bring the {kind} {thing} number {number}", asked=f"My {kind} {thing} is gone"
        )
        await asyncio.sleep(max(0.0, 1 / options.suggestions - (perf_counter() - began)))


async def _change_again_and_again(models: ModelProcess, entries: list[Entry]) -> None:
    """Without waiting for the fits behind it."""
    state = await models.line.bot.load(entries)
    for number in itertools.count():
        edited = replace(entries[number % len(entries)], question=f"What about number {number}, please")
        began = perf_counter()
        state = await models.line.bot.load([edited], onto=state)
        await asyncio.sleep(max(0.0, 1.0 - (perf_counter() - began)))


def knowledge(wordings: int, *, of: str, of_entry: int = len(_FORMS)) -> list[Entry]:
    """Entries of that many wordings (10 at most), all different; `of` is put behind what they are about."""
    combinations = itertools.islice(
        (
            (deed, kind, thing + number)
            for number in ("", *(f" {one}" for one in range(2, 100)))
            for deed, kind, thing in itertools.product(_DEEDS, _KINDS, _THINGS)
        ),
        -(-wordings // of_entry),
    )
    return [
        Entry(
            id=f"{deed} {kind} {thing}",
            question=asked[0],
            alternatives=tuple(asked[1:]),
            answer=f"To {deed} a {kind} {thing} takes three days.",
            language="en",
        )
        for deed, kind, thing in combinations
        if (asked := [form.format(deed=deed, kind=kind, thing=thing + of) for form in _FORMS[:of_entry]])
    ]


@contextlib.asynccontextmanager
async def _models(folder: Path, vectors: Path) -> AsyncIterator[ModelProcess]:
    models = ModelProcess(
        Settings(),
        address=folder / "models.sock",
        cache_file=vectors,
        log_file=folder / "models.log",
        restarted=lambda: None,
    )
    await models.start()
    try:
        yield models
    finally:
        await models.stop()


@contextlib.asynccontextmanager
async def _chat(options: argparse.Namespace) -> AsyncIterator[None]:
    """Pairs that write to each other until the block ends, through a server of their own."""
    if not options.pairs:
        yield
        return
    async with contestant("A", options.pairs) as server:
        talking = asyncio.create_task(_talk(server.pairs, options.messages))
        try:
            yield
        finally:
            talking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await talking


async def _talk(pairs: Any, pace: float) -> None:
    while True:
        await open_loop(pairs, pace, 10.0)


async def _load(models: ModelProcess, entries: list[Entry]) -> dict[str, float]:
    """Seconds until they are answered from, and until everything is fitted to them."""
    began = perf_counter()
    await models.line.bot.load(entries)
    live = perf_counter() - began
    return {"live_s": live, "fitted_s": await _fitted(models) - began}


async def _change(models: ModelProcess, entries: list[Entry]) -> dict[str, float]:
    """What a consultant edits: seconds until its new words are answered."""
    state = await models.line.bot.load(entries)
    await _fitted(models)
    edited = replace(entries[0], question="Is this only a test", answer="It is.")
    began = perf_counter()
    await models.line.bot.load([edited], onto=state)
    reply = await models.line.bot.reply(edited.question, language="en")
    live = perf_counter() - began if reply.text == edited.answer else float("nan")
    return {"live_s": live, "fitted_s": await _fitted(models) - began}


async def _fitted(models: ModelProcess) -> float:
    while not (await models.line.ping()).is_fitted:  # noqa: ASYNC110  nobody tells
        await asyncio.sleep(0.05)
    return perf_counter()


async def _questions(models: ModelProcess, options: argparse.Namespace) -> dict[str, float]:
    """Everybody asks something else: nothing is answered out of a memory."""
    combinations = itertools.cycle(itertools.product(_THINGS, _DEEDS, _KINDS))
    taken: list[float] = []

    async def ask(due: float, text: str) -> None:
        await models.line.bot.reply(text, language="en")
        taken.append(perf_counter() - due)

    assert models.process_id is not None  # noqa: S101  narrows the type; it runs
    meter, began = CostMeter(ProcessTree(models.process_id, "models")), perf_counter()
    async with asyncio.TaskGroup() as asking:
        for number in range(int(options.seconds * options.pace)):
            due = began + number / options.pace
            await asyncio.sleep(max(0.0, due - perf_counter()))
            thing, deed, kind = next(combinations)
            asking.create_task(ask(due, _ASKED.format(deed=deed, kind=kind, thing=thing)))
    cores = meter.read().cores()
    return {
        **quantiles(taken, 0.5, 0.99, 1.0),
        "questions": len(taken),
        "models_cores": cores["models"],
        "others_cores": cores["others"],
    }
