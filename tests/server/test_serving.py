"""`wenjin serve` and `wenjin demo` as processes: they get ready, share their folder and leave nothing."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ENVIRON = {**os.environ, "PYTHONPATH": str(PROJECT), "WENJIN_LOG__LEVEL": "warning"}
STOP_SECONDS = 10


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    with (folder / "stderr").open("a") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "server", *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=ENVIRON,
        )


@contextlib.contextmanager
def served(folder: Path, *arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process and its address; what is still running at the end is killed."""
    process = start(folder, *arguments)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+\n", line), (folder / "stderr").read_text()
        yield process, line.split()[1]
    finally:
        process.kill()
        process.communicate()


def descendants(process_id: int) -> set[int]:
    """All living children of a process and theirs."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            parents[int(entry.name)] = int(fields[1])
    found = {process_id}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process_id}


def until_all_gone(process_ids: set[int]) -> None:
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{process_id}/cmdline").exists() for process_id in process_ids):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_and_leaves_no_child(tmp_path: Path, number: signal.Signals) -> None:
    with served(tmp_path, "serve", "--port", "0") as (process, address):
        with urllib.request.urlopen(f"{address}/healthz") as answer:
            assert answer.status == 200
        children = descendants(process.pid)
        assert len(children) == 3
        process.send_signal(number)
        assert process.wait(STOP_SECONDS) == 0
        until_all_gone(children)
    assert "Traceback" not in (tmp_path / "stderr").read_text(encoding="utf-8")


def test_a_signal_while_it_is_still_starting_ends_it_too(tmp_path: Path) -> None:
    """With the sample data in an empty folder it embeds for many seconds before it is ready."""
    process = start(tmp_path, "demo", "--port", "0")
    try:
        deadline = time.monotonic() + 30
        while len(descendants(process.pid)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        children = descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(STOP_SECONDS) == 0
        until_all_gone(children)
    finally:
        process.kill()
        output, _ = process.communicate()
    assert "ready" not in output


def test_killing_it_leaves_no_child_and_the_next_one_starts(tmp_path: Path) -> None:
    with served(tmp_path, "serve", "--port", "0") as (process, _):
        children = descendants(process.pid)
        process.kill()
        process.wait()
        until_all_gone(children)
    with served(tmp_path, "serve", "--port", "0"):
        pass


def test_commands_work_on_the_folder_of_a_running_server_and_a_second_one_is_refused(tmp_path: Path) -> None:
    with served(tmp_path, "serve", "--port", "0") as (process, _):
        second = start(tmp_path, "serve", "--port", "0")
        assert second.wait(60) == 1
        second.communicate()
        assert f"error: data_folder_busy: {tmp_path}/data is in use" in (tmp_path / "stderr").read_text()
        created = subprocess.run(
            [sys.executable, "-m", "server", "create-user", "alice", "--role", "admin", "--password-stdin"],
            cwd=tmp_path,
            input="a long password\n",
            capture_output=True,
            text=True,
            check=True,
            env=ENVIRON,
        )
        assert created.stdout.startswith("created admin alice ")
        assert process.poll() is None


def test_a_port_that_is_taken_is_one_readable_line(tmp_path: Path) -> None:
    with served(tmp_path, "serve", "--port", "0") as (_, address):
        other = tmp_path / "other"
        other.mkdir()
        second = start(other, "serve", "--port", address.rpartition(":")[2])
        assert second.wait(60) == 1
        second.communicate()
        assert re.search(
            r"^error: system: .*address already in use", (other / "stderr").read_text(), re.MULTILINE
        )


def test_the_demo_prints_log_ins_that_stay_the_same(tmp_path: Path) -> None:
    def log_ins() -> list[str]:
        with served(tmp_path, "demo", "--port", "0") as (process, _):
            assert process.stdout is not None
            process.send_signal(signal.SIGTERM)
            return re.findall(r"(\S+ / \S+)$", process.stdout.read(), re.MULTILINE)

    first = log_ins()
    assert {"admin", "supervisor"} <= {line.split()[0] for line in first}
    assert len(first) > 10
    assert log_ins() == first
