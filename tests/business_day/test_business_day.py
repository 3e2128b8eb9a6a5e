"""Forty advisers and four hundred callers live through a day; afterwards every guarantee of routing holds."""

import os
import random
from pathlib import Path

import pytest

from tests.business_day.day import Day, live_through
from tests.business_day.verdict import judge_day_file

SEED = int(os.environ.get("WENJIN_DAY_SEED", "0")) or random.randrange(1, 10_000)


@pytest.mark.timeout(420)
@pytest.mark.parametrize("acceptance", ["offer", "auto"])
async def test_everything_that_is_promised_of_assignment_holds(acceptance: str, tmp_path: Path) -> None:
    is_offer = acceptance == "offer"
    day = Day(folder=tmp_path, seed=SEED, acceptance="offer" if is_offer else "auto")
    history = await live_through(day)
    verdict = judge_day_file(history)
    print(verdict.tables())
    assert verdict.holds, f"seed {SEED}, history {history}\n{verdict.evidence()}"
    of_offers = {"who declined is not asked again", "offers keep to their fences"}
    of_quiet_rounds = "the best who is free is chosen"
    unneeded = of_offers | {"nobody gets what they did not accept"} if not is_offer else set[str]()
    few = [
        one.rule
        for one in verdict.findings
        if not one.checked and one.rule not in {*unneeded, of_quiet_rounds} and "unknown" not in one.rule
    ]
    assert not few, f"rules that had nothing to look at: {few}"
