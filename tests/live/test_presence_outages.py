"""Presence over several nodes while Redis is away, when it is back, and after it was emptied."""

from dataclasses import dataclass, field

from redis.asyncio import Redis

from server.domain.ids import AccountId
from server.live.presence import LEASE_SECONDS, LivePresence
from tests.support.own_redis import OwnRedis

LIN, ZHOU = AccountId("c_lin"), AccountId("c_zhou")


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Floor:
    """Two nodes with one Redis and one clock: Lin's desk is on the first, Zhou's on the second."""

    url: str
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.first, self.second = self.node(), self.node()

    def node(self) -> LivePresence:
        redis: Redis = Redis.from_url(self.url, socket_timeout=0.5, socket_connect_timeout=0.5)
        return LivePresence(redis, "presence", self.clock, is_alone=lambda: False)

    async def renew(self) -> None:
        await self.first.renew([(LIN, "a", True)])
        await self.second.renew([(ZHOU, "b", True)])

    async def pass_seconds(self, seconds: float) -> None:
        """Both nodes at work: they renew every five seconds."""
        while seconds > 0:
            self.clock.now += min(seconds, 5)
            seconds -= 5
            await self.renew()

    async def gone(self, node: LivePresence) -> tuple[float, float]:
        found = await node.seconds_since_desk([LIN, ZHOU])
        return found[LIN], found[ZHOU]

    async def close(self) -> None:
        await self.first.redis.aclose()
        await self.second.redis.aclose()


async def test_while_redis_is_away_nobody_elsewhere_is_gone_and_nothing_is_given_to_them(
    own_redis: OwnRedis,
) -> None:
    floor = Floor(own_redis.url)
    await floor.pass_seconds(10)
    assert await floor.first.desks_of([LIN, ZHOU]) == {LIN, ZHOU}
    await own_redis.kill()
    await floor.pass_seconds(60)
    assert await floor.gone(floor.first) == (0, 0)
    assert await floor.first.desks_of([LIN, ZHOU]) == {LIN}
    assert await floor.second.desks_of([LIN, ZHOU]) == {ZHOU}
    await floor.first.leave([(LIN, "a")])
    floor.clock.now += 30
    assert await floor.gone(floor.first) == (0, 0), "they may have come back on another node"
    floor.first.is_alone = lambda: True
    assert await floor.gone(floor.first) == (30, 0), "there was no other node"
    await floor.close()


async def test_when_redis_is_back_everybody_has_time_to_renew(own_redis: OwnRedis) -> None:
    floor = Floor(own_redis.url)
    await floor.pass_seconds(10)
    own_redis.pause()
    await floor.pass_seconds(60)
    own_redis.go_on()
    assert await floor.gone(floor.first) == (0, 0), "the leases in it are a minute old, and say nothing"
    floor.clock.now += 5
    await floor.first.renew([(LIN, "a", True)])
    floor.clock.now += LEASE_SECONDS
    assert (await floor.gone(floor.first))[1] == 5, "who has not renewed since is gone since then"
    await floor.close()


async def test_after_redis_was_emptied_nobody_is_gone_for_longer_than_that(own_redis: OwnRedis) -> None:
    floor = Floor(own_redis.url)
    assert (await floor.gone(floor.first))[1] > 0, "never seen"
    await floor.pass_seconds(300)
    await own_redis.do("FLUSHALL")
    assert await floor.gone(floor.first) == (0, 0)
    assert await floor.gone(floor.second) == (0, 0)
    await floor.pass_seconds(5)
    assert await floor.first.desks_of([LIN, ZHOU]) == {LIN, ZHOU}
    await floor.close()


async def test_connections_of_a_person_are_counted_over_all_nodes(own_redis: OwnRedis) -> None:
    floor = Floor(own_redis.url)
    assert await floor.first.came((LIN, "a", False)) == 1
    assert await floor.second.came((LIN, "b", False)) == 2
    assert await floor.second.came((LIN, "b", True)) == 2, "a desk on the same connection"
    await floor.first.leave([(LIN, "a")])
    assert await floor.first.came((LIN, "c", False)) == 2
    floor.clock.now += LEASE_SECONDS + 1
    assert await floor.first.came((LIN, "d", False)) == 1, "leases that have run out don't count"
    await own_redis.kill()
    assert await floor.second.came((LIN, "e", False)) == 1, "each node counts its own meanwhile"
    await floor.close()


async def test_two_sites_on_one_redis_do_not_see_each_others_people(own_redis: OwnRedis) -> None:
    floor = Floor(own_redis.url)
    floor.second.namespace = "another site"
    await floor.renew()
    assert await floor.first.desks_of([LIN, ZHOU]) == {LIN}
    assert await floor.second.desks_of([LIN, ZHOU]) == {ZHOU}
    await floor.close()
