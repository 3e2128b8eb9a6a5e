"""Starts and stops the product as people do, in a folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class RunningServer:
    process_id: int
    address: str
    seconds_to_ready: float
    log_ins: dict[str, str]


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wenjin-bench-") as name:
        yield Path(name)


@contextlib.contextmanager
def running_demo(data_dir: Path) -> Iterator[RunningServer]:
    """`wenjin demo` without rate limits; stopped with SIGTERM at the end."""
    began = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, "-m", "server", "demo", "--port", "0", "--data-dir", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"WENJIN_LIMITS__ENABLED": "false", "WENJIN_LOG__LEVEL": "warning"},
    )
    try:
        address = _wait_for_ready(process)
        seconds = time.perf_counter() - began
        log_ins = json.loads((data_dir / "demo-log-ins.json").read_text())
        yield RunningServer(process.pid, address, seconds, log_ins)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for_ready(process: "subprocess.Popen[str]") -> str:
    if process.stdout is None:
        raise RuntimeError("no output to read")
    for line in process.stdout:
        if line.startswith("ready "):
            return line.split()[1]
    raise RuntimeError(f"the server ended with {process.wait()} before it was ready")


def resident_megabytes(process_id: int) -> dict[str, float]:
    """Resident memory in MB of a process and all its descendants, by name."""
    found: dict[str, float] = {}
    waiting = [process_id]
    while waiting:
        one = waiting.pop()
        children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        waiting += [int(child) for child in children]
        found[_name_of(one)] = _resident(one)
    return found


def _name_of(process_id: int) -> str:
    arguments = Path(f"/proc/{process_id}/cmdline").read_bytes().decode(errors="replace")
    for word, name in (
        ("server.models", "models"),
        ("secantus", "database"),
        ("valkey", "redis"),
    ):
        if word in arguments:
            return name
    return "server"


def _resident(process_id: int) -> float:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
