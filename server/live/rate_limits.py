"""How much anybody may ask for: budgets shared by all nodes through Redis, and a bucket for one process.

A budget is a token bucket kept as one number, the theoretical arrival time of the generic cell rate algorithm
(ITU-T I.371): each request moves it one interval into the future; it may be `burst` intervals ahead of now.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.domain.errors import RateLimited
from server.settings import Limits
from server.use_cases.account_ports import LOGIN_FAILURES, LOGINS, VISITORS

logger = structlog.get_logger(__name__)

_ANSWER_SECONDS = 0.5
_PAUSE_SECONDS = 1.0
_MOST_LOCAL_KEYS = 50_000

# Redis' own clock: the nodes' clocks need not agree. Returns 0, or the milliseconds until the next try.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + interval
local wait = arrival - burst * interval - now
if wait > 0 then return math.ceil(wait) end
if ARGV[3] == 'look' then return 0 end
redis.call('SET', KEYS[1], string.format('%.3f', arrival), 'PX', math.ceil(arrival - now))
return 0
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`burst` at once; after that one more every `interval_seconds`."""

    burst: int
    interval_seconds: float


@dataclass(slots=True)
class TokenBucket:
    """A budget for one connection or person within this process. Not shared, and never waits."""

    budget: Budget
    clock: Callable[[], float] = time.monotonic
    _arrival: float = 0.0

    def take(self, *, only_look: bool = False) -> int:
        """0 when there was a token, else the milliseconds after which there will be one."""
        now = self.clock()
        arrival = max(self._arrival, now) + self.budget.interval_seconds
        wait = arrival - self.budget.burst * self.budget.interval_seconds - now
        # Sums of floats: a token that is a nanosecond away is there.
        if wait > 1e-6:  # noqa: PLR2004
            return max(1, int(wait * 1000 + 0.999))
        if not only_look:
            self._arrival = arrival
        return 0

    def take_or_refuse(self) -> None:
        """Raises RateLimited."""
        if retry_after_ms := self.take():
            raise RateLimited(retry_after_ms)

    @property
    def is_full(self) -> bool:
        """Whether it is like a new one, so that nothing is lost by forgetting it."""
        return self._arrival <= self.clock()


def budgets_of(limits: Limits) -> dict[str, Budget]:
    return {
        VISITORS: Budget(burst=limits.visitors_per_minute, interval_seconds=60 / limits.visitors_per_minute),
        LOGINS: Budget(burst=limits.logins_per_minute, interval_seconds=60 / limits.logins_per_minute),
        LOGIN_FAILURES: Budget(
            burst=limits.login_failures,
            interval_seconds=limits.login_failure_minutes * 60 / limits.login_failures,
        ),
    }


@dataclass(slots=True, kw_only=True)
class RateLimits:
    """While Redis is away each node counts by itself: limits get looser then, never open."""

    redis: Redis
    budgets: Mapping[str, Budget]
    is_enabled: bool = True
    prefix: str = "wenjin:limit"
    clock: Callable[[], float] = time.monotonic
    _local: "OrderedDict[str, TokenBucket]" = field(default_factory=OrderedDict)
    _redis_away_until: float = 0.0

    async def take(self, limit: str, key: str) -> None:
        """Raises RateLimited when the key has used its budget up."""
        await self._ask_for(limit, key, only_look=False)

    async def check(self, limit: str, key: str) -> None:
        """Raises RateLimited as `take` would, and takes nothing."""
        await self._ask_for(limit, key, only_look=True)

    async def forget(self, limit: str, key: str) -> None:
        """The key has its whole budget again."""
        name = self._name(limit, key)
        self._local.pop(name, None)
        await self._ask(self.redis.delete(name))

    async def _ask_for(self, limit: str, key: str, *, only_look: bool) -> None:
        if not self.is_enabled:
            return
        budget, name = self.budgets[limit], self._name(limit, key)
        retry_after_ms = await self._ask_all_nodes(name, budget, only_look=only_look)
        if retry_after_ms is None:
            retry_after_ms = self._bucket(name, budget).take(only_look=only_look)
        if retry_after_ms:
            raise RateLimited(retry_after_ms)

    async def _ask_all_nodes(self, name: str, budget: Budget, *, only_look: bool) -> int | None:
        if self.clock() < self._redis_away_until:
            return None
        arguments = (str(budget.interval_seconds * 1000), str(budget.burst), "look" if only_look else "take")
        answer = await self._ask(self.redis.eval(_TAKE, 1, name, *arguments))
        return None if answer is None else int(answer)

    async def _ask(self, question: Any) -> Any:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await question
        except (RedisError, OSError, TimeoutError) as error:
            if self.clock() >= self._redis_away_until:
                logger.warning("rate limits are counted here only", reason=type(error).__name__)
            self._redis_away_until = self.clock() + _PAUSE_SECONDS
            return None

    def _bucket(self, name: str, budget: Budget) -> TokenBucket:
        bucket = self._local.get(name)
        if bucket is None:
            bucket = self._local[name] = TokenBucket(budget, self.clock)
        self._local.move_to_end(name)
        if len(self._local) > _MOST_LOCAL_KEYS:
            self._local.popitem(last=False)
        return bucket

    def _name(self, limit: str, key: str) -> str:
        """Keys hold no addresses and no usernames, and nothing that a client typed."""
        digest = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()[:32]
        return f"{self.prefix}:{limit}:{digest}"
