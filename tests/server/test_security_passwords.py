"""Passwords: the rule, the hash, and what a flood of log-ins meets."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from server.domain.errors import BadRequest, ServerBusy
from server.security.passwords import Passwords


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    passwords = Passwords()
    yield passwords
    passwords.close()


async def test_the_right_password_fits_and_others_do_not(passwords: Passwords) -> None:
    stored = await passwords.hash("密码密码密码密码")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify("密码密码密码密码", stored)
    assert not await passwords.verify("密码密码密码密马", stored)
    assert await passwords.hash("密码密码密码密码") != stored


async def test_two_ways_to_type_the_same_letter_are_one_password(passwords: Passwords) -> None:
    stored = await passwords.hash("café-café")
    assert await passwords.verify("cafe\u0301-cafe\u0301", stored)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257, "abcdefg\ud800"])
async def test_passwords_against_the_rule_are_refused(passwords: Passwords, password: str) -> None:
    with pytest.raises(BadRequest):
        await passwords.hash(password)


async def test_the_longest_and_the_shortest_are_fine(passwords: Passwords) -> None:
    for password in ("12345678", "x" * 256):
        assert await passwords.verify(password, await passwords.hash(password))


async def test_no_stored_password_takes_as_long_as_a_wrong_one(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    await passwords.verify("warm up the decoy", None)

    async def seconds(password: str, password_hash: str | None) -> float:
        started = time.perf_counter()
        assert not await passwords.verify(password, password_hash)
        return time.perf_counter() - started

    known = min([await seconds("wrong horse", stored) for _ in range(7)])
    for password in ("wrong horse", "", "x" * 1_000, "\ud800" * 9):
        unknown = min([await seconds(password, None) for _ in range(7)])
        assert 0.5 < unknown / known < 2, (password[:10], unknown, known)


async def test_a_broken_hash_fits_nothing(passwords: Passwords) -> None:
    for broken in ("", "x", "$argon2id$v=19$m=1,t=1,p=1$x$y"):
        assert not await passwords.verify("correct horse", broken)


async def test_people_are_served_while_passwords_are_checked(passwords: Passwords) -> None:
    work = asyncio.gather(*(passwords.verify("wrong horse", None) for _ in range(20)))
    longest, started = 0.0, time.perf_counter()
    while not work.done():
        await asyncio.sleep(0)
        longest, started = max(longest, time.perf_counter() - started), time.perf_counter()
    await work
    assert longest < 0.25


async def test_a_flood_is_turned_away_instead_of_piling_up(passwords: Passwords) -> None:
    results = await asyncio.gather(
        *(passwords.verify("wrong horse", None) for _ in range(200)), return_exceptions=True
    )
    assert sum(isinstance(result, ServerBusy) for result in results) == 200 - 64
    assert not await passwords.verify("wrong horse", None)
