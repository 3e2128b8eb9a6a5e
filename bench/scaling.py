"""Throughput with one and with two serving processes, in turns, and who uses the processors meanwhile."""

import argparse
import contextlib

from bench.figures import Figures, machine, median_of, ratio, say, table
from bench.load import closed_loop
from bench.machine import CostMeter
from bench.running_server import ServerEnded
from bench.throughput import Contestant, contestant, turn_figures


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=3)


async def run(options: argparse.Namespace) -> Figures:
    turns: dict[int, list[dict[str, float]]] = {}
    async with contextlib.AsyncExitStack() as stack:
        sizes: dict[int, Contestant] = {}
        for workers in options.workers:
            try:
                sizes[workers] = await stack.enter_async_context(contestant("A", options.pairs, workers))
            except ServerEnded as error:
                say(f"{workers} workers: not available ({str(error)[-200:]})")
        for number in range(options.turns):
            for workers, one in sizes.items():
                say(f"turn {number + 1}, {workers} workers …")
                meter = CostMeter(*one.server.trees)
                tally = await closed_loop(one.pairs, options.seconds)
                turns.setdefault(workers, []).append(turn_figures(tally, meter, options.seconds))
    medians = {workers: median_of(runs) for workers, runs in turns.items()}
    table("messages a second by workers", [(f"{one} workers", figures) for one, figures in medians.items()])
    smallest = min(medians)
    ratios = {
        f"{one}/{smallest}": ratio(figures["per_second"], medians[smallest]["per_second"])
        for one, figures in medians.items()
        if one != smallest
    }
    say(f"ratios: {ratios}")
    return {
        "benchmark": "scaling",
        **machine(),
        "options": vars(options),
        "median": {str(one): figures for one, figures in medians.items()},
        "ratios": ratios,
    }
