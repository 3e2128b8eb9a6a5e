"""What a connection costs at rest, and how long 2,000 clients need to come back when all are dropped at once.

The server's memory is read before and after the connections are made, and a quiet minute later. Then every
client's TCP connection is cut, all dial again in the same moment, and each syncs its session.
"""

import argparse
import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bench import people
from bench.figures import Figures, machine, quantiles, say, table
from bench.machine import CostMeter, load_average
from bench.running_server import QUIET, RunningServer, running_wenjin, temporary_folder
from bench.wire_client import Refused, WireClient

_WARM_UP_CLIENTS = 100
_LONGEST_PAUSE_SECONDS = 2.0
_GIVE_UP_SECONDS = 120.0


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--quiet", type=float, default=60.0, help="seconds of rest before memory is read")
    parser.add_argument("--storms", type=int, default=3, help="how often all are dropped")
    parser.add_argument("--workers", type=int, default=1)


async def run(options: argparse.Namespace) -> Figures:
    command = ("serve", "--workers", str(options.workers)) if options.workers > 1 else ("serve",)
    with temporary_folder() as folder:
        async with running_wenjin(folder, QUIET, command=command) as server:
            say(f"making {options.clients} visitors …")
            visitors = await people.make_visitors(server.address, options.clients + _WARM_UP_CLIENTS)
            first = [Client(server.address, one.token) for one in visitors[:_WARM_UP_CLIENTS]]
            await people.side_by_side(Client.connect, first)
            memory, clients = await _rest(server, [one.token for one in visitors[_WARM_UP_CLIENTS:]], options)
            await people.side_by_side(Client.begin_session, clients)
            storms = [await _storm(server, clients) for _ in range(options.storms)]
    table("memory", [("server", memory)])
    rows = [(f"storm {number + 1}", storm) for number, storm in enumerate(storms)]
    table(f"{options.clients} clients come back at once", rows)
    return {
        "benchmark": "connections",
        **machine(),
        "options": vars(options),
        "memory": memory,
        "storms": storms,
    }


@dataclass(slots=True)
class Client:
    """A visitor that dials again, with growing pauses, until it is let in and its session is up to date."""

    address: str
    token: str
    wire: WireClient | None = None
    session_id: str = ""
    failures: Counter[str] = field(default_factory=Counter)

    async def connect(self) -> None:
        self.wire = await WireClient.connect(self.address, self.token)

    async def begin_session(self) -> None:
        if self.wire is not None:
            started = await self.wire.call("session:start", {"language": "zh"})
            self.session_id = started["session"]["id"]

    async def come_back(self) -> float:
        """The moment at which it was synced. Raises TimeoutError."""
        pause = 0.1
        async with asyncio.timeout(_GIVE_UP_SECONDS):
            while True:
                try:
                    self.wire = await WireClient.connect(self.address, self.token)
                    await self.wire.call("session:sync", {"session_id": self.session_id, "last": 0})
                    return perf_counter()
                except (OSError, TimeoutError, Refused) as error:
                    self.failures[type(error).__name__] += 1
                    await asyncio.sleep(random.uniform(pause / 2, pause))
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


async def _rest(
    server: RunningServer, tokens: list[str], options: argparse.Namespace
) -> tuple[dict[str, float], list[Client]]:
    """Memory before, right after, and after some quiet; with the idle clients."""
    await asyncio.sleep(5.0)
    before = server.tree.resident_bytes("server")
    clients = [Client(server.address, token) for token in tokens]
    began = perf_counter()
    await people.side_by_side(Client.connect, clients, at_once=50)
    seconds = perf_counter() - began
    at_once = server.tree.resident_bytes("server")
    say(f"{len(clients)} connected in {seconds:.1f} s; resting {options.quiet:g} s …")
    meter = CostMeter(*server.trees)
    await asyncio.sleep(options.quiet)
    after = server.tree.resident_bytes("server")
    return {
        "before_mb": before / 2**20,
        "after_mb": after / 2**20,
        "kb_a_connection_at_once": (at_once - before) / len(clients) / 1024,
        "kb_a_connection": (after - before) / len(clients) / 1024,
        "connected_in_s": seconds,
        "idle_server_cores": meter.read().cores()["server"],
    }, clients


async def _storm(server: RunningServer, clients: list[Client]) -> dict[str, Any]:
    for client in clients:
        client.failures.clear()
        if client.wire is not None:
            client.wire.abort()
    meter, began = CostMeter(*server.trees), perf_counter()
    synced = await asyncio.gather(*(one.come_back() for one in clients), return_exceptions=True)
    seconds = [moment - began for moment in synced if isinstance(moment, float)]
    failures: Counter[str] = sum((one.failures for one in clients), Counter())
    cores = meter.read().cores()
    say(f"  all synced after {max(seconds, default=0.0):.1f} s, failed hand-shakes: {dict(failures)}")
    await asyncio.sleep(3.0)
    return {
        "all_synced_s": max(seconds, default=0.0),
        **quantiles(seconds, 0.5, 0.99),
        "failed_handshakes": failures.total(),
        "never_synced": len(clients) - len(seconds),
        "server_cores": cores.get("server", 0.0),
        "others_cores": cores["others"],
        "load_average": load_average(),
    }
