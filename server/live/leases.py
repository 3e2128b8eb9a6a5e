"""A lease that lets one process do the housekeeping of all. It saves work and never decides anything."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

LEASE_SECONDS = 6.0
RENEW_SECONDS = 2.0
TRY_SECONDS = 0.8
_ANSWER_SECONDS = 1.0

Job = Callable[[], Awaitable[object]]

# Taken when free, renewed when ours, in one step.
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


@dataclass(slots=True, kw_only=True)
class HousekeepingLease:
    """`is_ours` where the sweeps are to be done: here while we hold it, everywhere while Redis is away.

    `taken` runs when it has become ours.
    """

    redis: Redis
    key: str
    taken: Callable[[], None] = lambda: None
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    _held_until: float = 0.0
    _is_redis_away: bool = True
    _task: "asyncio.Task[None] | None" = None

    @property
    def is_ours(self) -> bool:
        return self._is_redis_away or time.monotonic() < self._held_until

    def in_turn(self, job: Job) -> Job:
        """The job, done only where it is to be done."""

        async def run() -> None:
            if self.is_ours:
                await job()

        return run

    async def start(self) -> None:
        """Returns when it is known whose it is, or that Redis is away."""
        await self._hold()
        self._task = asyncio.create_task(self._hold_for_ever(), name="housekeeping lease")

    async def stop(self) -> None:
        """Gives it back, so that the next one need not wait until it has run out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._is_redis_away, self._held_until = False, 0.0
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self.redis.eval(_RELEASE, 1, self.key, self.token)
        except (RedisError, OSError, TimeoutError):
            logger.info("housekeeping lease left to run out")

    async def _hold_for_ever(self) -> None:
        while True:
            is_held = time.monotonic() < self._held_until
            await asyncio.sleep(RENEW_SECONDS if is_held else TRY_SECONDS)
            await self._hold()

    async def _hold(self) -> None:
        was_ours, asked_at = self.is_ours, time.monotonic()
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                milliseconds = str(int(LEASE_SECONDS * 1000))
                is_held = bool(await self.redis.eval(_HOLD, 1, self.key, self.token, milliseconds))
        except (RedisError, OSError, TimeoutError):
            self._is_redis_away = True
        except Exception:
            # Whatever it was: without anybody to do it, who waits would be forgotten.
            logger.exception("housekeeping lease could not be asked for")
            self._is_redis_away = True
        else:
            self._is_redis_away = False
            self._held_until = asked_at + LEASE_SECONDS if is_held else 0.0
        if self.is_ours and not was_ours:
            self.taken()
