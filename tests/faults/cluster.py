"""Two machines of serving processes around one database and one Redis, all of which may be killed."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from server.embedded.database import EmbeddedDatabase
from server.embedded.redis_server import EmbeddedRedis
from server.processes import ChildProcess
from server.processes.child import LEASH
from tests.support.serving import PROJECT, TOKEN_SECRET

DATABASE_NAME = "faults"
_READY_SECONDS = 120.0
_STOP_SECONDS = 15.0
_STARTS = 4


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(slots=True)
class Shared:
    """The database and the Redis. They come back at the same address with the same password."""

    database: EmbeddedDatabase
    redis: EmbeddedRedis
    database_process: ChildProcess | None = None
    redis_process: ChildProcess | None = None

    def settings(self) -> dict[str, dict[str, Any]]:
        """For any server on top of both, fit for many people from one address."""
        return {
            "storage": {"mongo_url": self.database.url, "database": DATABASE_NAME},
            "redis": {"url": self.redis.url},
            "security": {"token_secret": TOKEN_SECRET, "access_token_seconds": 86_400},
            "limits": {"enabled": False},
            "log": {"level": "warning"},
            "embedding": {"threads": 1},
        }

    @classmethod
    def under(cls, folder: Path) -> "Shared":
        return cls(
            EmbeddedDatabase(
                storage=folder / "mongo",
                log_file=folder / "mongo.log",
                port=free_port(),
                password=secrets.token_hex(8),
            ),
            EmbeddedRedis(
                folder=folder / "redis",
                log_file=folder / "redis.log",
                port=free_port(),
                password=secrets.token_hex(8),
            ),
        )

    async def start(self) -> None:
        self.database_process = await self.database.launch()
        self.redis_process = await self.redis.launch()

    async def kill_database(self) -> None:
        await _killed(self.database_process)

    async def start_database(self) -> None:
        self.database_process = await self.database.launch()

    async def kill_redis(self) -> None:
        await _killed(self.redis_process)

    async def start_redis(self) -> None:
        self.redis_process = await self.redis.launch()

    async def stop(self) -> None:
        for process in (self.redis_process, self.database_process):
            if process is not None:
                await process.stop(within_seconds=5)


async def _killed(process: ChildProcess | None) -> None:
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        await process.exited()


@dataclass(slots=True, kw_only=True)
class Machine:
    """One `wenjin serve --workers N` with a folder and a model process of its own."""

    folder: Path
    settings: Mapping[str, Mapping[str, Any]]
    workers: int
    port: int
    environ: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Returns when every worker is ready. Tries again as an operator's supervisor would: the database
        may be away just then."""
        for _ in range(_STARTS):
            if await self._start():
                return
        raise RuntimeError(f"{self.folder.name} does not start, see server.log")

    async def _start(self) -> bool:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._borrow_embeddings()
        config = self.folder / "config.yaml"
        config.write_text(json.dumps(self.settings, ensure_ascii=False), encoding="utf-8")
        arguments = [
            "-m", "server", "serve", "--config", str(config), "--port", str(self.port),
            "--workers", str(self.workers), "--data-dir", str(self.folder / "data"),
        ]  # fmt: skip
        with (self.folder / "server.log").open("a") as log_file:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), sys.executable, *arguments),
                cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=log_file,
                env={**os.environ, "PYTHONPATH": str(PROJECT), **self.environ},
            )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            line = (await self.process.stdout.readline()).decode()
        if not line:
            await self.process.wait()
        return line.startswith("ready http://")

    def _borrow_embeddings(self) -> None:
        """What one machine has worked out by its model, the others need not."""
        own = self.folder / "data" / "cache" / "embeddings.vectors"
        shared = self.folder.parent / "embeddings.vectors"
        if own.exists():
            shutil.copy(own, shared)
        elif shared.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared, own)

    async def is_ready(self) -> None:
        """Waits until it says so for all that it needs."""
        async with asyncio.timeout(_READY_SECONDS), aiohttp.ClientSession() as http:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with http.get(f"{self.base}/readyz") as answer:
                        if answer.status == HTTPStatus.OK:
                            return
                await asyncio.sleep(0.1)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def worker_pids(self) -> list[int]:
        """Those who serve: the workers, or the process itself where there is only one."""
        if self.workers == 1:
            return [self.pid]
        return [pid for pid in children_of(self.pid) if b"server.command_line.worker" in command_of(pid)]

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def kill(self) -> None:
        """SIGKILL of the parent alone; its children must go by themselves."""
        children = children_of(self.pid)
        self.send(signal.SIGKILL)
        assert self.process is not None
        await self.process.wait()
        async with asyncio.timeout(_STOP_SECONDS):
            while any(is_alive(pid) for pid in children):
                await asyncio.sleep(0.05)

    async def stop(self) -> int:
        """In order, by SIGTERM; the exit code."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.send(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                return await self.process.wait()
        except TimeoutError:
            await self.kill()
            return -signal.SIGKILL


def children_of(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_alive(pid: int) -> bool:
    """False also for what has ended and waits for an absent parent to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
