"""How long a start takes, what a resting server holds in memory, and how fast the bot first answers."""

import argparse
import asyncio
import time
import uuid
from typing import Any

import orjson

from bench import people
from bench.figures import Figures, machine, quantiles, say, table
from bench.running_server import QUIET, running_wenjin, temporary_folder
from bench.wire_client import WireClient

QUESTIONS = (
    "怎么申请退款？",
    "发票怎么开",
    "会员怎么续费",
    "How do I get a refund?",
    "Can I reschedule my booking?",
    "视频没有声音怎么办",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="of six questions")
    parser.add_argument("--rest", type=float, default=5.0, help="seconds before memory is read")


async def run(options: argparse.Namespace) -> Figures:
    with temporary_folder() as folder:
        say("starting for the first time (embeds the sample knowledge) …")
        async with running_wenjin(folder, QUIET, command=("demo",)) as server:
            first_start = server.seconds_to_ready
        say("starting for the second time …")
        async with running_wenjin(folder, QUIET, command=("demo",)) as server:
            second_start = server.seconds_to_ready
            await asyncio.sleep(options.rest)
            memory = server.tree.resident_megabytes()
            say("first answers of the bot …")
            seconds = [
                await _ask(server.address, QUESTIONS[number % len(QUESTIONS)])
                for number in range(options.rounds * len(QUESTIONS))
            ]
    figures: dict[str, Any] = {
        "starts_s": {"first": first_start, "second": second_start},
        "memory_mb": memory,
        "bot_answer": {"first_ms": seconds[0] * 1000, **quantiles(seconds)},
    }
    table("start, rest, first answer", list(figures.items()))
    return {"benchmark": "startup", **machine(), **figures}


async def _ask(address: str, question: str) -> float:
    """Seconds from `session:start` with a question to the bot's message."""
    visitor = (await people.make_visitors(address, 1))[0]
    client = await WireClient.connect(address, visitor.token)
    answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def hear(push: bytes) -> None:
        is_bots = push.startswith(b'["message"') and orjson.loads(push)[1]["message"]["from"]["role"] == "bot"
        if is_bots and not answered.done():
            answered.set_result(time.perf_counter())

    client.on_push = hear
    began = time.perf_counter()
    await client.call("session:start", {"text": question, "cmid": str(uuid.uuid4())})
    async with asyncio.timeout(10):
        seconds = await answered - began
    client.close()
    return seconds
