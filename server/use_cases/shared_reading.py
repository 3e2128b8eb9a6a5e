"""One reading that many share: taken once for all of them, no oftener than its cost allows."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

LEAST_SECONDS_BETWEEN = 0.25
SAFETY_NET_SECONDS = 5.0
COST_BOUND = 10
"""After a reading that took a second, ten pass until the next."""
LONGEST_PAUSE_SECONDS = 1.0
"""So long at most somebody waits for the pace: a reading that a stopped database held up says nothing of the
next, and people and rounds of assignment wait for it."""

Value = TypeVar("Value")


@dataclass(slots=True)
class SharedReading(Generic[Value]):
    """`touch` says that what `read` tells may have changed.

    Nothing is read while nobody looks, nor while nothing was touched, save for the safety net.
    """

    read: Callable[[], Awaitable[Value]]
    cost_bound: float = COST_BOUND
    _value: Value | None = None
    _is_touched: bool = True
    _read_at: float = 0.0
    _rest_until: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def touch(self) -> None:
        self._is_touched = True

    @property
    def is_touched(self) -> bool:
        """Touched since the last reading began."""
        return self._is_touched

    @property
    def is_due(self) -> bool:
        """Whether `current` would read now, without a pause before."""
        return self._is_old and time.monotonic() >= self._rest_until

    async def current(self) -> Value:
        """As of now. Where the pace forbids another reading yet, the pause is waited for."""
        async with self._reading:
            if self._value is None or self._is_old:
                pause_seconds = min(LONGEST_PAUSE_SECONDS, self._rest_until - time.monotonic())
                await asyncio.sleep(max(0.0, pause_seconds))
                self._value = await self._read_now()
            return self._value

    async def recent(self) -> Value:
        """As of now where the pace allows a reading, else as of the last one: never waits for the pace."""
        if self._value is None or self.is_due:
            return await self.current()
        return self._value

    @property
    def _is_old(self) -> bool:
        return self._is_touched or time.monotonic() - self._read_at > SAFETY_NET_SECONDS

    async def _read_now(self) -> Value:
        self._is_touched = False
        began = time.monotonic()
        try:
            value = await self.read()
        except BaseException:
            self._is_touched = True
            raise
        self._read_at = time.monotonic()
        took = self._read_at - began
        self._rest_until = self._read_at + max(LEAST_SECONDS_BETWEEN, self.cost_bound * took)
        return value
