"""Messages a second, stored, acknowledged and delivered, against relays on the same machine, in turns.

A is Wenjin; B a plain Node.js relay with one durable insert a message into the same kind of database; C a
python-socketio relay and D a Node.js relay that store nothing.
"""

import argparse
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bench import people
from bench.figures import Figures, machine, median_of, quantiles, ratio, say, table
from bench.load import Tally, closed_loop
from bench.machine import Cost, CostMeter, load_average
from bench.people import Pair
from bench.running_server import (
    NO_BOT,
    QUIET,
    RunningServer,
    running_bare_relay,
    running_node_relay,
    running_wenjin,
    temporary_folder,
)

NAMES = {
    "A": "A wenjin",
    "B": "B node, one insert a message",
    "C": "C python-socketio, stores nothing",
    "D": "D node, stores nothing",
}


_SHOWN_CORES = ("server", "database", "redis", "client", "others")


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    server: RunningServer
    pairs: list[Pair]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--of", default="ABC", help="which of A, B, C, D; in turns in this order")
    parser.add_argument("--workers", type=int, default=1, help="serving processes of Wenjin")


async def run(options: argparse.Namespace) -> Figures:
    async with contextlib.AsyncExitStack() as stack:
        contestants = [
            await stack.enter_async_context(contestant(letter, options.pairs, options.workers))
            for letter in options.of
        ]
        turns: dict[str, list[dict[str, float]]] = {letter: [] for letter in options.of}
        for number in range(options.turns):
            for one in contestants:
                say(f"turn {number + 1}, {NAMES[one.name]} …")
                turns[one.name].append(await _turn(one, options.seconds))
    medians = {letter: median_of(runs) for letter, runs in turns.items()}
    table(
        f"{options.pairs} pairs, closed loop, median of {options.turns} turns of {options.seconds:g} s",
        [(NAMES[letter], figures) for letter, figures in medians.items()],
    )
    ratios = {
        f"A/{letter}": ratio(medians["A"]["per_second"], medians[letter]["per_second"])
        for letter in options.of
        if "A" in medians and letter != "A"
    }
    say(f"messages a second, ratios: {ratios}")
    return {
        "benchmark": "throughput",
        **machine(),
        "options": vars(options),
        "median": medians,
        "ratios": ratios,
        "turns": turns,
    }


@contextlib.asynccontextmanager
async def contestant(letter: str, pairs: int, workers: int = 1) -> AsyncIterator[Contestant]:
    """Started, with `pairs` sessions that two people talk in."""
    say(f"starting {NAMES[letter]} …")
    async with contextlib.AsyncExitStack() as stack:
        if letter == "A":
            server, talkers = await stack.enter_async_context(wenjin_with_pairs(pairs, workers=workers))
        else:
            relay = running_bare_relay() if letter == "C" else running_node_relay(stores=letter == "B")
            server = await stack.enter_async_context(relay)
            talkers = await people.relay_pairs(server.address, pairs)
        stack.callback(people.hang_up, talkers)
        yield Contestant(letter, server, talkers)


@contextlib.asynccontextmanager
async def wenjin_with_pairs(
    pairs: int, *, workers: int = 1, program: tuple[str, ...] = ("-m", "server")
) -> AsyncIterator[tuple[RunningServer, list[Pair]]]:
    """Without the bot: what is measured is the way of a message from person to person."""
    with temporary_folder() as folder:
        usernames = await people.import_consultants(folder, pairs, capacity=1)
        command = ("serve", "--workers", str(workers)) if workers > 1 else ("serve",)
        async with running_wenjin(folder, QUIET | NO_BOT, command=command, program=program) as server:
            yield server, await people.active_pairs(server.address, usernames, sessions=pairs, capacity=1)


async def _turn(one: Contestant, seconds: float) -> dict[str, float]:
    meter = CostMeter(*one.server.trees)
    tally = await closed_loop(one.pairs, seconds)
    return turn_figures(tally, meter, seconds)


def turn_figures(tally: Tally, meter: CostMeter, seconds: float) -> dict[str, float]:
    """The cost is that of the whole turn, warm-up included, so all messages of the turn share it."""
    cost = meter.read()
    count = len(tally.counted_at)
    if tally.refused or tally.lost:
        say(f"  refused: {dict(tally.refused)}, lost: {tally.lost}")
    return {
        "per_second": count / seconds,
        **{f"ack_{name}": value for name, value in quantiles(tally.to_ack).items()},
        **{f"seen_{name}": value for name, value in quantiles(tally.to_seen).items()},
        **cost_figures(cost, count * cost.seconds / seconds),
    }


def cost_figures(cost: Cost, messages: float) -> dict[str, float]:
    """Processor microseconds a message, of the server alone and with all that it needs; cores in use."""
    cores = cost.cores()
    return {
        "server_us": cost.spent["server"] / messages * 1e6,
        "all_us": sum(cost.spent.values()) / messages * 1e6,
        **{f"{kind}_cores": cores.get(kind, 0.0) for kind in _SHOWN_CORES},
        "load_average": load_average(),
    }
