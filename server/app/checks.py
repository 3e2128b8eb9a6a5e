"""What /readyz asks before it says that people may come."""

from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.domain.errors import Unavailable
from server.http.parts import Check
from server.live.bus import Bus
from server.models.client import ModelLine
from server.realtime.edge import RealtimeEdge
from server.store.client import Database, ping


def readiness_checks(
    database: Database, redis: Redis, models: ModelLine, edge: RealtimeEdge, bus: Bus
) -> dict[str, Check]:
    """By name; each raises Unavailable while its part is away or not ready."""

    async def is_not_draining() -> None:
        if edge.is_closing:
            raise Unavailable("this process is about to end")

    async def redis_answers() -> None:
        try:
            await redis.ping()
        except RedisError as error:
            raise Unavailable("Redis does not answer") from error

    async def model_is_loaded() -> None:
        facts = await models.ping()
        if not facts.has_knowledge or not facts.has_profiles:
            raise Unavailable("knowledge and profiles are still being loaded")

    return {
        "serving": is_not_draining,
        "database": lambda: ping(database),
        "redis": redis_answers,
        "bus": bus.check,
        "model": model_is_loaded,
    }
