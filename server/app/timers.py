"""Work that comes back: at a pace of its own, or when somebody asks for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from server.domain.errors import Refusal

logger = structlog.get_logger(__name__)

_REST_BOUND = 4
_LONGEST_REST_SECONDS = 1.0

Job = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Timer:
    """Runs `job` whenever it is woken, and at the latest every `seconds`; never twice at the same time.

    Between two runs it rests for `rest_seconds`, and for as long as a few runs take: many wakes are one run.
    But not for longer than a second: people wait, and a run that was held up says nothing of the next.
    """

    name: str
    job: Job
    seconds: float | Callable[[], float]
    rest_seconds: float = 0.0
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled. A failing job is logged and tried again."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            try:
                await self.job()
            except Refusal as refusal:
                logger.warning("timer refused", timer=self.name, code=refusal.code)
            except Exception:
                logger.exception("timer failed", timer=self.name)
            if self.rest_seconds:
                took = time.monotonic() - began
                await asyncio.sleep(min(_LONGEST_REST_SECONDS, max(self.rest_seconds, _REST_BOUND * took)))
            try:
                seconds = self.seconds() if callable(self.seconds) else self.seconds
                async with asyncio.timeout(seconds):
                    await self._wake.wait()
            except TimeoutError:
                continue


@dataclass(slots=True)
class Timers:
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def start(self, *timers: Timer) -> None:
        self._tasks += [asyncio.create_task(timer.run(), name=timer.name) for timer in timers]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
