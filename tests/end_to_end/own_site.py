"""A whole Wenjin of its own, set up as its operator would: by the command line, with embedded servers."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PROJECT = Path(__file__).parents[2]
SAMPLES = PROJECT / "server" / "demo"
STAFF_PASSWORD = "a staff password for tests"
STAFF = {"admin": ("admin", "管理员"), "supervisor": ("supervisor", "王主管")}
"""Username to role and name."""

_READY_SECONDS = 120
_STOP_SECONDS = 15
_LOG_CHARACTERS = 6_000


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@dataclass(kw_only=True)
class OwnSite:
    """One `wenjin serve`. It keeps its port, so that pages find it again after `stop` and `start`."""

    folder: Path
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    passwords: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """The end of what it has logged."""
        file = self.folder / "server.log"
        return file.read_text(encoding="utf-8", errors="replace")[-_LOG_CHARACTERS:] if file.exists() else ""

    async def run(self, *arguments: str, typed: str = "") -> str:
        """Runs a command on the site's data folder and gives what it prints."""
        with (self.folder / "server.log").open("a") as errors:
            process = await self._start_process(*arguments, errors=errors.fileno())
            printed, _ = await process.communicate(typed.encode())
        assert process.returncode == 0, f"wenjin {' '.join(arguments)} failed\n{self.log}"
        return printed.decode()

    async def start(self) -> None:
        with (self.folder / "server.log").open("a") as errors:
            process = await self._start_process("serve", "--port", str(self.port), errors=errors.fileno())
        self.process = process
        assert process.stdout is not None
        async with asyncio.timeout(_READY_SECONDS):
            line = (await process.stdout.readline()).decode()
        assert line == f"ready {self.base}\n", f"the server said {line!r}\n{self.log}"

    async def stop(self) -> None:
        """Ends all its processes in order."""
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

    async def as_staff(self, method: str, path: str, body: object = None, *, username: str = "admin") -> Any:
        """What the HTTP interface answers to this member of the staff."""
        log_in = {"username": username, "password": self.passwords[username]}
        async with aiohttp.ClientSession(self.base) as http:
            async with http.post("/api/auth/login", json=log_in) as answer:
                token = (await answer.json())["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            async with http.request(method, path, json=body, headers=headers) as answer:
                answer.raise_for_status()
                return await answer.json()

    async def _start_process(self, *arguments: str, errors: int) -> asyncio.subprocess.Process:
        config = self.folder / "config.yaml"
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server",
            *arguments,
            "--config",
            str(config),
            "--data-dir",
            str(self.folder / "data"),
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )


@contextlib.asynccontextmanager
async def own_site(
    folder: Path, *, has_samples: bool = True, **sections: Mapping[str, Any]
) -> AsyncIterator[OwnSite]:
    """A served site with `admin` and `supervisor`, and with the sample knowledge and consultants."""
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Mapping[str, Any]] = {
        "log": {"level": "warning"},
        "limits": {"enabled": False},
        **sections,
    }
    (folder / "config.yaml").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
    site = OwnSite(folder=folder, settings=settings)
    try:
        for username, (role, name) in STAFF.items():
            await site.run(
                "create-user",
                username,
                "--role",
                role,
                "--name",
                name,
                "--password-stdin",
                typed=STAFF_PASSWORD + "\n",
            )
            site.passwords[username] = STAFF_PASSWORD
        if has_samples:
            printed = await site.run("consultants", "import", str(SAMPLES / "consultants.jsonl"))
            site.passwords |= dict(line.split("\t") for line in printed.splitlines() if "\t" in line)
            await site.run("faq", "import", str(SAMPLES / "knowledge.jsonl"))
        await site.start()
        yield site
    finally:
        await site.stop()
