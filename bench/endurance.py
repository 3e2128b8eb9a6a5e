"""A hundred thousand messages one after the other: the last ten thousand must be as fast as the first."""

import argparse
from typing import Any

from bench.figures import Figures, machine, quantiles, ratio, say, table
from bench.load import closed_loop, closed_loop_of
from bench.machine import CostMeter
from bench.throughput import cost_figures, wenjin_with_pairs


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--part", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=50)


async def run(options: argparse.Namespace) -> Figures:
    parts: list[dict[str, Any]] = []
    async with wenjin_with_pairs(options.pairs) as (server, pairs):
        await closed_loop(pairs, 3.0)
        for number in range(options.messages // options.part):
            meter = CostMeter(*server.trees)
            tally = await closed_loop_of(pairs, options.part)
            cost = meter.read()
            part = {
                "per_second": options.part / cost.seconds,
                **quantiles(tally.to_ack),
                **cost_figures(cost, options.part),
                "server_mb": server.tree.resident_megabytes()["server"],
            }
            parts.append(part)
            say(f"  {(number + 1) * options.part:>8,}: {part['per_second']:,.0f} messages/s")
    last_to_first = ratio(parts[-1]["per_second"], parts[0]["per_second"])
    table(
        f"{options.messages:,} messages, {options.pairs} pairs, by {options.part:,}",
        [(f"{(number + 1) * options.part:,}", part) for number, part in enumerate(parts)],
    )
    say(f"last to first: {last_to_first}")
    return {
        "benchmark": "endurance",
        **machine(),
        "options": vars(options),
        "last_to_first": last_to_first,
        "parts": parts,
    }
