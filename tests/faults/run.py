"""One run: a cluster, people, disturbances, and then the history of it all, closed by the final state."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import orjson

from server.command_line.consultant_files import import_consultants
from server.command_line.stores import stores_at
from server.settings import Settings, Storage
from server.store.client import Database, connect
from tests.faults.client import Surroundings
from tests.faults.cluster import DATABASE_NAME, Machine, Shared, free_port
from tests.faults.final_state import Sampler, note_final_state, note_views
from tests.faults.history import History, now
from tests.faults.nemeses import Nemeses
from tests.faults.people import Consultant, Habits, Person, Stranger, Visitor, sign_in
from tests.faults.planted.environment import environment_of
from tests.faults.schedule import Planned
from tests.support.serving import PASSWORD

_SETTLES_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is to be done. `least_acknowledged` prolongs the run beyond its disturbances."""

    folder: Path
    seed: int
    planned: list[Planned]
    quiet_seconds: float = 8.0
    least_acknowledged: int = 0
    machines: int = 2
    workers: int = 2
    visitors: int = 72
    consultants: int = 14
    strangers: int = 3
    habits: Habits = field(default_factory=Habits)
    grace_seconds: int = 8
    planted_fault: str = ""
    patience_seconds: float = 60.0

    def settings(self, shared: Shared) -> dict[str, dict[str, Any]]:
        return {
            **shared.settings(),
            "bot": {"enabled": self.habits.has_bot},
            "routing": {"consultant_grace_seconds": self.grace_seconds},
        }


async def carry_out(run: Run) -> Path:
    """The file with the history."""
    file = run.folder / "history.jsonl"
    history = History(file)
    history.note("phase", name="start")
    try:
        async with _cluster(run) as (shared, machines), _surroundings(run, history, machines) as around:
            database = connect(shared.database.url, DATABASE_NAME)
            try:
                await _live(
                    run, around, Nemeses(around=around, shared=shared, machines=machines, people=[]), database
                )
            finally:
                database.client.close()
    finally:
        history.close()
    return file


@contextlib.asynccontextmanager
async def _cluster(run: Run) -> AsyncIterator[tuple[Shared, list[Machine]]]:
    shared = Shared.under(run.folder / "shared")
    machines: list[Machine] = []
    try:
        await shared.start()
        await _fill(run, shared)
        for number in range(run.machines):
            machine = Machine(
                folder=run.folder / f"machine-{number + 1}",
                settings=run.settings(shared),
                workers=run.workers,
                port=free_port(),
                environ=environment_of(run.planted_fault),
            )
            machines.append(machine)
            await machine.start()
        yield shared, machines
    finally:
        await asyncio.gather(*(one.stop() for one in machines), return_exceptions=True)
        await shared.stop()


async def _fill(run: Run, shared: Shared) -> None:
    """Consultants who all can help everybody, so that only places and fairness decide."""
    capacities = random.Random(run.seed)
    lines = [
        {
            "username": f"consultant-{number}", "password": PASSWORD, "name": f"顾问{number}",
            "bio": "回答各种问题。", "skills": ["咨询"], "languages": ["zh", "en"],
            "capacity": capacities.randint(3, 6),
        }
        for number in range(run.consultants)
    ]  # fmt: skip
    settings = Settings(storage=Storage(mongo_url=shared.database.url, database=DATABASE_NAME))
    async with stores_at(shared.database.url, settings) as stores:
        await import_consultants("\n".join(orjson.dumps(line).decode() for line in lines), stores)


@contextlib.asynccontextmanager
async def _surroundings(run: Run, history: History, machines: list[Machine]) -> AsyncIterator[Surroundings]:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as http:
        yield Surroundings(http, history, [one.base for one in machines], random.Random(run.seed + 1))


async def _live(run: Run, around: Surroundings, nemeses: Nemeses, database: Database) -> None:
    sampler = Sampler(around.history, database)
    sampling = asyncio.create_task(sampler.run())
    began_at = now()
    lives: list[asyncio.Task[None]] = []
    try:
        around.history.note("phase", name="people come")
        people = await _bring(run, around, lives)
        nemeses.people = [one for one in people if not isinstance(one, Stranger)]
        around.history.note("phase", name="disturbances")
        await nemeses.carry_out(run.planned)
        await asyncio.sleep(run.quiet_seconds)
        while sum(one.acknowledged for one in people) < run.least_acknowledged:
            await asyncio.sleep(1)
        around.history.note("phase", name="closing")
        healed_at = await _close(around, people, sampler, run.patience_seconds)
        for task in lives:
            task.cancel()  # normally long done
        around.history.note("phase", name="last sync")
        await note_views(around.history, people)
        sampling.cancel()
        around.history.note(
            "meta", seed=run.seed, began_at=began_at, healed_at=healed_at, ended_at=now(), overtaking_bound=3,
            planted_fault=run.planted_fault,
        )  # fmt: skip
        await asyncio.gather(*(one.leave() for one in people))
        await sampler.until_all_is_logged()
        await note_final_state(around.history, database)
    finally:
        for task in (sampling, *lives):
            task.cancel()
        await asyncio.gather(sampling, *lives, return_exceptions=True)


async def _close(
    around: Surroundings, people: list[Person], sampler: Sampler, patience_seconds: float
) -> float:
    """Nobody begins anything new; who waits is served, who talks ends, what is unsettled is settled."""
    around.is_closing = True
    healed_at = now()
    visitors = [one for one in people if isinstance(one, Visitor)]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience_seconds):
            while not all(one.is_done for one in visitors) or await sampler.is_anybody_waiting():
                await asyncio.sleep(0.2)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SETTLES_SECONDS):
            while any(one.sending for one in people):
                await asyncio.sleep(0.1)
    return healed_at


async def _bring(run: Run, around: Surroundings, lives: "list[asyncio.Task[None]]") -> list[Person]:
    log_ins = [
        {"username": f"consultant-{number}", "password": PASSWORD} for number in range(run.consultants)
    ]
    consultants = await _sign_in(run, around, Consultant, "/api/auth/login", log_ins)
    for number, one in enumerate(consultants):
        one.capacity = 3 + number % 4
        one.others = [other for other in consultants if other is not one]
        one.open_tabs(_tabs(run, around))
    names = [{"name": f"访客{number}", "language": "zh"} for number in range(run.visitors)]
    visitors = await _sign_in(run, around, Visitor, "/api/visitors", names)
    for visitor in visitors:
        visitor.open_tabs(_tabs(run, around))
        lives.append(asyncio.create_task(visitor.live()))
    names = [{"name": f"路人{number}", "language": "zh"} for number in range(run.strangers)]
    strangers = await _sign_in(run, around, Stranger, "/api/visitors", names)
    for stranger in strangers:
        stranger.known = visitors
        stranger.open_tabs(1)
        lives.append(asyncio.create_task(stranger.live()))
    return [*consultants, *visitors, *strangers]


def _tabs(run: Run, around: Surroundings) -> int:
    return 2 if around.chance.random() < run.habits.two_tabs else 1


PersonT = TypeVar("PersonT", bound=Person)


async def _sign_in(
    run: Run, around: Surroundings, kind: type[PersonT], path: str, bodies: list[dict[str, str]]
) -> list[PersonT]:
    answers = await asyncio.gather(*(sign_in(around, path, body) for body in bodies))
    return [
        kind(around, run.habits, one["user"]["id"], one["user"]["role"], one["access_token"])
        for one in answers
    ]
