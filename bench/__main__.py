"""`python -m bench NAME …` runs one benchmark, `python -m bench` a reasonable set: a table, then JSON."""

import argparse
import asyncio
import sys

import uvloop

from bench import business, endurance, latency, profile, startup, throughput
from bench.figures import print_json

BENCHMARKS = {
    "startup": startup,
    "throughput": throughput,
    "latency": latency,
    "endurance": endurance,
    "business": business,
    "profile": profile,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    names = parser.add_subparsers(dest="name", metavar="NAME")
    for name, module in BENCHMARKS.items():
        summary = (module.__doc__ or "").split("\n", 1)[0]
        module.add_options(names.add_parser(name, help=summary, description=module.__doc__))
    options = parser.parse_args()
    if options.name is None:
        sys.exit(parser.format_help())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print_json(runner.run(BENCHMARKS[options.name].run(options)))


if __name__ == "__main__":
    main()
