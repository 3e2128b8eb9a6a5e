"""What people wait at 30, 60 and 90 % of capacity, open loop: Wenjin and a bare relay, in turns.

Each is loaded with a share of its own capacity, which is measured first with the same pairs in a closed loop.
"""

import argparse
import contextlib
from typing import Any

from bench.figures import Figures, machine, median_of, quantiles, ratio, say, table
from bench.load import closed_loop, open_loop
from bench.machine import CostMeter
from bench.throughput import NAMES, Contestant, contestant, cost_figures


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--of", default="AC", help="which of A, B, C, D")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.3, 0.6, 0.9])


async def run(options: argparse.Namespace) -> Figures:
    rows: list[tuple[str, dict[str, Any]]] = []
    async with contextlib.AsyncExitStack() as stack:
        contestants = [
            await stack.enter_async_context(contestant(letter, options.pairs)) for letter in options.of
        ]
        capacity = {}
        for one in contestants:
            tally = await closed_loop(one.pairs, options.seconds, warm_up=3.0)
            capacity[one.name] = len(tally.counted_at) / options.seconds
            say(f"capacity of {NAMES[one.name]}: {capacity[one.name]:,.0f} messages/s")
        for share in options.shares:
            runs: dict[str, list[dict[str, float]]] = {one.name: [] for one in contestants}
            for number in range(options.turns):
                for one in contestants:
                    say(f"turn {number + 1} at {share:.0%}, {NAMES[one.name]} …")
                    runs[one.name].append(await _turn(one, share * capacity[one.name], options.seconds))
            rows += [(f"{share:.0%} {NAMES[name]}", median_of(turns)) for name, turns in runs.items()]
    table(f"{options.pairs} pairs, open loop, median of {options.turns} turns", rows)
    figures = dict(rows)
    ratios = {
        f"{share:.0%}": ratio(
            figures[f"{share:.0%} {NAMES['A']}"]["ack_p50_ms"],
            figures[f"{share:.0%} {NAMES['C']}"]["ack_p50_ms"],
        )
        for share in options.shares
        if {"A", "C"} <= set(options.of)
    }
    say(f"send→ack at p50, A to C: {ratios}")
    return {
        "benchmark": "latency",
        **machine(),
        "options": vars(options),
        "capacity": capacity,
        "median": figures,
        "ack_p50_ratios_A_to_C": ratios,
    }


async def _turn(one: Contestant, pace: float, seconds: float) -> dict[str, float]:
    meter = CostMeter(*one.server.trees)
    tally = await open_loop(one.pairs, pace, seconds)
    cost = meter.read()
    count = len(tally.counted_at)
    return {
        "pace": pace,
        **{f"ack_{name}": value for name, value in quantiles(tally.to_ack).items()},
        **{f"seen_{name}": value for name, value in quantiles(tally.to_seen).items()},
        "lost": tally.lost + tally.refused.total(),
        **cost_figures(cost, max(1.0, count * cost.seconds / seconds)),
    }
