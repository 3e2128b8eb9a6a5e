"""`python -m bench NAME …` runs one benchmark, `python -m bench` a set: tables, then one JSON object."""

import argparse
import asyncio
import signal
from collections.abc import Coroutine
from types import ModuleType
from typing import Any

import uvloop

from bench import (
    answers,
    business,
    connections,
    endurance,
    failover,
    knowledge,
    latency,
    matching,
    parts,
    presence,
    profile,
    scaling,
    startup,
    throughput,
)
from bench.figures import print_json, say
from bench.summary import print_summary

BENCHMARKS: dict[str, ModuleType] = {
    "startup": startup,
    "throughput": throughput,
    "latency": latency,
    "endurance": endurance,
    "business": business,
    "connections": connections,
    "failover": failover,
    "scaling": scaling,
    "parts": parts,
    "answers": answers,
    "knowledge": knowledge,
    "matching": matching,
    "presence": presence,
    "profile": profile,
}
SET = ("startup", "throughput", "latency", "business", "connections", "failover", "scaling")


def main() -> None:
    parser = _parser()
    options = parser.parse_args()
    if options.name:
        print_json(_run(options))
        return
    results: dict[str, Any] = {}
    for name in SET:
        say(f"\n== {name}")
        results[name] = _run(parser.parse_args([name]))
    print_summary(results)
    print_json(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = parser.add_subparsers(dest="name", metavar="NAME")
    for name, module in BENCHMARKS.items():
        summary = (module.__doc__ or "").split("\n", 1)[0]
        module.add_options(
            names.add_parser(name, help=summary.replace("%", "%%"), description=module.__doc__)
        )
    return parser


def _run(options: argparse.Namespace) -> dict[str, Any]:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_until_told_to_stop(BENCHMARKS[options.name].run(options)))


async def _until_told_to_stop(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """SIGTERM ends the work in order, so that no server and no folder is left behind."""
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


if __name__ == "__main__":
    main()
