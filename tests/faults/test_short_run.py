"""A cluster is broken in every way once while people talk in it; afterwards all guarantees hold."""

import os
import random
from pathlib import Path

import pytest

from tests.faults.plans import short_run
from tests.faults.run import carry_out
from tests.faults.schedule import KINDS, plan
from tests.faults.verdict import judge_file

SEED = int(os.environ.get("WENJIN_FAULTS_SEED", "0")) or random.randrange(1, 10_000)


def test_a_seed_always_gives_the_same_schedule_and_every_round_has_every_kind() -> None:
    first = plan(SEED, rounds=3, vanish_seconds=30, is_short=False)
    assert first == plan(SEED, rounds=3, vanish_seconds=30, is_short=False)
    assert first != plan(SEED + 1, rounds=3, vanish_seconds=30, is_short=False)
    assert {kind: sum(one.kind == kind for one in first) for kind in KINDS} == dict.fromkeys(KINDS, 3)
    assert sorted(one.seconds for one in first if one.kind == "kill redis") == [3, 8, 30]


@pytest.mark.timeout(420)
async def test_everything_that_is_promised_holds_whatever_is_killed(tmp_path: Path) -> None:
    history = await carry_out(short_run(tmp_path, SEED))
    verdict = judge_file(history)
    print(verdict.tables())
    assert verdict.holds, f"seed {SEED}, history {history}\n{verdict.evidence()}"
    few = [one.rule for one in verdict.findings if not one.checked and "unknown" not in one.rule]
    assert not few, f"rules that had nothing to look at: {few}"
