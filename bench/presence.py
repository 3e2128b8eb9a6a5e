"""2,000 consultants change their presence while people chat: what the chat and the event loop feel of it.

Open loop: messages and changes are due at a fixed pace. First chat alone; then with everybody connected;
then while they change between busy and online and nobody waits; then between busy and away while some wait
for whom there is no place. One supervisor has the board open all the while.
"""

import argparse
import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bench import people
from bench.crowd import Crowd, make_crowd
from bench.figures import Figures, machine, quantiles, say, table
from bench.load import open_loop
from bench.machine import CostMeter, load_average
from bench.people import Pair, SignedIn
from bench.running_server import NO_BOT, QUIET, RunningServer, running_wenjin, temporary_folder
from bench.server_metrics import LoopWatch, read_metrics
from bench.wire_client import Refused, WireClient

_STATUSES = {"nobody waits": ("busy", "online"), "some wait": ("busy", "away")}
_SETTLING_SECONDS = 3.0
_CHANGE_SECONDS = 20.0
_CONNECTING_AT_ONCE = 256


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--consultants", type=int, default=2_000)
    parser.add_argument("--changes", type=float, default=100.0, help="of presence a second, of all together")
    parser.add_argument("--pairs", type=int, default=50, help="who chat")
    parser.add_argument("--pace", type=float, default=200.0, help="messages a second")
    parser.add_argument("--waiting", type=int, default=20, help="users in the queue in the last part")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each part")


async def run(options: argparse.Namespace) -> Figures:
    parts: dict[str, dict[str, Any]] = {}
    async with crowded_wenjin(options) as (server, pairs, others):
        parts["chat alone"] = await _part(server, pairs, [], options)
        say(f"opening {len(others)} desks …")
        began = perf_counter()
        await people.side_by_side(Desk.open, others, at_once=_CONNECTING_AT_ONCE)
        say(f"… took {perf_counter() - began:.1f} s")
        await asyncio.sleep(_SETTLING_SECONDS)
        parts["all connected"] = await _part(server, pairs, [], options)
        for name, statuses in _STATUSES.items():
            if name == "some wait":
                await people.side_by_side(lambda desk: desk.change("busy"), others)
                await _wait_in_line(server, options.waiting)
            for desk in others:
                desk.statuses = statuses
            parts[f"changing, {name}"] = await _part(server, pairs, others, options)
        memory = server.tree.resident_megabytes()
    table(
        f"{options.consultants} consultants, {options.changes:g} changes/s, {options.pace:g} messages/s",
        list(parts.items()),
    )
    return {
        "benchmark": "presence",
        **machine(),
        "options": vars(options),
        "parts": parts,
        "memory_mb": memory,
    }


@dataclass(slots=True)
class Desk:
    """A consultant's who has nothing to do but to change."""

    address: str
    person: SignedIn
    statuses: tuple[str, str] = ("busy", "online")
    wire: WireClient | None = None
    _changes: int = 0

    async def open(self) -> None:
        self.wire = await WireClient.connect(self.address, self.person.token)
        await self.wire.call_patiently("desk:open", {})
        await self.change("busy")

    async def change(self, status: str = "") -> None:
        """To the other of its statuses, or to this one."""
        self._changes += 1
        wanted = status or self.statuses[self._changes % 2]
        if self.wire is not None:
            async with asyncio.timeout(_CHANGE_SECONDS):
                await self.wire.call("presence:set", {"status": wanted})


@contextlib.asynccontextmanager
async def crowded_wenjin(
    options: argparse.Namespace, *, program: tuple[str, ...] = ("-m", "server")
) -> AsyncIterator[tuple[RunningServer, list[Pair], list[Desk]]]:
    """Some chat, one looks at the board; the others have an account and are not connected yet."""
    with temporary_folder() as folder:
        say(f"making {options.consultants} consultants …")
        crowd = await make_crowd(folder, options.consultants, capacity=1)
        async with running_wenjin(folder, QUIET | NO_BOT, program=program) as server:
            pairs = await _pairs(server, crowd, options.pairs)
            board = await WireClient.connect(server.address, crowd.supervisor.token)
            await board.call_patiently("board:open", {})
            yield server, pairs, [Desk(server.address, one) for one in crowd.consultants[options.pairs :]]


async def _pairs(server: RunningServer, crowd: Crowd, count: int) -> list[Pair]:
    talkers = crowd.consultants[:count]
    desks = await people.open_desks(server.address, [one.token for one in talkers], 1)
    consultants = {one.id: (desk, one.token) for one, desk in zip(talkers, desks, strict=True)}
    users = await people.make_visitors(server.address, count)
    return await people.begin_sessions(server.address, [one.token for one in users], consultants)


async def _wait_in_line(server: RunningServer, count: int) -> None:
    async def one(visitor: SignedIn) -> WireClient:
        wire = await WireClient.connect(server.address, visitor.token)
        started = await wire.call_patiently("session:start", {"language": "zh"})
        await wire.call_patiently("session:handoff", {"session_id": started["session"]["id"]})
        return wire

    await people.side_by_side(one, await people.make_visitors(server.address, count))


async def _part(
    server: RunningServer, pairs: list[Pair], changing: list[Desk], options: argparse.Namespace
) -> dict[str, Any]:
    before, meter = await read_metrics(server.address), CostMeter(*server.trees)
    async with LoopWatch(server.address) as watch:
        changes = asyncio.create_task(_change_at_pace(changing, options.changes, options.seconds))
        tally = await open_loop(pairs, options.pace, options.seconds, warm_up=2.0)
        seconds, failed = await changes
    cost, after = meter.read(), await read_metrics(server.address)
    lag = after.since(before).quantiles("wenjin_event_loop_lag_seconds", 0.99)
    return {
        **{f"ack_{name}": value for name, value in quantiles(tally.to_ack).items()},
        **{f"seen_{name}": value for name, value in quantiles(tally.to_seen, 0.99).items()},
        **{f"healthz_{name}": value for name, value in watch.quantiles(0.99).items()},
        **{f"lag_{name}": value for name, value in lag.items()},
        "lag_max_ms": 1000 * after.values.get("wenjin_event_loop_lag_max_seconds", 0.0),
        **{f"change_{name}": value for name, value in quantiles(seconds).items()},
        "failed": tally.lost + tally.refused.total() + failed,
        **{f"{kind}_cores": one for kind, one in cost.cores().items() if one > 0.005},
        "load_average": load_average(),
    }


async def _change_at_pace(desks: list[Desk], per_second: float, seconds: float) -> tuple[list[float], int]:
    """(seconds from when each was due to its ack, how many had none)"""
    taken: list[float] = []
    failures = 0

    async def change(desk: Desk, due: float) -> None:
        nonlocal failures
        try:
            await desk.change()
            taken.append(perf_counter() - due)
        except (Refused, ConnectionError, TimeoutError):
            failures += 1

    order, start, under_way = random.sample(desks, len(desks)), perf_counter(), []
    for number in range(int(per_second * seconds) if desks else 0):
        due = start + number / per_second
        await asyncio.sleep(max(0.0, due - perf_counter()))
        under_way.append(asyncio.create_task(change(order[number % len(order)], due)))
    await asyncio.gather(*under_way)
    return taken, failures
