"""Where the serving process spends its time while 50 pairs talk: functions and stacks, by samples of a run.

The program runs as it is, inside `bench/profiled_server.py`. Shares are of samples, `self` for the function
alone, `total` with all that it calls. A sample of another thread says where it stood, not that it used the
processor: it may have waited inside C or for the interpreter lock. They are places, no processor time.
"""

import argparse
import json
import os
import signal
from collections import Counter
from pathlib import Path

from bench.figures import Figures, machine, say, table
from bench.load import closed_loop, open_loop
from bench.machine import CostMeter
from bench.running_server import temporary_folder
from bench.throughput import turn_figures, wenjin_with_pairs

_SHOWN_FRAMES = 9
_ROOTS = {"asyncio/runners:Runner.run", "futures/thread:_WorkItem.run"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--pace", type=float, default=0.0, help="messages a second, open loop; 0: closed loop"
    )
    parser.add_argument("--top", type=int, default=40)


async def run(options: argparse.Namespace) -> Figures:
    with temporary_folder() as folder:
        report = folder / "samples.json"
        program = ("-m", "bench.profiled_server", str(report))
        async with wenjin_with_pairs(options.pairs, program=program) as (server, pairs):
            await closed_loop(pairs, 2.0)
            os.kill(server.tree.process_id, signal.SIGUSR1)
            meter = CostMeter(*server.trees)
            if options.pace:
                tally = await open_loop(pairs, options.pace, options.seconds)
            else:
                tally = await closed_loop(pairs, options.seconds)
            figures = turn_figures(tally, meter, options.seconds)
            os.kill(server.tree.process_id, signal.SIGUSR2)
        stacks = read_samples(report)
    table("while it was sampled (which costs a few per cent)", [("wenjin", figures)])
    functions = show(stacks, options.top)
    return {"benchmark": "profile", **machine(), "figures": figures, "functions": functions}


def read_samples(file: Path) -> Counter[tuple[str, ...]]:
    stacks: Counter[tuple[str, ...]] = Counter()
    for *stack, count in json.loads(file.read_text()):
        stacks[_without_roots(stack)] += count
    return stacks


def _without_roots(stack: list[str]) -> tuple[str, ...]:
    """Without what every stack begins with: the way from the command line into the event loop."""
    starts = [place for place, name in enumerate(stack) if name in _ROOTS]
    kept = stack[starts[-1] + 1 :] if starts else stack
    return tuple(kept) or ("(event loop)",)


def show(stacks: Counter[tuple[str, ...]], top: int) -> dict[str, dict[str, float]]:
    """Prints functions by their own time, functions by their whole time, and the most frequent stacks."""
    alone: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for stack, count in stacks.items():
        alone[stack[-1]] += count
        for name in set(stack):
            whole[name] += count
    samples = stacks.total() or 1
    functions = {
        name: {
            "self_percent": 100 * alone[name] / samples,
            "total_percent": 100 * count / samples,
        }
        for name, count in whole.items()
    }
    by_self = sorted(functions.items(), key=lambda one: -one[1]["self_percent"])[:top]
    by_total = sorted(functions.items(), key=lambda one: -one[1]["total_percent"])[: 2 * top]
    table(f"by its own time, of {samples} samples", by_self)
    table("with what it calls", by_total)
    say("\nmost frequent stacks, innermost last")
    for stack, count in stacks.most_common(top // 2):
        say(f"  {100 * count / samples:4.1f} %  {' > '.join(stack[-_SHOWN_FRAMES:])}")
    return dict(by_self)
