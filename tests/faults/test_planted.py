"""The checker finds faults that are planted into the product. The others are tried by `make faults`."""

from pathlib import Path

import pytest

from tests.faults.planted.faults import FAULTS
from tests.faults.planted.modules import MODULES
from tests.faults.planted.runs import PLANTS, QUICKEST, Plant
from tests.faults.run import carry_out
from tests.faults.verdict import judge_file


def test_every_planted_fault_has_a_run() -> None:
    assert {one.fault for one in PLANTS} == set(FAULTS) == set(MODULES)
    assert all(set(FAULTS[one]) == set(MODULES[one]) for one in FAULTS)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("plant", [one for one in PLANTS if one.fault in QUICKEST], ids=lambda one: one.fault)
async def test_a_planted_fault_is_caught(plant: Plant, tmp_path: Path) -> None:
    verdict = judge_file(await carry_out(plant.run(tmp_path, seed=1)))
    assert plant.is_caught_by(verdict.broken), f"broken: {verdict.broken}"
