"""Whose turn housekeeping is: one process at a time, and everybody's while nobody can say."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from server.live.leases import LEASE_SECONDS, HousekeepingLease
from tests.support.own_redis import OwnRedis


@contextlib.asynccontextmanager
async def leases(url: str, count: int = 2) -> AsyncIterator[list[HousekeepingLease]]:
    redis: Redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
    key = f"test_{secrets.token_hex(4)}:housekeeping"
    made = [HousekeepingLease(redis=redis, key=key) for _ in range(count)]
    try:
        for lease in made:
            await lease.start()
        yield made
    finally:
        for lease in made:
            await lease.stop()
        await redis.aclose()


async def until(is_true: Callable[[], bool], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not is_true():  # noqa: ASYNC110  what is waited for has no event
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail("waited in vain")


async def test_one_of_several_has_the_turn_and_keeps_it(redis_url: str) -> None:
    async with leases(redis_url, 3) as three:
        ends = time.monotonic() + LEASE_SECONDS + 1
        while time.monotonic() < ends:
            assert [one.is_ours for one in three] == [True, False, False]
            await asyncio.sleep(0.2)


async def test_a_job_is_done_only_in_turn(redis_url: str) -> None:
    async with leases(redis_url) as (first, second):
        done: list[str] = []

        async def sweep(who: str) -> None:
            done.append(who)

        await first.in_turn(lambda: sweep("first"))()
        await second.in_turn(lambda: sweep("second"))()
        assert done == ["first"]


async def test_the_next_one_takes_over_when_it_is_given_back(redis_url: str) -> None:
    async with leases(redis_url) as (first, second):
        taken: list[bool] = []
        second.taken = lambda: taken.append(second.is_ours)
        await first.stop()
        assert not first.is_ours
        await until(lambda: second.is_ours, 1.5)
        assert taken == [True]


async def test_it_runs_out_with_a_process_that_died(redis_url: str) -> None:
    async with leases(redis_url) as (first, second):
        assert first._task is not None
        first._task.cancel()
        await until(lambda: second.is_ours, LEASE_SECONDS + 2)
        assert not first.is_ours


async def test_a_late_stop_takes_nothing_away_from_the_next_holder(redis_url: str) -> None:
    async with leases(redis_url, 3) as (first, second, third):
        await first.stop()
        await until(lambda: second.is_ours != third.is_ours, 2)
        await first.stop()
        await asyncio.sleep(1.5)
        assert second.is_ours != third.is_ours


async def test_without_redis_it_is_everybodys_turn_and_afterwards_one_processes(own_redis: OwnRedis) -> None:
    async with leases(own_redis.url) as both:
        await own_redis.kill()
        await until(lambda: all(one.is_ours for one in both), 6)
        await own_redis.start()
        await until(lambda: sorted(one.is_ours for one in both) == [False, True], 6)
        await own_redis.do("FLUSHALL")
        await asyncio.sleep(3)
        assert sorted(one.is_ours for one in both) == [False, True]
