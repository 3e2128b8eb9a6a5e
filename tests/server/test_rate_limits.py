"""Budgets across nodes in the real Redis, in one process, and without Redis."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from server.app.stores import redis_client
from server.domain.errors import RateLimited
from server.live.rate_limits import Budget, RateLimits, TokenBucket, budgets_of
from server.settings import Limits
from server.use_cases.account_ports import LOGIN_FAILURES, LOGINS, VISITORS
from server.wire.peers import Origins, PeerAddresses, address_key

THREE = {"three": Budget(burst=3, interval_seconds=0.2)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    redis = redis_client(redis_url)
    yield redis
    await redis.aclose()


def limits_over(redis: Redis, prefix: str | None = None) -> RateLimits:
    return RateLimits(redis=redis, budgets=THREE, prefix=prefix or f"test-{secrets.token_hex(6)}")


async def refused(limits: RateLimits, key: str) -> int:
    """0, or the milliseconds to wait."""
    try:
        await limits.take("three", key)
    except RateLimited as refusal:
        milliseconds = (refusal.details or {})["retry_after_ms"]
        assert isinstance(milliseconds, int)
        return milliseconds
    return 0


async def test_nodes_share_one_budget_for_each_key(redis: Redis) -> None:
    one = limits_over(redis)
    other = limits_over(redis, one.prefix)
    answers = await asyncio.gather(*(refused(node, "a") for node in (one, other) for _ in range(5)))
    assert sum(answer == 0 for answer in answers) == 3
    assert all(0 < answer <= 200 for answer in answers if answer)
    assert await refused(one, "b") == 0


async def test_looking_takes_nothing_and_is_refused_like_taking(redis: Redis) -> None:
    for client in (redis, redis_client("redis://127.0.0.1:1")):
        limits = limits_over(client)
        for _ in range(9):
            await limits.check("three", "a")
        for _ in range(3):
            await limits.take("three", "a")
        with pytest.raises(RateLimited):
            await limits.check("three", "a")


async def test_waiting_as_told_is_enough(redis: Redis) -> None:
    limits = limits_over(redis)
    while (wait := await refused(limits, "a")) == 0:
        pass
    await asyncio.sleep(wait / 1000 + 0.005)
    assert await refused(limits, "a") == 0


async def test_forgetting_gives_the_budget_back(redis: Redis) -> None:
    limits = limits_over(redis)
    for _ in range(3):
        await limits.take("three", "a")
    await limits.forget("three", "a")
    assert await refused(limits, "a") == 0


async def test_nothing_typed_by_a_client_is_in_a_key_and_all_keys_run_out(redis: Redis) -> None:
    limits = limits_over(redis)
    for hostile in ("*", "a\r\nFLUSHALL", "{x}", "\ud800", "1.2.3.4", ""):
        assert await refused(limits, hostile) == 0
    keys = await redis.keys(f"{limits.prefix}:*")
    assert len(keys) == 6
    for key in keys:
        assert b"1.2.3.4" not in key
        assert 0 < await redis.pttl(key) <= 200


async def test_without_redis_each_node_counts_for_itself() -> None:
    away = redis_client("redis://127.0.0.1:1")
    one, other = limits_over(away, "same"), limits_over(away, "same")
    assert [bool(await refused(one, "a")) for _ in range(4)] == [False, False, False, True]
    assert await refused(other, "a") == 0
    await away.aclose()


async def test_limits_can_be_lifted(redis: Redis) -> None:
    limits = RateLimits(redis=redis, budgets=THREE, is_enabled=False, prefix=f"test-{secrets.token_hex(6)}")
    assert not any([await refused(limits, "a") for _ in range(20)])


def test_a_bucket_empties_and_fills_again() -> None:
    now = 100.0
    bucket = TokenBucket(Budget(burst=20, interval_seconds=0.2), lambda: now)
    assert [bucket.take() for _ in range(20)] == [0] * 20
    assert bucket.take() == 200
    now += 0.2
    assert bucket.take() == 0
    assert bucket.take() > 0
    assert not bucket.is_full
    now += 4.01
    assert bucket.is_full
    assert [bucket.take() for _ in range(20)] == [0] * 20
    with pytest.raises(RateLimited):
        bucket.take_or_refuse()


def test_the_settings_say_how_much() -> None:
    budgets = budgets_of(Limits())
    assert budgets[VISITORS] == Budget(burst=30, interval_seconds=2)
    assert budgets[LOGINS] == Budget(burst=20, interval_seconds=3)
    assert budgets[LOGIN_FAILURES] == Budget(burst=10, interval_seconds=90)


class TestPeers:
    def test_a_forwarded_address_counts_only_from_a_trusted_proxy(self) -> None:
        peers = PeerAddresses.trusting(["10.0.0.0/8", "::1/128"])
        assert peers.of("203.0.113.1", ["1.2.3.4"]) == "203.0.113.1"
        assert peers.of("10.0.0.1", ["1.2.3.4"]) == "1.2.3.4"
        assert peers.of("10.0.0.1", ["6.6.6.6, 1.2.3.4, 10.9.9.9"]) == "1.2.3.4"
        assert peers.of("10.0.0.1", ["6.6.6.6", "1.2.3.4"]) == "1.2.3.4"
        assert peers.of("10.0.0.1", ["1.2.3.4, garbage"]) == "10.0.0.1"
        assert peers.of("::ffff:10.0.0.1", ["2001:db8::1"]) == "2001:db8::1"
        assert peers.of(None, ["1.2.3.4"]) == "unknown"

    def test_a_household_counts_as_one_address(self) -> None:
        assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1")
        assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")

    @pytest.mark.parametrize(
        ("origin", "is_allowed"),
        [
            (None, True),
            ("https://chat.example.org", True),
            ("http://chat.example.org", True),
            ("https://shop.example.org", True),
            ("HTTPS://SHOP.example.org", True),
            ("https://public.example.org", True),
            ("null", False),
            ("", False),
            ("https://chat.example.org.evil.example", False),
            ("https://evil.example/chat.example.org", False),
            ("https://chat.example.org/", False),
            ("https://user@chat.example.org", False),
            ("https://[", False),
            ("javascript://chat.example.org", False),
            ("https://public.example.org:444", False),
        ],
    )
    def test_only_our_own_pages_and_named_ones_are_allowed(
        self, origin: str | None, is_allowed: bool
    ) -> None:
        origins = Origins.allowing(["https://shop.example.org"], public_url="https://public.example.org/chat")
        assert origins.allow(origin, host="chat.example.org") is is_allowed
