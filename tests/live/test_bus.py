"""Hints between processes: heard where wanted, never waited for, healed after whatever happens to Redis."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from server.domain.errors import Unavailable
from server.live.bus import MAX_OUTBOX, Bus
from tests.support.own_redis import OwnRedis

PATIENCE_SECONDS = 12.0


class Node:
    """A bus and what it has heard."""

    def __init__(self, url: str, namespace: str) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.times_resubscribed = 0
        self.bus = Bus(url=url, namespace=namespace, heard=self._hear, resubscribed=self._resubscribed)

    def _hear(self, channel: str, payload: bytes) -> None:
        self.heard.append((channel, payload))

    def _resubscribed(self) -> None:
        self.times_resubscribed += 1

    async def until_heard(self, channel: str, payload: bytes) -> None:
        await until(lambda: (channel, payload) in self.heard, f"{payload!r} on {channel}, not {self.heard}")


async def until(is_true: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_true():  # noqa: ASYNC110  what is waited for has no event
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"waited in vain for {what}")


@contextlib.asynccontextmanager
async def nodes(url: str, count: int = 2) -> AsyncIterator[list[Node]]:
    namespace = f"test_{secrets.token_hex(4)}"
    there = [Node(url, namespace) for _ in range(count)]
    try:
        for node in there:
            await node.bus.start()
        yield there
    finally:
        for node in there:
            await node.bus.stop()


@pytest_asyncio.fixture
async def pair(own_redis: OwnRedis) -> AsyncIterator[list[Node]]:
    async with nodes(own_redis.url) as both:
        await until(lambda: all(one.bus.others == 1 for one in both), "the nodes to know each other")
        yield both


async def wanting(node: Node, channel: str) -> None:
    node.bus.want(channel)
    await node.bus.confirmed(channel, within_seconds=5)


async def test_only_who_wants_a_channel_hears_it_and_in_order(redis_url: str) -> None:
    async with nodes(redis_url, 3) as (speaker, listener, bystander):
        await wanting(listener, "session/s_1")
        await wanting(bystander, "session/s_2")
        for number in range(1_200):
            speaker.bus.publish("session/s_1", b"%d" % number)
        speaker.bus.publish("site", b"last")
        await listener.until_heard("site", b"last")
        await bystander.until_heard("site", b"last")
        assert [payload for channel, payload in listener.heard if channel == "session/s_1"] == [
            b"%d" % number for number in range(1_200)
        ]
        assert bystander.heard == [("site", b"last")]
        assert speaker.heard == []


async def test_what_is_no_longer_wanted_is_no_longer_heard(redis_url: str) -> None:
    async with nodes(redis_url) as (speaker, listener):
        await wanting(listener, "session/s_1")
        listener.bus.unwant("session/s_1")
        await until(lambda: listener.bus.subscriptions == 2, "the subscription to end")
        speaker.bus.publish("session/s_1", b"nobody")
        speaker.bus.publish("site", b"last")
        await listener.until_heard("site", b"last")
        assert listener.heard == [("site", b"last")]
        await wanting(listener, "session/s_1")
        speaker.bus.publish("session/s_1", b"again")
        await listener.until_heard("session/s_1", b"again")


async def test_a_channel_wanted_again_and_again_is_heard_once_confirmed(redis_url: str) -> None:
    async with nodes(redis_url) as (speaker, listener):
        for number in range(40):
            listener.bus.want("session/s_1")
            await asyncio.sleep(0 if number % 3 else 0.001)
            listener.bus.unwant("session/s_1")
            await asyncio.sleep(0 if number % 2 else 0.001)
        await wanting(listener, "session/s_1")
        speaker.bus.publish("session/s_1", b"heard")
        await listener.until_heard("session/s_1", b"heard")


async def test_two_sites_on_one_redis_do_not_hear_each_other(redis_url: str) -> None:
    async with nodes(redis_url, 1) as (ours,), nodes(redis_url, 2) as (speaker, theirs):
        speaker.bus.publish("site", b"for our own")
        await theirs.until_heard("site", b"for our own")
        await asyncio.sleep(0.1)
        assert ours.heard == []
        assert ours.bus.others == 0


async def test_a_lone_node_falls_silent_and_speaks_as_soon_as_another_comes(redis_url: str) -> None:
    lone = Node(redis_url, f"test_{secrets.token_hex(4)}")
    lone.bus.alone_seconds = 2.5
    second = Node(redis_url, lone.bus.namespace)
    try:
        await lone.bus.start()
        assert lone.bus.is_listened_to, "who has just come can't know yet that there is nobody"
        await until(lambda: not lone.bus.is_listened_to, "the lone node to find itself alone")
        lone.bus.publish("site", b"into the void")
        await second.bus.start()
        await wanting(second, "session/s_1")
        await until(lambda: lone.bus.is_listened_to, "the announcement, which was sent before start returned")
        lone.bus.publish("session/s_1", b"welcome")
        await second.until_heard("session/s_1", b"welcome")
        assert ("site", b"into the void") not in second.heard
        await second.bus.stop()
        await until(lambda: not lone.bus.is_listened_to, "the lone node to find itself alone again")
    finally:
        await second.bus.stop()
        await lone.bus.stop()


async def test_killed_subscribers_come_back_and_are_told_to_look_for_what_they_missed(
    own_redis: OwnRedis, pair: list[Node]
) -> None:
    speaker, listener = pair
    await wanting(listener, "session/s_1")
    before = listener.times_resubscribed
    await own_redis.do("CLIENT", "KILL", "TYPE", "pubsub")
    await until(lambda: listener.times_resubscribed > before, "a new subscription")
    speaker.bus.publish("session/s_1", b"healed", keep=True)
    await listener.until_heard("session/s_1", b"healed")


async def test_a_restarted_redis_heals_and_what_was_worth_keeping_arrives(
    own_redis: OwnRedis, pair: list[Node]
) -> None:
    speaker, listener = pair
    await wanting(listener, "session/s_1")
    await own_redis.kill()
    await until(lambda: speaker.bus.is_away and listener.bus.is_away, "the outage to be noticed")
    speaker.bus.publish("session/s_1", b"a message, which the log has too")
    speaker.bus.publish("session/s_1", b"a change", keep=True)
    await listener.bus.confirmed("session/s_1", within_seconds=60)  # does not wait for Redis
    assert speaker.bus.counters.dropped == 1
    await own_redis.start()
    await until(lambda: not speaker.bus.is_away and not listener.bus.is_away, "both to be back")
    speaker.bus.publish("session/s_1", b"healed")
    await listener.until_heard("session/s_1", b"healed")
    assert ("session/s_1", b"a message, which the log has too") not in listener.heard


async def test_a_connection_that_is_open_and_carries_nothing_is_found(
    own_redis: OwnRedis, pair: list[Node]
) -> None:
    speaker, listener = pair
    await wanting(listener, "session/s_1")
    own_redis.pause()
    await until(lambda: listener.bus.is_away, "the deafness to be noticed")
    with pytest.raises(Unavailable):
        await listener.bus.check()
    own_redis.go_on()
    await until(lambda: not listener.bus.is_away and not speaker.bus.is_away, "both to be back")
    await until(lambda: listener.bus.age_seconds < 3, "its own heartbeat")
    await listener.bus.check()
    speaker.bus.publish("session/s_1", b"healed")
    await listener.until_heard("session/s_1", b"healed")


async def test_a_process_that_stood_still_looks_for_what_it_missed(redis_url: str) -> None:
    """Though its connection is open, and what it had sent itself before comes back first of all."""
    sleeper = Node(redis_url, f"test_{secrets.token_hex(4)}")
    sleeper.bus.alone_seconds = 2.0
    try:
        await sleeper.bus.start()
        before = sleeper.times_resubscribed
        time.sleep(2.2)  # noqa: ASYNC251  as when the whole process is stopped
        await until(lambda: sleeper.times_resubscribed > before, "a new subscription")
    finally:
        await sleeper.bus.stop()


async def test_an_emptied_redis_changes_nothing(own_redis: OwnRedis, pair: list[Node]) -> None:
    speaker, listener = pair
    await wanting(listener, "session/s_1")
    await own_redis.do("FLUSHALL")
    speaker.bus.publish("session/s_1", b"still here")
    await listener.until_heard("session/s_1", b"still here")


async def test_the_outbox_is_bounded(own_redis: OwnRedis) -> None:
    await own_redis.kill()
    bus = Bus(url=own_redis.url, namespace="bounded")
    for _ in range(MAX_OUTBOX + 7):
        bus.publish("site", b"kept while there is room", keep=True)
    assert bus.counters.dropped == 7


async def test_a_process_may_start_while_redis_is_away(own_redis: OwnRedis) -> None:
    await own_redis.kill()
    node = Node(own_redis.url, "late")
    try:
        await node.bus.start()
        assert node.bus.is_away
        assert node.times_resubscribed == 0
        await own_redis.start()
        await until(lambda: node.times_resubscribed == 1, "the first subscription")
    finally:
        await node.bus.stop()
