"""`wenjin simulate` as a person or a script meets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def simulate(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", "simulate", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "120"},
    )


def small_world(folder: Path) -> Path:
    file = folder / "world.yaml"
    file.write_text("consultants: 5\nnewcomers: 0\ntopics: 4\narrivals_by_hour: [1]\npast_ratings: 20\n")
    return file


def test_one_json_object_comes_out_and_pictures_are_drawn(tmp_path: Path) -> None:
    ended = simulate(
        "--world", str(small_world(tmp_path)), "--seeds", "2", "--occupancy", "0.6,1.1",
        "--policies", "ours,least-busy", "--plots", "pictures", "--json", folder=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout)
    assert list(figures["occupancies"]) == ["0.6", "1.1"]
    at = figures["occupancies"]["1.1"]
    assert at["best_other"] == "least-busy"
    assert at["policies"]["ours"]["occupancy"]["mean"] > 0.5
    assert at["gain_over_best_other"]["low"] <= at["gain_over_best_other"]["high"]
    pictures = {file.stem for file in (tmp_path / "pictures").iterdir()}
    assert pictures == {
        "abandonment", "estimate", "good-cases", "load", "newcomers", "occupancy", "overtaken",
        "satisfaction", "wait", "wait-median",
    }  # fmt: skip
    assert "re-implementations of published rules" in ended.stderr


def test_assumptions_can_be_varied(tmp_path: Path) -> None:
    ended = simulate(
        "--world", str(small_world(tmp_path)), "--seeds", "1", "--occupancy", "0.8", "--sensitivity",
        "--json", folder=tmp_path,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    rows = json.loads(ended.stdout)["sensitivity"]
    assert {"as assumed", "profiles say nothing", "differences in skill halved"} <= set(rows)


def test_what_is_wrong_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("consultant: 6\n")
    for arguments, line in (
        (("--occupancy", "high"), "error: bad_occupancy: "),
        (("--world", "world.yaml"), "error: bad_world: "),
    ):
        ended = simulate(*arguments, "--seeds", "1", folder=tmp_path)
        assert ended.returncode == 1
        assert ended.stderr.strip().splitlines()[-1].startswith(line)
