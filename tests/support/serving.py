"""Runs `wenjin serve` as people run it: a process of its own, filled with sample people and knowledge."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from server.command_line.consultant_files import import_consultants
from server.command_line.knowledge import COMMAND_LINE
from server.command_line.stores import stores_at
from server.domain.people import Role
from server.settings import Settings, Storage
from server.use_cases.import_knowledge import ImportKnowledge

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "server" / "demo"
PASSWORD = "correct horse"
TOKEN_SECRET = "a secret that tests may know, long enough for every HMAC that they may want to try"
CONSULTANTS = ("lin-zhiyuan", "zhou-minhua", "emily-hart", "chen-boyan")
"""A labour lawyer, a family lawyer, a contract lawyer who speaks English, a physician."""

_READY_SECONDS = 120
_STOP_SECONDS = 12
_LOG_CHARACTERS = 6_000

Sections = Mapping[str, Mapping[str, Any]]


@dataclass(kw_only=True)
class RunningServer:
    """One `wenjin serve`; `base` is its address. `stop` and `start` again keep database and folder."""

    folder: Path
    settings: Sections
    base: str = ""
    process: asyncio.subprocess.Process | None = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        """The end of what it has logged."""
        file = self.folder / "server.log"
        return file.read_text(encoding="utf-8", errors="replace")[-_LOG_CHARACTERS:] if file.exists() else ""

    async def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._share_what_is_understood()
        config = self.folder / "config.yaml"
        config.write_text(json.dumps(self.settings, ensure_ascii=False), encoding="utf-8")
        arguments = ["serve", "--config", str(config), "--port", "0", "--data-dir", str(self.folder / "data")]
        with (self.folder / "server.log").open("a") as log_file:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "server",
                *arguments,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(PROJECT), **self.environ},
                stdout=asyncio.subprocess.PIPE,
                stderr=log_file,
            )
        assert self.process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            line = (await self.process.stdout.readline()).decode()
        assert line.startswith("ready http://"), f"the server said {line!r}\n{self.log}"
        self.base = line.split()[1]
        self._share_what_is_understood()

    def _share_what_is_understood(self) -> None:
        """What one server of the run has worked out by its model, the next one need not."""
        own = self.folder / "data" / "cache" / "embeddings.vectors"
        shared = self.folder.parent / "embeddings.vectors"
        if own.exists():
            shutil.copy(own, shared)
        elif shared.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(shared, own)

    async def stop(self) -> None:
        """In order, as an operator would; a server that does not stop by itself is a failure."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.communicate()
        except TimeoutError:
            process.kill()
            await process.communicate()
            pytest.fail(f"the server did not stop within {_STOP_SECONDS} s\n{self.log}")


@contextlib.asynccontextmanager
async def running_server(
    folder: Path,
    *,
    mongo_url: str,
    redis_url: str,
    consultants: Sequence[str] = CONSULTANTS,
    has_knowledge: bool = False,
    **sections: Mapping[str, Any],
) -> AsyncIterator[RunningServer]:
    """A server with a database of its own, `admin`, `supervisor` and these consultants, for the block.

    All passwords are PASSWORD, limits are off, and whatever `sections` says comes on top.
    """
    settings: dict[str, dict[str, Any]] = {
        "storage": {"mongo_url": mongo_url, "database": f"live_{secrets.token_hex(4)}"},
        "redis": {"url": redis_url},
        "security": {"token_secret": TOKEN_SECRET},
        "limits": {"enabled": False},
        "log": {"level": "warning"},
    }
    for name, values in sections.items():
        settings.setdefault(name, {}).update(values)
    await _fill(settings["storage"], consultants, has_knowledge=has_knowledge)
    server = RunningServer(folder=folder, settings=settings)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


async def _fill(storage: Mapping[str, str], consultants: Sequence[str], *, has_knowledge: bool) -> None:
    settings = Settings(storage=Storage(mongo_url=storage["mongo_url"], database=storage["database"]))
    async with stores_at(settings.storage.mongo_url, settings) as stores:
        for username, name, role in (
            ("admin", "管理员", Role.ADMIN),
            ("supervisor", "王主管", Role.SUPERVISOR),
        ):
            await stores.create_account(username=username, password=PASSWORD, role=role, name=name)
        lines = [orjson.loads(line) for line in _sample("consultants.jsonl").splitlines() if line]
        chosen = [line | {"password": PASSWORD} for line in lines if line["username"] in consultants]
        if chosen:
            await import_consultants("\n".join(orjson.dumps(line).decode() for line in chosen), stores)
        if has_knowledge:
            importer = ImportKnowledge(knowledge=stores.knowledge, announce=lambda _fact: None)
            # A part of it: understanding all of it would take ten seconds of every run.
            lines_of_sample = _sample("knowledge.jsonl").splitlines(keepends=True)[:30]
            await importer(editor=COMMAND_LINE, text="".join(lines_of_sample))


def _sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")
