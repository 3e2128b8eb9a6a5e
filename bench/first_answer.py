"""How long a new user waits for the bot: from `session:start` with a question to the bot's message."""

import asyncio
import time
import uuid
from typing import Any

import aiohttp
import numpy as np

from bench.running_server import RunningServer
from bench.wire_client import WireClient

QUESTIONS = (
    "怎么申请退款？",
    "发票怎么开",
    "会员怎么续费",
    "How do I get a refund?",
    "Can I reschedule my booking?",
    "视频没有声音怎么办",
)


async def measure(server: RunningServer, rounds: int = 5) -> dict[str, float]:
    """`first_ms`: the very first question after the start; p50 and p99 over all."""
    async with aiohttp.ClientSession() as http:
        seconds = [
            await _ask(http, server.address, QUESTIONS[number % len(QUESTIONS)])
            for number in range(rounds * len(QUESTIONS))
        ]
    milliseconds = np.array(seconds) * 1000
    return {
        "first_ms": float(milliseconds[0]),
        "p50_ms": float(np.percentile(milliseconds, 50)),
        "p99_ms": float(np.percentile(milliseconds, 99)),
    }


async def _ask(http: aiohttp.ClientSession, base: str, question: str) -> float:
    async with http.post(f"{base}/api/visitors", json={}) as response:
        token = (await response.json())["access_token"]
    async with WireClient(http, base, token) as client:
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def watch(event: str, payload: dict[str, Any]) -> None:
            is_bot = event == "message" and payload["message"]["from"]["role"] == "bot"
            if is_bot and not answered.done():
                answered.set_result(time.perf_counter())

        client.on_event = watch
        began = time.perf_counter()
        await client.call("session:start", {"text": question, "cmid": str(uuid.uuid4())})
        return await asyncio.wait_for(answered, 10) - began
