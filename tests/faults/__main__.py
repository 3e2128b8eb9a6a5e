"""`python -m tests.faults`: runs the fault suite by hand, and judges histories again."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.plans import LONG_ACKNOWLEDGED, LONG_ROUNDS, long_run, short_run
from tests.faults.planted.runs import PLANTS, Plant
from tests.faults.report import write_report
from tests.faults.run import Run, carry_out
from tests.faults.verdict import Verdict, judge_file, table


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.command == "check":
        return _say(judge_file(arguments.file), arguments.file)
    folder = Path(arguments.folder or tempfile.mkdtemp(prefix="wenjin-faults-"))
    if arguments.command == "planted":
        chosen = [one for one in PLANTS if not arguments.names or one.fault in arguments.names]
        return 0 if all(caught for *_, caught in _planted(chosen, folder, arguments.seed)) else 1
    if arguments.command == "short":
        return _carry_out(short_run(folder, arguments.seed))
    return _long(arguments, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    short = commands.add_parser("short", help="every disturbance once, about two minutes")
    long = commands.add_parser(
        "long", help="the proof: every disturbance several times, then the planted faults"
    )
    planted = commands.add_parser(
        "planted", help="break the product on purpose and see whether that is found"
    )
    for one in (short, long, planted):
        one.add_argument(
            "--seed", type=int, default=random.randrange(10_000), help="same seed, same schedule"
        )
        one.add_argument("--folder", help="where histories and logs go; a new temporary one by default")
    long.add_argument("--rounds", type=int, default=LONG_ROUNDS, help="how often each disturbance comes")
    long.add_argument("--acknowledged", type=int, default=LONG_ACKNOWLEDGED, help="go on until so many are")
    long.add_argument("--report", type=Path, help="a page to write the tables into, between its markers")
    planted.add_argument("names", nargs="*", help="; ".join(one.fault for one in PLANTS))
    check = commands.add_parser("check", help="judge the history of an earlier run again")
    check.add_argument("file", type=Path)
    return parser


def _carry_out(run: Run) -> int:
    print(f"seed {run.seed}, everything in {run.folder}", flush=True)
    for planned in run.planned:
        print(
            f"  {planned.at:7.1f} s  {planned.kind}"
            + (f" for {planned.seconds:g} s" if planned.seconds else "")
        )
    sys.stdout.flush()
    file = asyncio.run(carry_out(run))
    return _say(judge_file(file), file)


def _say(verdict: Verdict, file: Path) -> int:
    print(verdict.tables())
    if verdict.evidence():
        print(f"\n{verdict.evidence()}")
    print(
        f"\n{'everything holds' if verdict.holds else 'NOT EVERYTHING HOLDS'}; the history is {file}",
        flush=True,
    )
    return 0 if verdict.holds else 1


def _planted(plants: list[Plant], folder: Path, seed: int) -> list[tuple[str, str, str, bool]]:
    """(fault, rules that caught it, seconds, whether one of the expected rules did)."""
    rows = []
    for plant in plants:
        began = time.monotonic()
        broken = judge_file(
            asyncio.run(carry_out(plant.run(folder / plant.fault.replace(" ", "-"), seed)))
        ).broken
        seconds = f"{time.monotonic() - began:.0f}"
        rows.append((plant.fault, "; ".join(broken) or "NOTHING", seconds, plant.is_caught_by(broken)))
        print(
            f"{plant.fault}: {'caught by ' + rows[-1][1] if rows[-1][3] else 'NOT CAUGHT'} ({seconds} s)",
            flush=True,
        )
    return rows


def _long(arguments: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    run = long_run(
        folder / "long", arguments.seed, rounds=arguments.rounds, least_acknowledged=arguments.acknowledged
    )
    outcome = _carry_out(run)
    minutes = (time.monotonic() - began) / 60
    planted = _planted(list(PLANTS), folder, arguments.seed)
    if arguments.report:
        caught = table(
            ("planted fault", "caught by", "seconds"),
            [
                (fault, rules if is_caught else f"**NOT AS EXPECTED**: {rules}", s)
                for fault, rules, s, is_caught in planted
            ],
        )
        write_report(arguments.report, judge_file(folder / "long" / "history.jsonl"), caught, minutes)
    return outcome or int(not all(is_caught for *_, is_caught in planted))


if __name__ == "__main__":
    sys.exit(main())
