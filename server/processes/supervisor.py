"""Keeps one child process alive: starts it again, with growing pauses, whenever it dies."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from server.processes.child import ChildFailed, ChildProcess

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 5.0
_STEADY_SECONDS = 30.0

_log = structlog.get_logger(__name__)


class Supervisor:
    """Owns a child between `start` and `stop`.

    `launch` starts the child and returns once it answers (or raises ChildFailed). `restarted` is awaited
    after every later launch, so that the owner can refill what the dead process held in memory.
    """

    def __init__(
        self,
        name: str,
        launch: Callable[[], Awaitable[ChildProcess]],
        *,
        restarted: Callable[[], Awaitable[None]] | None = None,
        stop_seconds: float = 3.0,
    ) -> None:
        self._name = name
        self._launch = launch
        self._restarted = restarted
        self._stop_seconds = stop_seconds
        self._child: ChildProcess | None = None
        self._watch: asyncio.Task[None] | None = None
        self._leaving: set[ChildProcess] = set()

    @property
    def child(self) -> ChildProcess | None:
        """The child that runs now; None between a death and the next launch."""
        return self._child

    async def start(self) -> None:
        """Raises ChildFailed when the first launch fails: a start that fails is told, not retried."""
        self._child = await self._launch()
        self._start_watching()

    async def replace(self) -> None:
        """Launches a second child, and stops the first once the second one answers.

        Raises ChildFailed when it does not: the first one stays then.
        """
        fresh = await self._launch()
        self._leaving.add(fresh)  # until it has its place: whatever happens here, `stop` must find it
        await self._stop_watching()
        self._leaving.discard(fresh)
        old, self._child = self._child, fresh
        self._start_watching()
        if old is not None:
            self._leaving.add(old)
            await old.stop(within_seconds=self._stop_seconds)
            self._leaving.discard(old)

    async def stop(self) -> None:
        await self._stop_watching()
        children = [*self._leaving, *([self._child] if self._child is not None else ())]
        await asyncio.gather(*(child.stop(within_seconds=self._stop_seconds) for child in children))
        self._leaving.clear()
        self._child = None

    def _start_watching(self) -> None:
        self._watch = asyncio.create_task(self._keep_alive(), name=f"keep {self._name} alive")

    async def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
            self._watch = None

    async def _keep_alive(self) -> None:
        pause_seconds = _FIRST_PAUSE_SECONDS
        while self._child is not None:
            started = time.monotonic()
            exit_code = await self._child.exited()
            if time.monotonic() - started > _STEADY_SECONDS:
                pause_seconds = _FIRST_PAUSE_SECONDS
            _log.error("child_process_died", process=self._name, exit_code=exit_code)
            self._child = None
            while self._child is None:
                await asyncio.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
                try:
                    self._child = await self._launch()
                except (ChildFailed, OSError) as error:
                    _log.error("child_process_restart_failed", process=self._name, error=str(error))
                except Exception:  # noqa: BLE001  whatever it was, the site must not stay without the child
                    _log.exception("child_process_restart_failed", process=self._name)
            _log.warning("child_process_restarted", process=self._name, pid=self._child.pid)
            if self._restarted is not None:
                await self._refill()

    async def _refill(self) -> None:
        assert self._restarted is not None  # noqa: S101  narrows the type; the caller has looked
        try:
            await self._restarted()
        except Exception:  # noqa: BLE001  whatever it was, the next death must be noticed too
            _log.exception("refill_after_restart_failed", process=self._name)
