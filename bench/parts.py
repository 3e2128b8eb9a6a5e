"""What one machine's database and Redis can do by themselves: the ground for any estimate of many machines.

Inserts as the message log makes them (batches, unique places), single inserts, PUBLISH to a channel that one
process listens to, and what a subscription costs in memory.
"""

import argparse
import asyncio
import uuid
from time import perf_counter
from typing import Any

import pymongo
import redis.asyncio

from bench.figures import Figures, machine, say, table
from bench.machine import CostMeter, ProcessTree
from bench.running_server import temporary_folder
from server.domain.ids import SessionId
from server.domain.message import Draft, MessageKind, Sender, SenderRole
from server.domain.times import utc_now
from server.embedded import DataFolder, EmbeddedAddresses, Purpose, embedded_servers
from server.settings import Settings
from server.store.message_documents import INDEXES, document_of

_HINT = b"x" * 200
_PIPELINED = 50
_TEXT = "您好，我想问一下这件事该怎么办，大概需要多久。"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--subscriptions", type=int, default=20_000)


async def run(options: argparse.Namespace) -> Figures:
    with temporary_folder() as name:
        folder = DataFolder(name)
        async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
            running = folder.announced()
            trees = [ProcessTree(one) for one in running.process_ids] if running else []
            rows: list[tuple[str, dict[str, float]]] = []
            for size in (1, 10, 50, 200):
                say(f"inserts in batches of {size} …")
                rows.append(
                    (f"insert, {size} a batch", await _inserts(addresses, trees, size, options.seconds))
                )
            say("publishing …")
            rows.append(("PUBLISH, one listener", await _publishes(addresses, trees, options.seconds)))
            rows.append(("subscription", await _subscriptions(addresses, trees, options.subscriptions)))
    table("by themselves", rows)
    return {"benchmark": "parts", **machine(), "options": vars(options), "parts": dict(rows)}


async def _inserts(
    addresses: EmbeddedAddresses, trees: list[ProcessTree], size: int, seconds: float
) -> dict[str, float]:
    """One writer with one batch under way, at most one message of a session in it."""
    client: pymongo.AsyncMongoClient[dict[str, Any]] = pymongo.AsyncMongoClient(addresses.mongo_url)
    messages = client["bench"][f"messages_{size}"]
    try:
        if INDEXES["messages"]:
            await messages.create_indexes(INDEXES["messages"])
        meter, began, count = CostMeter(*trees), perf_counter(), 0
        while perf_counter() - began < seconds:
            count += 1
            await messages.insert_many([_message(place, count) for place in range(size)], ordered=False)
        cost = meter.read()
    finally:
        await client.close()
    return {
        "per_second": count * size / cost.seconds,
        "cpu_us": cost.spent["database"] / (count * size) * 1e6,
        "cores": cost.cores()["database"],
    }


def _message(place: int, seq: int) -> dict[str, Any]:
    """A document as the server stores it."""
    draft = Draft(
        session_id=SessionId(f"s_{place}"),
        epoch=1,
        fence=1,
        cmid=str(uuid.uuid4()),
        kind=MessageKind.TEXT,
        sender=Sender(SenderRole.USER, f"u_{place}", "访客"),
        text=_TEXT,
        created_at=utc_now(),
    )
    return document_of(draft, seq)


async def _publishes(
    addresses: EmbeddedAddresses, trees: list[ProcessTree], seconds: float
) -> dict[str, float]:
    heard = 0
    async with redis.asyncio.Redis.from_url(addresses.redis_url) as client:
        listener = client.pubsub()
        await listener.subscribe("hints")

        async def listen() -> None:
            nonlocal heard
            async for one in listener.listen():
                heard += one["type"] == "message"

        listening = asyncio.create_task(listen())
        meter, began, count = CostMeter(*trees), perf_counter(), 0
        while perf_counter() - began < seconds:
            pipeline = client.pipeline(transaction=False)
            for _ in range(_PIPELINED):
                pipeline.publish("hints", _HINT)
            await pipeline.execute()
            count += _PIPELINED
        await asyncio.sleep(0.2)
        cost = meter.read()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await listener.aclose()  # type: ignore[no-untyped-call]
    return {
        "per_second": count / cost.seconds,
        "cpu_us": cost.spent["redis"] / count * 1e6,
        "cores": cost.cores()["redis"],
        "heard_share": heard / count,
    }


async def _subscriptions(
    addresses: EmbeddedAddresses, trees: list[ProcessTree], count: int
) -> dict[str, float]:
    async with redis.asyncio.Redis.from_url(addresses.redis_url) as client:
        listener = client.pubsub()
        await listener.subscribe("first")
        before = sum(tree.resident_bytes("redis") for tree in trees)
        for start in range(0, count, 500):
            await listener.subscribe(*(f"wenjin:session:{start + one:024d}" for one in range(500)))
        await asyncio.sleep(1.0)
        after = sum(tree.resident_bytes("redis") for tree in trees)
        await listener.aclose()  # type: ignore[no-untyped-call]
    return {"bytes": (after - before) / count}
