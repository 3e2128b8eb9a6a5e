"""A serving process is killed under load: from when a client notices to its next ack elsewhere."""

import argparse
import asyncio
import os
import random
import signal
import uuid
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from bench.figures import Figures, machine, quantiles, say, table
from bench.machine import load_average
from bench.running_server import RunningServer, ServerEnded
from bench.throughput import wenjin_with_pairs
from bench.wire_client import Refused, WireClient

_ACK_SECONDS = 6.0
_PAUSE_SECONDS = 0.1


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--pace", type=float, default=2.0, help="messages a second of each client")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--between", type=float, default=12.0, help="seconds between kills")


async def run(options: argparse.Namespace) -> Figures:
    try:
        async with wenjin_with_pairs(options.pairs, workers=options.workers) as (server, pairs):
            if not worker_ids(server):
                return _not_available("the server has no workers of its own")
            address = server.address
            clients = [Client(address, one.user, one.user_token, one.session_id) for one in pairs]
            clients += [
                Client(address, one.consultant, one.consultant_token, one.session_id, has_desk=True)
                for one in pairs
            ]
            talking = [asyncio.create_task(client.talk(options.pace)) for client in clients]
            await asyncio.sleep(5.0)
            kills = [await _kill(server, clients, options) for _ in range(options.kills)]
            for task in talking:
                task.cancel()
            await asyncio.gather(*talking, return_exceptions=True)
    except ServerEnded as error:
        return _not_available(str(error)[-200:])
    table("a worker is killed", [(f"kill {number + 1}", one) for number, one in enumerate(kills)])
    return {"benchmark": "failover", **machine(), "options": vars(options), "kills": kills}


def _not_available(reason: str) -> Figures:
    say(f"failover: not available ({reason})")
    return {"benchmark": "failover", **machine(), "kills": None, "not_available": reason}


@dataclass(slots=True)
class Client:
    """Sends at its own pace; when the connection is lost it dials again at once, syncs, and sends again what
    has no ack, under the same cmid."""

    address: str
    wire: WireClient
    token: str
    session_id: str
    has_desk: bool = False
    acks: int = 0
    lost_at: float | None = None
    recovered: list[float] = field(default_factory=list)
    failed_dials: int = 0

    def __post_init__(self) -> None:
        self._watch()

    def _watch(self) -> None:
        self.wire.on_push = None
        self.wire.on_lost = self._notice

    def _notice(self) -> None:
        if self.lost_at is None:
            self.lost_at = perf_counter()

    async def talk(self, per_second: float) -> None:
        await asyncio.sleep(random.uniform(0, 1 / per_second))
        while True:
            began, cmid = perf_counter(), str(uuid.uuid4())
            while not await self._is_acknowledged(cmid):
                await self._dial()
            self.acks += 1
            if self.lost_at is not None:
                self.recovered.append(perf_counter() - self.lost_at)
                self.lost_at = None
            await asyncio.sleep(max(0.0, began + 1 / per_second - perf_counter()))

    async def _is_acknowledged(self, cmid: str) -> bool:
        message = {"session_id": self.session_id, "cmid": cmid, "text": "还在吗？"}
        try:
            async with asyncio.timeout(_ACK_SECONDS):
                await self.wire.call("message:send", message)
        except (ConnectionError, TimeoutError, Refused):
            self._notice()
            return False
        return True

    async def _dial(self) -> None:
        if self.wire.is_open:  # refused, or without an answer: the same again on the same connection
            await asyncio.sleep(_PAUSE_SECONDS)
            return
        try:
            self.wire = await WireClient.connect(self.address, self.token)
            self._watch()
            if self.has_desk:
                await self.wire.call("desk:open", {})
            await self.wire.call("session:sync", {"session_id": self.session_id, "tail": 20})
        except (OSError, TimeoutError, Refused):
            self.failed_dials += 1
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))


async def _kill(server: RunningServer, clients: list[Client], options: argparse.Namespace) -> dict[str, Any]:
    """Kills one worker and waits until everybody should be back."""
    worker = random.choice(worker_ids(server))
    for client in clients:
        client.recovered.clear()
        client.failed_dials = 0
    acks = sum(client.acks for client in clients)
    say(f"killing {worker} …")
    os.kill(worker, signal.SIGKILL)
    await asyncio.sleep(options.between)
    seconds = [one for client in clients for one in client.recovered]
    return {
        "clients_cut_off": len(seconds),
        **quantiles(seconds, 0.5, 0.99),
        "longest_s": max(seconds, default=0.0),
        "still_away": sum(client.lost_at is not None for client in clients),
        "failed_dials": sum(client.failed_dials for client in clients),
        "acks": sum(client.acks for client in clients) - acks,
        "load_average": load_average(),
    }


def worker_ids(server: RunningServer) -> list[int]:
    """The serving processes below the first one."""
    return [one for one in server.tree.process_ids("server") if one != server.tree.process_id]
