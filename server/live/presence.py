"""Presence as leases in Redis: a connection is there as long as it renews, whatever its process does.

Each person has one sorted set for connections, one for desks: member = connection, score = the lease's end
in milliseconds. A late disconnect ends only its own lease. Ended leases are kept for a while, because how
long somebody has been gone decides whether they are still waited for.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.domain.ids import AccountId

logger = structlog.get_logger(__name__)

LEASE_SECONDS = 20.0
_KEPT_SECONDS = 3_600
_SEEN, _DESK = "seen", "desk"

Lease = tuple[AccountId, str, bool]
"""(account, connection, whether it is an open desk)"""

# One command for many people: a thousand in a pipeline would hold up the event loop for 50 ms.
_PEOPLE_A_COMMAND = 200
_RENEW = """
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, ARGV[1], ARGV[i + 3])
  redis.call('ZREMRANGEBYSCORE', key, 0, ARGV[2])
  redis.call('EXPIRE', key, ARGV[3])
end
"""
_LAST_ENDS = """
local ends = {}
for i, key in ipairs(KEYS) do
  ends[i] = redis.call('ZRANGE', key, 0, 0, 'REV', 'WITHSCORES')[2] or ''
end
return ends
"""


@dataclass(slots=True)
class LivePresence:
    """All times come from `now_seconds`, so that tests may turn the clock.

    While Redis is away this process knows only of the leases that it renews itself, and unknown is not gone:
    whoever may be connected elsewhere counts as there, though nothing is given to them. `is_alone` says
    whether there was an elsewhere when last heard. When Redis answers again, or turns out to have been
    emptied, all leases in it are old: everybody has the time of one lease to renew.
    """

    redis: Redis
    namespace: str = "wenjin"
    now_seconds: Callable[[], float] = time.time
    is_alone: Callable[[], bool] = lambda: True
    _own: dict[str, dict[AccountId, dict[str, float]]] = field(default_factory=lambda: {_SEEN: {}, _DESK: {}})
    _unknown_since: dict[tuple[str, AccountId], float] = field(default_factory=dict)
    _is_away: bool = False
    _filling: bytes | None = None
    _complete_at: float = 0.0

    # -- renewing --------------------------------------------------------------------------------------------

    async def renew(self, leases: Iterable[Lease]) -> bool:
        """Of every connection that is alive. Whether Redis has taken them."""
        now = self.now_seconds()
        self._forget_old(now)
        waiting = list(leases)
        for lease in waiting:
            self._keep_own(lease, now)
        while waiting:
            part, waiting = waiting[:_PEOPLE_A_COMMAND], waiting[_PEOPLE_A_COMMAND:]
            pipeline = self.redis.pipeline(transaction=False)
            self._renew(pipeline, part, now)
            if await self._run(pipeline) is None:
                return False
        return True

    async def came(self, lease: Lease) -> int:
        """Renews a new connection's lease: how many live connections this person has now, on all nodes."""
        account_id, now = lease[0], self.now_seconds()
        self._keep_own(lease, now)
        pipeline = self.redis.pipeline(transaction=False)
        self._renew(pipeline, [lease], now)
        pipeline.zcount(self._key(_SEEN, account_id), f"({now * 1000}", "+inf")
        found = await self._run(pipeline)
        if found is None:
            return sum(1 for end in self._own[_SEEN][account_id].values() if end > now)
        return int(found[-1])

    async def leave(self, leases: Iterable[tuple[AccountId, str]]) -> None:
        """Ends the leases of these connections of these accounts now."""
        now = self.now_seconds()
        pipeline = self.redis.pipeline(transaction=False)
        for account_id, connection in leases:
            for kind in (_SEEN, _DESK):
                own = self._own[kind].get(account_id, {})
                if connection in own:
                    own[connection] = now
                    pipeline.zadd(self._key(kind, account_id), {connection: now * 1000}, xx=True)
        await self._run(pipeline)

    def _renew(self, pipeline: Any, leases: Sequence[Lease], now: float) -> None:
        renewed = [(self._key(kind, lease[0]), lease[1]) for lease in leases for kind in _kinds(lease)]
        ends, too_old = (now + LEASE_SECONDS) * 1000, (now - _KEPT_SECONDS) * 1000
        keys, connections = [key for key, _ in renewed], [connection for _, connection in renewed]
        pipeline.eval(_RENEW, len(keys), *keys, ends, too_old, _KEPT_SECONDS, *connections)

    def _keep_own(self, lease: Lease, now: float) -> None:
        account_id, connection, _ = lease
        for kind in _kinds(lease):
            self._own[kind].setdefault(account_id, {})[connection] = now + LEASE_SECONDS

    # -- asking ----------------------------------------------------------------------------------------------

    async def desks_of(self, account_ids: Iterable[AccountId]) -> set[AccountId]:
        """Those who surely have a live desk: without Redis, those who have one here."""
        ids = list(dict.fromkeys(account_ids))
        ends = await self._lease_ends(_DESK, ids)
        if ends is None:
            ends = self._own_ends(_DESK, ids)
        now = self.now_seconds()
        return {one for one, end in zip(ids, ends, strict=True) if end is not None and end >= now}

    async def seconds_since_desk(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        return await self._seconds_since(_DESK, account_ids)

    async def seconds_since_seen(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        return await self._seconds_since(_SEEN, account_ids)

    async def _seconds_since(self, kind: str, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        ids = list(dict.fromkeys(account_ids))
        ends = await self._lease_ends(kind, ids)
        now = self.now_seconds()
        if ends is None:
            is_alone = self.is_alone()
            return {
                one: max(0.0, now - end) if is_alone and end is not None else 0.0
                for one, end in zip(ids, self._own_ends(kind, ids), strict=True)
            }
        most = max(0.0, now - self._complete_at)
        return {
            one: min(most, self._gone_for(kind, one, end, now)) for one, end in zip(ids, ends, strict=True)
        }

    def _gone_for(self, kind: str, account_id: AccountId, end: float | None, now: float) -> float:
        if end is not None:
            self._unknown_since.pop((kind, account_id), None)
            return max(0.0, now - end)
        # Nobody knows of them: they have been gone for at least as long as we have been asking.
        return max(now - self._unknown_since.setdefault((kind, account_id), now), 0.001)

    def _own_ends(self, kind: str, ids: list[AccountId]) -> list[float | None]:
        return [max(self._own[kind].get(one, {}).values(), default=None) for one in ids]

    async def _lease_ends(self, kind: str, ids: list[AccountId]) -> list[float | None] | None:
        """None while Redis is away."""
        ends: list[float | None] = []
        while len(ends) < len(ids):
            part = ids[len(ends) : len(ends) + _PEOPLE_A_COMMAND]
            pipeline = self.redis.pipeline(transaction=False)
            pipeline.eval(_LAST_ENDS, len(part), *(self._key(kind, account_id) for account_id in part))
            found = await self._run(pipeline)
            if found is None:
                return None
            ends += [float(end) / 1000 if end else None for end in found[0]]
        return ends

    # -- Redis comes and goes --------------------------------------------------------------------------------

    async def _run(self, pipeline: Any) -> list[Any] | None:
        """The results, None without Redis. Each look also asks whether Redis was emptied meanwhile."""
        pipeline.get(self._filling_key)
        try:
            *results, filling = await pipeline.execute()
            if filling is None:
                fresh = secrets.token_hex(8)
                await self.redis.set(self._filling_key, fresh, nx=True)
                filling = await self.redis.get(self._filling_key)
        except (RedisError, OSError) as error:
            if not self._is_away:
                logger.warning("presence without Redis", error=type(error).__name__)
            self._is_away = True
            return None
        if self._is_away or (self._filling is not None and filling != self._filling):
            # Nobody counts as gone for longer than since everybody has had the time to renew.
            self._complete_at = self.now_seconds() + LEASE_SECONDS
            self._unknown_since.clear()
            logger.warning("presence begins anew")
        self._is_away, self._filling = False, filling
        return list(results)

    def _forget_old(self, now: float) -> None:
        too_old = now - _KEPT_SECONDS
        for people in self._own.values():
            for account_id, own in list(people.items()):
                for connection in [one for one, end in own.items() if end < too_old]:
                    del own[connection]
                if not own:
                    del people[account_id]
        for key in [one for one, since in self._unknown_since.items() if since < too_old]:
            del self._unknown_since[key]

    @property
    def _filling_key(self) -> str:
        return f"{self.namespace}:lease:filling"

    def _key(self, kind: str, account_id: AccountId) -> str:
        return f"{self.namespace}:lease:{kind}:{account_id}"


def _kinds(lease: Lease) -> tuple[str, ...]:
    return (_SEEN, _DESK) if lease[2] else (_SEEN,)
