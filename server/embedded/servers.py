"""Gives a command the addresses of its database and Redis, and runs the embedded ones where nobody does."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

import structlog

from server.embedded import database, redis_server
from server.embedded.data_folder import DataFolder, DataFolderBusy, Running
from server.embedded.database import EmbeddedDatabase
from server.embedded.redis_server import EmbeddedRedis
from server.processes import ChildFailed, ChildProcess, Supervisor
from server.settings import Settings
from server.settings.sections import EMBEDDED

_ATTACH_SECONDS = 45.0
_ATTACH_PAUSE_SECONDS = 0.05
_PORT_TRIES = 3

_log = structlog.get_logger(__name__)


class Purpose(StrEnum):
    """`serve` refuses a folder that another `serve` runs; a `command` joins it."""

    SERVE = "serve"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedAddresses:
    """Where database and Redis are, embedded or not; `is_owner`: this process runs the embedded ones."""

    mongo_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    is_owner: bool


Restarted = Callable[[str], Awaitable[None]]


@contextlib.asynccontextmanager
async def embedded_servers(
    folder: DataFolder,
    settings: Settings,
    *,
    purpose: Purpose,
    restarted: Restarted | None = None,
) -> AsyncIterator[EmbeddedAddresses]:
    """Addresses for the length of the block; what this call started is stopped at its end.

    A child that dies inside the block is started again on the same port, and `restarted` is awaited with
    "mongo" or "redis". Raises DataFolderBusy and ChildFailed. From the main thread only.
    """
    wants_mongo, wants_redis = settings.storage.mongo_url == EMBEDDED, settings.redis.url == EMBEDDED
    if not wants_mongo and not wants_redis:
        yield _addresses(settings, None, is_owner=False)
        return
    async with contextlib.AsyncExitStack() as stack:
        running = await _own_or_join(folder, stack, purpose)
        if running is not None:
            yield _addresses(settings, running, is_owner=False)
            return
        await asyncio.to_thread(folder.end_leftovers)
        supervisors = _Supervisors(
            folder, wants_mongo=wants_mongo, wants_redis=wants_redis, restarted=restarted
        )
        stack.push_async_callback(supervisors.stop)
        running = await supervisors.start()
        yield _addresses(settings, running, is_owner=True)


async def _own_or_join(
    folder: DataFolder, stack: contextlib.AsyncExitStack, purpose: Purpose
) -> Running | None:
    """None: the folder's lock is now ours, for as long as `stack` lives. Else: the running servers to use."""
    deadline = time.monotonic() + _ATTACH_SECONDS
    while True:
        try:
            stack.enter_context(folder.owned(purpose))
        except DataFolderBusy:
            owner, _ = folder.owner()
            if owner == Purpose.SERVE:
                if purpose is Purpose.SERVE:
                    raise
                running = folder.announced()
                if running is not None:
                    return running
            # Otherwise a command that will be gone soon, or a `serve` that is still starting.
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(_ATTACH_PAUSE_SECONDS)
        else:
            return None


def _addresses(settings: Settings, running: Running | None, *, is_owner: bool) -> EmbeddedAddresses:
    mongo_url, redis_url = settings.storage.mongo_url, settings.redis.url
    if mongo_url == EMBEDDED:
        mongo_url = (running.mongo_url if running else None) or ""
    if redis_url == EMBEDDED:
        redis_url = (running.redis_url if running else None) or ""
    if not mongo_url or not redis_url:
        raise DataFolderBusy("the running server uses another database or Redis than these settings say")
    return EmbeddedAddresses(mongo_url=mongo_url, redis_url=redis_url, is_owner=is_owner)


class _Supervisors:
    """The children of one owner, announced to commands under `run/embedded.json`."""

    def __init__(
        self, folder: DataFolder, *, wants_mongo: bool, wants_redis: bool, restarted: Restarted | None
    ) -> None:
        self._folder = folder
        self._restarted = restarted
        self._wanted = [
            name for name, is_wanted in (("mongo", wants_mongo), ("redis", wants_redis)) if is_wanted
        ]
        self._supervisors: dict[str, Supervisor] = {}
        self._urls: dict[str, str] = {}

    async def start(self) -> Running:
        outcomes = await asyncio.gather(*(self._start(name) for name in self._wanted), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        return self._announce()

    async def stop(self) -> None:
        self._folder.withdraw()
        await asyncio.gather(*(supervisor.stop() for supervisor in self._supervisors.values()))

    async def _start(self, name: str) -> None:
        for tries_left in range(_PORT_TRIES - 1, -1, -1):
            url, launch = self._server(name, _free_port())
            supervisor = Supervisor(
                name,
                launch,
                restarted=lambda: self._after_restart(name),
                stop_seconds=max(database.STOP_SECONDS, redis_server.STOP_SECONDS),
            )
            started = time.monotonic()
            try:
                await supervisor.start()
            except ChildFailed:
                if tries_left == 0:
                    raise
                continue  # most likely another process took the port in between
            self._supervisors[name], self._urls[name] = supervisor, url
            _log.debug("embedded_server_started", server=name, seconds=round(time.monotonic() - started, 2))
            return

    def _server(self, name: str, port: int) -> tuple[str, Callable[[], Awaitable[ChildProcess]]]:
        folder, secrets = self._folder, self._folder.secrets()
        log_file = folder.logs / f"{name}.log"
        server: EmbeddedDatabase | EmbeddedRedis
        if name == "mongo":
            server = EmbeddedDatabase(
                storage=folder.mongo, log_file=log_file, port=port, password=secrets.mongo_password
            )
        else:
            server = EmbeddedRedis(
                folder=folder.redis, log_file=log_file, port=port, password=secrets.redis_password
            )
        return server.url, server.launch

    async def _after_restart(self, name: str) -> None:
        self._announce()
        if self._restarted is not None:
            await self._restarted(name)

    def _announce(self) -> Running:
        children = [supervisor.child for supervisor in self._supervisors.values()]
        running = Running(
            mongo_url=self._urls.get("mongo"),
            redis_url=self._urls.get("redis"),
            process_ids=tuple(child.pid for child in children if child is not None),
        )
        self._folder.announce(running)
        return running


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
