"""Presence as leases in Redis: a connection is there as long as it renews, whatever its process does.

Each person has one sorted set for connections, one for desks: member = connection, score = the lease's end
in milliseconds. A late disconnect ends only its own lease. Ended leases are kept for a while, because how
long somebody has been gone decides whether they are still waited for.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.domain.ids import AccountId

logger = structlog.get_logger(__name__)

LEASE_SECONDS = 20.0
_KEPT_SECONDS = 3_600
_SEEN, _DESK = "seen", "desk"


@dataclass(slots=True)
class LivePresence:
    """All times come from `now_seconds`, so that tests may turn the clock.

    While Redis is away this process answers from the leases it renews itself.
    """

    redis: Redis
    now_seconds: Callable[[], float] = time.time
    _own: dict[str, dict[AccountId, dict[str, float]]] = field(default_factory=lambda: {_SEEN: {}, _DESK: {}})
    _unknown_since: dict[tuple[str, AccountId], float] = field(default_factory=dict)

    async def renew(self, leases: Iterable[tuple[AccountId, str, bool]]) -> None:
        """(account, connection, whether it is an open desk) of every connection that is alive."""
        now = self.now_seconds()
        ends = now + LEASE_SECONDS
        pipeline = self.redis.pipeline(transaction=False)
        for account_id, connection, is_desk in leases:
            for kind in (_SEEN, _DESK) if is_desk else (_SEEN,):
                self._own[kind].setdefault(account_id, {})[connection] = ends
                key = _key(kind, account_id)
                pipeline.zadd(key, {connection: ends * 1000})
                pipeline.zremrangebyscore(key, 0, (now - _KEPT_SECONDS) * 1000)
                pipeline.expire(key, _KEPT_SECONDS)
        self._forget_old(now)
        await self._run(pipeline)

    async def leave(self, leases: Iterable[tuple[AccountId, str]]) -> None:
        """Ends the leases of these connections of these accounts now."""
        now = self.now_seconds()
        pipeline = self.redis.pipeline(transaction=False)
        for account_id, connection in leases:
            for kind in (_SEEN, _DESK):
                own = self._own[kind].get(account_id, {})
                if connection in own:
                    own[connection] = now
                    pipeline.zadd(_key(kind, account_id), {connection: now * 1000}, xx=True)
        await self._run(pipeline)

    async def desks_of(self, account_ids: Iterable[AccountId]) -> set[AccountId]:
        gone = await self._seconds_since(_DESK, account_ids)
        return {account_id for account_id, seconds in gone.items() if seconds <= 0}

    async def seconds_since_desk(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        return await self._seconds_since(_DESK, account_ids)

    async def seconds_since_seen(self, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        return await self._seconds_since(_SEEN, account_ids)

    async def _seconds_since(self, kind: str, account_ids: Iterable[AccountId]) -> dict[AccountId, float]:
        ids = list(dict.fromkeys(account_ids))
        if not ids:
            return {}
        now = self.now_seconds()
        ends = await self._lease_ends(kind, ids)
        gone: dict[AccountId, float] = {}
        for account_id, end in zip(ids, ends, strict=True):
            if end is None:
                # Nobody knows of them, perhaps because Redis was emptied: they get time to renew.
                since = self._unknown_since.setdefault((kind, account_id), now)
                gone[account_id] = max(now - since, 0.001)
            else:
                self._unknown_since.pop((kind, account_id), None)
                gone[account_id] = max(0.0, now - end)
        return gone

    async def _lease_ends(self, kind: str, ids: list[AccountId]) -> list[float | None]:
        pipeline = self.redis.pipeline(transaction=False)
        for account_id in ids:
            pipeline.zrange(_key(kind, account_id), 0, 0, desc=True, withscores=True)
        found = await self._run(pipeline)
        if found is None:
            return [max(self._own[kind].get(one, {}).values(), default=None) for one in ids]
        return [rows[0][1] / 1000 if rows else None for rows in found]

    async def _run(self, pipeline: "Redis") -> list[list[tuple[bytes, float]]] | None:
        try:
            results: list[list[tuple[bytes, float]]] = await pipeline.execute()  # type: ignore[attr-defined]
        except RedisError as error:
            logger.warning("presence without Redis", error=type(error).__name__)
            return None
        return results

    def _forget_old(self, now: float) -> None:
        for people in self._own.values():
            for account_id in [one for one, own in people.items() if max(own.values()) < now - _KEPT_SECONDS]:
                del people[account_id]
        for key in [one for one, since in self._unknown_since.items() if since < now - _KEPT_SECONDS]:
            del self._unknown_since[key]


def _key(kind: str, account_id: AccountId) -> str:
    return f"wenjin:lease:{kind}:{account_id}"
