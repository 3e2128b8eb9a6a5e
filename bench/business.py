"""A busy day: 2,000 connected clients, 1,000 sessions, 300 messages a second, and a bot that answers.

Open loop: messages are due at a fixed pace, and time runs from when they were due to the ack, and to
the moment at which the other side has them. Then the same again while the bot takes in 5,000 new phrasings.
"""

import argparse
import asyncio
import contextlib
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import aiohttp
import orjson

from bench import people
from bench.figures import Figures, machine, quantiles, rounded, say, table, worst_second
from bench.load import Tally, open_loop
from bench.machine import CostMeter, load_average
from bench.people import Pair
from bench.running_server import (
    PROJECT,
    QUIET,
    RunningServer,
    run_command,
    running_wenjin,
    temporary_folder,
)
from bench.server_metrics import LoopWatch, read_metrics
from bench.wire_client import Refused, WireClient

_SHARES = (0.5, 0.9, 0.99, 0.999)
_LATENCIES = ("send→ack", "send→seen", "question→answer", "healthz", "loop lag")
_ASKING_VISITORS = 100
_ANSWER_SECONDS = 30.0
_IMPORT_SECONDS = 600.0
_WORDS = (
    "合同",
    "工资",
    "押金",
    "退租",
    "社保",
    "加班",
    "离婚",
    "抚养",
    "税务",
    "发票",
    "签证",
    "保险",
    "装修",
    "物业",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--consultants", type=int, default=1000, help="100: each of them has ten sessions")
    parser.add_argument("--pace", type=float, default=300.0, help="messages a second")
    parser.add_argument("--questions", type=float, default=5.0, help="for the bot, a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument(
        "--phrasings", type=int, default=5000, help="imported during the second part; 0: no such part"
    )
    parser.add_argument("--workers", type=int, default=1)


async def run(options: argparse.Namespace) -> Figures:
    async with busy_wenjin(options) as (server, pairs, asking):
        parts = {"ordinary": await _part(server, pairs, asking, options)}
        if options.phrasings:
            taking_in = asyncio.create_task(_take_in(server, options.phrasings))
            parts["while_indexing"] = await _part(server, pairs, asking, options)
            parts["while_indexing"] |= {"phrasings_known_after_s": await taking_in}
        memory = server.tree.resident_megabytes()
    for name in ("ordinary", "while_indexing"):
        if name in parts:
            rows = [(key, parts[name][key]) for key in _LATENCIES]
            table(f"{options.sessions} sessions, {options.pace:g} messages/s: {name}", rows)
            say(f"  { ({key: rounded(one) for key, one in parts[name].items() if key not in _LATENCIES}) }")
    return {
        "benchmark": "business",
        **machine(),
        "options": vars(options),
        "parts": parts,
        "memory_mb": memory,
    }


@contextlib.asynccontextmanager
async def busy_wenjin(
    options: argparse.Namespace,
) -> AsyncIterator[tuple[RunningServer, list[Pair], "Asking"]]:
    """Everybody connected, every session active, the bot told the sample knowledge."""
    capacity = -(-options.sessions // options.consultants)
    with temporary_folder() as folder:
        say(f"making {options.consultants} consultants …")
        usernames = await people.import_consultants(folder, options.consultants, capacity)
        await people.create_admin(folder)
        await run_command(folder, "faq", "import", str(PROJECT / "server" / "demo" / "knowledge.jsonl"))
        command = ("serve", "--workers", str(options.workers)) if options.workers > 1 else ("serve",)
        async with running_wenjin(folder, QUIET, command=command) as server:
            began = perf_counter()
            say(f"bringing {options.sessions} sessions together …")
            pairs = await people.active_pairs(
                server.address, usernames, sessions=options.sessions, capacity=capacity
            )
            say(f"… took {perf_counter() - began:.1f} s")
            yield server, pairs, await Asking.gather(server.address)


async def _part(
    server: RunningServer, pairs: list[Pair], asking: "Asking", options: argparse.Namespace
) -> dict[str, Any]:
    say(f"{options.pace:g} messages/s and {options.questions:g} questions/s for {options.seconds:g} s …")
    before, meter = await read_metrics(server.address), CostMeter(*server.trees)
    async with LoopWatch(server.address) as watch:
        questions = asyncio.create_task(asking.ask_at_pace(options.questions, options.seconds))
        tally = await open_loop(pairs, options.pace, options.seconds, warm_up=3.0)
        await questions
    cost, after = meter.read(), await read_metrics(server.address)
    if tally.refused or tally.lost:
        say(f"  refused: {dict(tally.refused)}, lost: {tally.lost}")
    return {
        "send→ack": _spread(tally, tally.to_ack),
        "send→seen": _spread(tally, tally.to_seen),
        "question→answer": quantiles(asking.seconds(), *_SHARES),
        "healthz": watch.quantiles(*_SHARES),
        "loop lag": after.since(before).quantiles("wenjin_event_loop_lag_seconds", *_SHARES),
        "cores": cost.cores(),
        "messages": len(tally.counted_at),
        "refused_or_lost": tally.refused.total() + tally.lost,
        "answers": dict(asking.decisions),
        "load_average": load_average(),
    }


def _spread(tally: Tally, seconds: Sequence[float]) -> dict[str, float]:
    return {
        **quantiles(seconds, *_SHARES),
        "worst_second_p99_ms": worst_second(tally.counted_at, seconds),
        "max_ms": max(seconds, default=0.0) * 1000,
    }


@dataclass(slots=True)
class Asking:
    """Visitors in sessions of their own, whom the bot answers at once."""

    visitors: list[tuple[WireClient, str]]
    questions: list[str]
    decisions: Counter[str] = field(default_factory=Counter)
    _seconds: list[float] = field(default_factory=list)

    @classmethod
    async def gather(cls, address: str) -> "Asking":
        lines = (PROJECT / "server" / "demo" / "knowledge.jsonl").read_text(encoding="utf-8").splitlines()
        questions = [orjson.loads(line)["question"] for line in lines if line]
        made = await people.make_visitors(address, _ASKING_VISITORS)

        async def one(visitor: people.SignedIn) -> tuple[WireClient, str]:
            client = await WireClient.connect(address, visitor.token)
            started = await client.call("session:start", {"language": "zh"})
            return client, started["session"]["id"]

        return cls(await people.side_by_side(one, made), questions)

    def seconds(self) -> list[float]:
        """Of the questions since the last call."""
        taken, self._seconds = self._seconds, []
        return taken

    async def ask_at_pace(self, per_second: float, seconds: float) -> None:
        self.decisions.clear()
        start, asked = perf_counter(), []
        for number in range(int(per_second * seconds)):
            due = start + number / per_second
            await asyncio.sleep(max(0.0, due - perf_counter()))
            visitor = self.visitors[number % len(self.visitors)]
            asked.append(asyncio.create_task(self._ask(visitor, due)))
        await asyncio.gather(*asked)

    async def _ask(self, visitor: tuple[WireClient, str], due: float) -> None:
        client, session_id = visitor
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def hear(push: bytes) -> None:
            if push.startswith(b'["message"') and b'"role":"bot"' in push and not answered.done():
                message = orjson.loads(push)[1]["message"]
                answered.set_result(message["data"]["bot"]["decision"])

        client.on_push = hear
        question = random.choice(self.questions)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await client.call(
                    "message:send", {"session_id": session_id, "cmid": str(uuid.uuid4()), "text": question}
                )
                decision = await answered
                self._seconds.append(perf_counter() - due)
        except (TimeoutError, Refused, ConnectionError) as error:
            decision = type(error).__name__
        self.decisions[decision] += 1
        if decision == "handoff" and visitor in self.visitors:
            self.visitors.remove(visitor)  # waits for a person now; the bot is silent there


async def _take_in(server: RunningServer, phrasings: int) -> float | None:
    """Imports entries of five phrasings each; seconds until the last of them is found."""
    admin = (await people.log_in(server.address, ["bench-admin"]))[0]
    headers = {"Authorization": f"Bearer {admin.token}"}
    chance = random.Random(7)
    lines = []
    for number in range(phrasings // 5):
        texts = [f"{''.join(chance.sample(_WORDS, 3))}问题{number}第{one}种说法怎么办" for one in range(5)]
        entry = {"id": f"bench-{number}", "question": texts[0], "alternatives": texts[1:]}
        lines.append(entry | {"answer": f"第{number}条答案。", "language": "zh", "status": "published"})
    body = b"\n".join(map(orjson.dumps, lines))
    began = perf_counter()
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(f"{server.address}/api/faq/import", data=body) as response:
            if response.status >= 400:
                raise RuntimeError(f"import: {await response.text()}")
        say(f"  imported after {perf_counter() - began:.1f} s, now it is being understood …")
        while perf_counter() - began < _IMPORT_SECONDS:
            await asyncio.sleep(1.0)
            wanted = {"text": lines[-1]["question"], "limit": 1}
            async with http.post(f"{server.address}/api/faq/search", json=wanted) as response:
                entries = (await response.json()).get("entries") or [{}]
            if lines[-1]["id"] in (entries[0].get("id"), entries[0].get("entry_id")):
                return perf_counter() - began
    return None
