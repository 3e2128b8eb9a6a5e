"""The embedded MongoDB-compatible server: SecantusDB, with a password of its own."""

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from server.processes import ChildFailed, ChildProcess, Command

USER = "wenjin"
START_SECONDS = 30.0
STOP_SECONDS = 4.0
_PROGRAM = Path(__file__).with_name("secantus_program.py")
_CACHE_SIZE = "256M"
_PROBE_MS = 1_000
_AUTHENTICATION_FAILED = 18
_USER_EXISTS = 51003

# Without j: true SecantusDB acknowledges writes that a SIGKILL loses; with retryable writes it becomes seven
# times slower after 10,000 of them. Both are part of the address, so that no client can forget them.
_OPTIONS = "authSource=admin&retryWrites=false&w=majority&journal=true"


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedDatabase:
    """Where it stores, where it listens, and with which password; always on loopback."""

    storage: Path
    log_file: Path
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"mongodb://{USER}:{quote(self.password)}@127.0.0.1:{self.port}/?{_OPTIONS}"

    @property
    def _open_url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/"

    async def launch(self) -> ChildProcess:
        """Starts it and logs in; makes the user first where the storage does not know it yet."""
        if not (self.storage / "WiredTiger").exists():
            await self._make_user()
        child = await self._start_protected()
        if child is None:  # the password file was lost: whoever has the folder may set a new one
            await self._make_user()
            child = await self._start_protected()
        if child is None:
            raise ChildFailed("the embedded database refuses its own password")
        return child

    async def _start_protected(self) -> ChildProcess | None:
        """None when it does not know our password."""
        child = await self._start(is_protected=True)
        try:
            if await asyncio.to_thread(self._may_log_in):
                return child
        except BaseException:
            await child.stop(within_seconds=STOP_SECONDS)
            raise
        await child.stop(within_seconds=STOP_SECONDS)
        return None

    async def _start(self, *, is_protected: bool) -> ChildProcess:
        self.storage.mkdir(mode=0o700, parents=True, exist_ok=True)
        # An explicit, empty file: otherwise a secantusd.toml in the working or the home folder would be read.
        configuration = self.storage.with_name(f"{self.storage.name}.toml")
        configuration.touch(mode=0o600)
        arguments = [
            sys.executable, "-P", str(_PROGRAM),
            "--config", str(configuration), "--storage-path", str(self.storage),
            "--host", "127.0.0.1", "--port", str(self.port),
            "--cache-size", _CACHE_SIZE, "--log-level", "WARNING",
        ]  # fmt: skip
        if is_protected:
            arguments.append("--auth")
        command = Command(
            name="embedded database",
            arguments=tuple(arguments),
            log_file=self.log_file,
            wake_to_stop=self._wake,
        )
        child = await ChildProcess.start(command)
        try:
            await child.answers(self._pings, within_seconds=START_SECONDS)
        except BaseException:
            await child.stop(within_seconds=STOP_SECONDS)
            raise
        return child

    async def _make_user(self) -> None:
        child = await self._start(is_protected=False)
        try:
            await asyncio.to_thread(self._create_or_update_user)
        finally:
            await child.stop(within_seconds=STOP_SECONDS)

    def _create_or_update_user(self) -> None:
        with _client(self._open_url) as client:
            roles = [{"role": "root", "db": "admin"}]
            try:
                client.admin.command("createUser", USER, pwd=self.password, roles=roles)
            except OperationFailure as error:
                if error.code != _USER_EXISTS:
                    raise ChildFailed(f"the embedded database cannot make its user: {error}") from error
                client.admin.command("updateUser", USER, pwd=self.password, roles=roles)

    async def _pings(self) -> bool:
        return await asyncio.to_thread(self._says_hello)

    def _says_hello(self) -> bool:
        with _client(self._open_url) as client:
            try:
                client.admin.command("hello")
            except PyMongoError:
                return False
            return True

    def _may_log_in(self) -> bool:
        with _client(self.url) as client:
            try:
                client.admin.list_collection_names()
            except PyMongoError as error:
                if isinstance(error, OperationFailure) and error.code == _AUTHENTICATION_FAILED:
                    return False
                raise ChildFailed(f"the embedded database refuses a log-in: {error}") from error
            return True

    async def _wake(self) -> None:
        """It waits two seconds at its end for a thread that only a new connection wakes."""
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            await writer.wait_closed()


def _client(url: str) -> MongoClient[dict[str, object]]:
    # Not the asyncio client: that one leaves the sockets of its monitors open when it is closed early.
    return MongoClient(
        url, directConnection=True, serverSelectionTimeoutMS=_PROBE_MS, connectTimeoutMS=_PROBE_MS
    )
