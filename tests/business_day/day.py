"""One business day: a server, forty advisers, four hundred callers, and the history of it all."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp
import orjson

from server.command_line.consultant_files import import_consultants
from server.command_line.stores import stores_at
from server.settings import Settings, Storage
from server.store.client import Database, connect
from tests.business_day.people import Adviser, Caller, DayHabits
from tests.business_day.scripts import Scripts, chosen_dialogues, made_profiles
from tests.faults.client import Surroundings
from tests.faults.cluster import DATABASE_NAME, Machine, Shared, free_port
from tests.faults.final_state import Sampler, note_final_state, note_views
from tests.faults.history import History, now
from tests.faults.people import Habits, Person, sign_in
from tests.support.serving import PASSWORD

OVERTAKING_BOUND = 3
FORGOTTEN_SECONDS = 90.0
"""Of waiting beside a free place. Rounds are slow where one small machine plays all parts."""
_AT_ONCE = 20
_SEEN_BY_THEN = 0.9
"""Of the callers: then nobody declines, goes or begins to wait for nothing any more."""
LIVELY = Habits(
    pause_seconds=1.0, talk_seconds=3.0, two_tabs=0.1, said_twice=0.05, said_again_later=0.02, handed_on=0.02
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is to happen. It ends `patience_seconds` after the last caller has come, whatever is left."""

    folder: Path
    seed: int
    acceptance: Literal["auto", "offer"]
    advisers: int = 40
    callers: int = 400
    day: DayHabits = field(default_factory=DayHabits)
    habits: Habits = LIVELY
    patience_seconds: float = 120.0

    def settings(self, shared: Shared) -> dict[str, dict[str, Any]]:
        return {
            **shared.settings(),
            "bot": {"enabled": False},  # it has tests of its own, and would take the day's time
            "routing": {
                "acceptance": self.acceptance,
                "exploration": 0.0,
                "overtaking_bound": OVERTAKING_BOUND,
                "offer_seconds": round(self.day.offer_seconds),
                "user_gone_seconds": round(self.day.gone_seconds),
                "consultant_grace_seconds": round(self.day.grace_seconds),
            },
        }


async def live_through(day: Day) -> Path:
    """The file with the history."""
    file = day.folder / "history.jsonl"
    history, chance = History(file), random.Random(day.seed)
    profiles = made_profiles(day.advisers, PASSWORD, chance)
    try:
        async with _server(day, profiles) as (shared, machine), _http() as http:
            around = Surroundings(http, history, [machine.base], chance)
            database = connect(shared.database.url, DATABASE_NAME)
            try:
                await _live(day, around, database, [one["capacity"] for one in profiles])
            finally:
                database.client.close()
    finally:
        history.close()
    return file


@contextlib.asynccontextmanager
async def _server(day: Day, profiles: list[dict[str, Any]]) -> AsyncIterator[tuple[Shared, Machine]]:
    """One process that serves, its model process, its database and its Redis."""
    shared = Shared.under(day.folder / "shared")
    machine = Machine(
        folder=day.folder / "machine", settings=day.settings(shared), workers=1, port=free_port()
    )
    try:
        await shared.start()
        settings = Settings(storage=Storage(mongo_url=shared.database.url, database=DATABASE_NAME))
        async with stores_at(shared.database.url, settings) as stores:
            await import_consultants("\n".join(orjson.dumps(one).decode() for one in profiles), stores)
        await machine.start()
        yield shared, machine
    finally:
        await machine.stop()
        await shared.stop()


@contextlib.asynccontextmanager
async def _http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield http


async def _live(day: Day, around: Surroundings, database: Database, capacities: list[int]) -> None:
    sampler = Sampler(around.history, database)
    sampling, lives = asyncio.create_task(sampler.run()), list[asyncio.Task[None]]()
    began_at = now()
    try:
        advisers, callers = await _bring(day, around, capacities)
        lives += [asyncio.create_task(one.live()) for one in advisers]
        lives += [asyncio.create_task(one.live()) for one in callers]
        await _until(lambda: sum(one.is_done for one in callers) > _SEEN_BY_THEN * len(callers), day)
        around.is_closing = True
        healed_at = now()
        await _until_done(callers, sampler, day.patience_seconds)
        people: list[Person] = [*advisers, *callers]
        await note_views(around.history, people)
        around.history.note(
            "meta", seed=day.seed, began_at=began_at, healed_at=healed_at, ended_at=now(),
            overtaking_bound=OVERTAKING_BOUND, acceptance=day.acceptance, forgotten_seconds=FORGOTTEN_SECONDS,
        )  # fmt: skip
        await asyncio.gather(*(one.leave() for one in people))
        await sampler.until_all_is_logged()
        await note_final_state(around.history, database)
    finally:
        for task in (sampling, *lives):
            task.cancel()
        await asyncio.gather(sampling, *lives, return_exceptions=True)


async def _until(is_so: Callable[[], bool], day: Day) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(day.patience_seconds):
            while not is_so():
                await asyncio.sleep(0.1)


async def _until_done(callers: list[Caller], sampler: Sampler, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not all(one.is_done for one in callers) or await sampler.is_anybody_waiting():
                await asyncio.sleep(0.2)


async def _bring(day: Day, around: Surroundings, capacities: list[int]) -> tuple[list[Adviser], list[Caller]]:
    """Everybody has signed in and is connecting."""
    scripts, door = Scripts(around.chance, chosen_dialogues()), asyncio.Semaphore(day.day.at_once)
    log_ins = [{"username": f"consultant-{number}", "password": PASSWORD} for number in range(day.advisers)]
    names = [{"name": f"访客{number}"} for number in range(day.callers)]
    advisers = [
        Adviser(
            around, day.habits, one["user"]["id"], "consultant", one["access_token"],
            day=day.day, scripts=scripts, capacity=capacity,
        )
        for one, capacity in zip(await _sign_in(around, "/api/auth/login", log_ins), capacities, strict=True)
    ]  # fmt: skip
    callers = [
        Caller(
            around, day.habits, one["user"]["id"], "user", one["access_token"],
            day=day.day, scripts=scripts, door=door,
        )
        for one in await _sign_in(around, "/api/visitors", names)
    ]  # fmt: skip
    for person in (*advisers, *callers):
        if isinstance(person, Adviser):
            person.others = [one for one in advisers if one is not person]
        person.open_tabs(2 if around.chance.random() < day.habits.two_tabs else 1)
    async with asyncio.timeout(day.patience_seconds):
        for one in advisers:
            await one.tabs[0].ready.wait()
    return advisers, callers


async def _sign_in(around: Surroundings, path: str, bodies: list[dict[str, str]]) -> list[dict[str, Any]]:
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(body: dict[str, str]) -> dict[str, Any]:
        async with room:
            return await sign_in(around, path, body)

    return await asyncio.gather(*(one(body) for body in bodies))
