"""From a question to the bot's decision: at a fixed pace, with chat beside it, and while it re-indexes.

The model process is the real one; knowledge is made up, 15,000 wordings. Questions are due at fixed times
and time runs from then (open loop).
"""

import argparse
import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.figures import Figures, machine, quantiles, say, table
from bench.load import open_loop
from bench.running_server import temporary_folder
from bench.throughput import contestant
from chatbot import Entry
from server.models import ModelProcess
from server.settings import Settings

_WORDINGS_OF_ENTRY = 10
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


async def run(options: argparse.Namespace) -> Figures:
    entries = knowledge(options.wordings, of="")
    rows: list[tuple[str, dict[str, float]]] = []
    indexing: dict[str, float] = {}
    with temporary_folder() as folder:
        async with _models(folder) as models:
            indexing["cold_seconds"] = await _load(models, entries)
            rows.append(("alone", await _questions(models, options)))
            async with _chat(options):
                rows.append(("with chat", await _questions(models, options)))
                changed = knowledge(options.wordings, of=" of 2019")
                loading = asyncio.create_task(_load(models, changed))
                rows.append(("with chat, re-indexing all", await _questions(models, options)))
                indexing["all_changed_with_questions_and_chat_seconds"] = await loading
            one_changed = [*changed[1:], entries[0]]
            indexing["one_entry_changed_seconds"] = await _load(models, one_changed)
        async with _models(folder) as models:
            indexing["after_restart_seconds"] = await _load(models, one_changed)
    table(f"question to decision, {options.pace:g} a second, {options.wordings} wordings", rows)
    say(f"index: {indexing}")
    return {
        "benchmark": "answers",
        **machine(),
        "options": vars(options),
        "latency": dict(rows),
        "index": indexing,
    }


def knowledge(wordings: int, *, of: str) -> list[Entry]:
    """Entries of ten wordings each, all different; `of` is put behind the thing that they are about."""
    combinations = itertools.islice(
        itertools.product(_DEEDS, _KINDS, _THINGS), -(-wordings // _WORDINGS_OF_ENTRY)
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
        if (asked := [form.format(deed=deed, kind=kind, thing=thing + of) for form in _FORMS])
    ]


@contextlib.asynccontextmanager
async def _models(folder: Path) -> AsyncIterator[ModelProcess]:
    models = ModelProcess(
        Settings(),
        address=folder / "models.sock",
        cache_file=folder / "embeddings.vectors",
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


async def _load(models: ModelProcess, entries: list[Entry]) -> float:
    began = perf_counter()
    await models.line.bot.load(entries)
    return perf_counter() - began


async def _questions(models: ModelProcess, options: argparse.Namespace) -> dict[str, float]:
    """Everybody asks something else: nothing is answered out of a memory."""
    combinations = itertools.cycle(itertools.product(_THINGS, _DEEDS, _KINDS))
    taken: list[float] = []

    async def ask(due: float, text: str) -> None:
        await models.line.bot.reply(text, language="en")
        taken.append(perf_counter() - due)

    began = perf_counter()
    async with asyncio.TaskGroup() as asking:
        for number in range(int(options.seconds * options.pace)):
            due = began + number / options.pace
            await asyncio.sleep(max(0.0, due - perf_counter()))
            thing, deed, kind = next(combinations)
            asking.create_task(ask(due, _ASKED.format(deed=deed, kind=kind, thing=thing)))
    return {**quantiles(taken, 0.5, 0.99, 1.0), "questions": len(taken)}
