"""Versions of the policy on the command line: kept, put in force, taken back, with who and when."""

import json
import secrets
import subprocess
from pathlib import Path

import pytest

from matching.policies import SHIPPED
from tests.server.test_command_line import wenjin


@pytest.fixture
def folder(tmp_path: Path, mongo_url: str, redis_url: str) -> Path:
    """With settings for a database of its own: starting one for each command would take a second each."""
    settings = {
        "storage": {"mongo_url": mongo_url, "database": f"policies_{secrets.token_hex(4)}"},
        "redis": {"url": redis_url},
        "embedding": {"threads": 1},
    }
    (tmp_path / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    return tmp_path


def told(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def refused(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 1, ended.stdout
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip().splitlines()[-1]


def version(folder: Path, **content: object) -> str:
    file = folder / f"{content['name']}.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file.name


def in_force(folder: Path) -> str:
    listed = json.loads(told(wenjin("policy", "list", "--json", folder=folder)))
    (name,) = [one["name"] for one in listed["policies"] if one["in_force"]]
    return str(name)


def test_a_version_is_kept_put_in_force_and_taken_back_with_a_name_and_a_time(folder: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return wenjin("policy", *arguments, folder=folder)

    told(run("add", version(folder, name="even-1", weights={"load": 2}), "--by", "林主管"))
    assert json.loads(told(run("show", "even-1")))["weights"]["load"] == 2
    assert "add --yes" in refused(run("activate", "even-1")), "nothing is logged: a loss can't be ruled out"
    assert in_force(folder) == SHIPPED.name
    told(run("activate", "even-1", "--yes", "--by", "林主管\n"))
    assert in_force(folder) == "even-1"
    told(run("rollback"))
    listed = json.loads(told(run("list", "--json")))
    assert [one["name"] for one in listed["policies"] if one["in_force"]] == [SHIPPED.name]
    log = [(one["number"], one["kind"], one["policy"]) for one in listed["activations"]]
    assert log == [(2, "rollback", SHIPPED.name), (1, "activate", "even-1")]
    assert listed["activations"][1]["by"] == "林主管"
    assert listed["activations"][0]["by"]
    assert all(one["at"].endswith("Z") for one in listed["activations"])


def test_what_is_wrong_with_a_version_is_said_in_one_line(folder: Path) -> None:
    def add(**content: object) -> str:
        return refused(wenjin("policy", "add", version(folder, **content), folder=folder))

    assert add(name="a", weights={"lod": 1}).startswith("error: bad_request: weights has no lod")
    assert "names what people decide by hand" in add(name="claimed")
    assert add(name=SHIPPED.name).startswith("error: conflict")
    (folder / "torn.json").write_text('{"name": ', encoding="utf-8")
    assert "is not JSON" in refused(wenjin("policy", "add", "torn.json", folder=folder))
    assert refused(wenjin("policy", "activate", "nobody", "--yes", folder=folder)).startswith(
        "error: not_found"
    )


def test_replaying_an_empty_log_says_so(folder: Path) -> None:
    ended = wenjin("replay", "--policy", SHIPPED.name, folder=folder)
    assert refused(ended) == "error: not_found: no decision is logged"


def test_a_time_that_is_none_is_refused(folder: Path) -> None:
    ended = wenjin("replay", "--policy", SHIPPED.name, "--from", "yesterday", folder=folder)
    assert refused(ended).startswith("error: bad_request: 'yesterday' is not a time")
