"""A Redis of a test's own, to be killed, paused, emptied and started again."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from server.embedded.redis_server import EmbeddedRedis
from server.embedded.servers import _free_port
from server.processes import ChildProcess


@dataclass
class OwnRedis:
    server: EmbeddedRedis
    child: ChildProcess | None = None

    @property
    def url(self) -> str:
        return self.server.url

    async def start(self) -> None:
        self.child = await self.server.launch()

    async def kill(self) -> None:
        assert self.child is not None
        os.kill(self.child.pid, signal.SIGKILL)
        await self.child.exited()

    def pause(self) -> None:
        assert self.child is not None
        os.kill(self.child.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.child is not None
        os.kill(self.child.pid, signal.SIGCONT)

    async def do(self, *command: str) -> object:
        client: Redis = Redis.from_url(self.url)
        try:
            return await client.execute_command(*command)  # type: ignore[no-untyped-call]
        finally:
            await client.aclose()


@contextlib.asynccontextmanager
async def redis_in(folder: Path) -> AsyncIterator[OwnRedis]:
    server = EmbeddedRedis(
        folder=folder / "redis", log_file=folder / "redis.log", port=_free_port(), password="own"
    )
    redis = OwnRedis(server)
    await redis.start()
    try:
        yield redis
    finally:
        if redis.child is not None and redis.child.is_running:
            with contextlib.suppress(ProcessLookupError):
                redis.go_on()
            await redis.child.stop(within_seconds=3)
