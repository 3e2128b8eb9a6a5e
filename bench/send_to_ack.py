"""Latency of `message:send` → ack, open loop: messages are due at a fixed pace, whatever the server does.

A is Wenjin (stored, durable, acknowledged, delivered), B a bare python-socketio relay that stores nothing.
Both run in turns on the same machine with the same client; the ratio is what travels to other machines.
"""

import asyncio
import contextlib
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import numpy as np

from bench.running_server import RunningServer
from bench.wire_client import WireClient

SECONDS = 8.0
PAIRS = 20
TURNS = 3


async def send_at_pace(clients: list[tuple[WireClient, str]], per_second: float) -> dict[str, float]:
    """Milliseconds at p50 and p99, and how many a second were acknowledged."""
    began = time.perf_counter()
    calls = []
    for number in range(int(per_second * SECONDS)):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client, session_id = clients[number % len(clients)]
        message = {"session_id": session_id, "cmid": str(uuid.uuid4()), "text": f"第 {number} 条消息"}
        calls.append(asyncio.create_task(client.timed_call("message:send", message, due=due)))
    latencies = np.array(await asyncio.gather(*calls)) * 1000
    seconds = time.perf_counter() - began
    return {
        "p50_ms": float(np.percentile(latencies, 50)),
        "p99_ms": float(np.percentile(latencies, 99)),
        "per_second": len(latencies) / seconds,
    }


@contextlib.asynccontextmanager
async def wenjin_clients(
    server: RunningServer, http: aiohttp.ClientSession
) -> AsyncIterator[list[tuple[WireClient, str]]]:
    """Users in a session that waits in the queue, where nobody answers and every message is stored."""
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for _ in range(PAIRS):
            visitor = await _post(http, f"{server.address}/api/visitors", {})
            client = await stack.enter_async_context(
                WireClient(http, server.address, visitor["access_token"])
            )
            started = await client.call("session:start", {})
            session_id = started["session"]["id"]
            await client.call("session:handoff", {"session_id": session_id})
            clients.append((client, session_id))
        yield clients


@contextlib.asynccontextmanager
async def bare_clients(port: int, http: aiohttp.ClientSession) -> AsyncIterator[list[tuple[WireClient, str]]]:
    relay = subprocess.Popen(  # noqa: S603, ASYNC220  our own command, before anything is timed
        [sys.executable, "-m", "bench.bare_relay", str(port)], stdout=subprocess.PIPE, text=True
    )
    try:
        if relay.stdout is None or not relay.stdout.readline():
            raise RuntimeError("the relay did not start")
        async with contextlib.AsyncExitStack() as stack:
            clients = []
            for number in range(PAIRS):
                room = f"room-{number}"
                client = WireClient(http, f"http://127.0.0.1:{port}", room)
                clients.append((await stack.enter_async_context(client), room))
            yield clients
    finally:
        relay.terminate()
        relay.wait(timeout=10)


async def measure(server: RunningServer, free_port: int, per_second: float) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as http,
        wenjin_clients(server, http) as ours,
        bare_clients(free_port, http) as bare,
    ):
        await send_at_pace(ours[:2], 20)
        a_runs, b_runs = [], []
        for _ in range(TURNS):
            a_runs.append(await send_at_pace(ours, per_second))
            b_runs.append(await send_at_pace(bare, per_second))
    a, b = _median(a_runs), _median(b_runs)
    return {"wenjin": a, "bare_relay": b, "p50_ratio": a["p50_ms"] / b["p50_ms"]}


def _median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.median([run[key] for run in runs])) for key in runs[0]}


async def _post(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(url, json=body) as response:
        answer: dict[str, Any] = await response.json()
        if response.status >= 400:
            raise RuntimeError(f"{url}: {answer}")
        return answer
