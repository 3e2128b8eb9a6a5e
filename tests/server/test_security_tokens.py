"""Refresh families in the real database, with a clock that tests can turn."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from server.domain.errors import Unauthorized
from server.domain.ids import AccountId, new_id
from server.domain.people import Account, Role
from server.security.refresh_tokens import RefreshTokens
from server.store.client import Database, connect
from server.store.indexes import prepare
from server.store.refresh_tokens import RefreshFamilyStore, SpentTokenStore


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=3650)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    database = connect(mongo_url, "security_tokens")
    await prepare(database)
    yield database
    database.client.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(database: Database, clock: Clock) -> RefreshTokens:
    return RefreshTokens(secret=b"s" * 32, families=RefreshFamilyStore(database), now=clock)


def new_account() -> Account:
    return Account(
        id=AccountId(new_id("u")), role=Role.USER, name="x", language="zh", created_at=datetime.now(UTC)
    )


async def test_the_previous_token_returns_the_same_successor_for_a_minute(
    tokens: RefreshTokens, clock: Clock
) -> None:
    first = (await tokens.open(new_account())).token
    second = (await tokens.rotate(first)).token
    clock.turn(seconds=59)
    assert (await tokens.rotate(first)).token == second
    assert (await tokens.rotate(second)).token not in {first, second}


async def test_after_a_minute_its_reuse_closes_the_family(tokens: RefreshTokens, clock: Clock) -> None:
    first = (await tokens.open(new_account())).token
    second = (await tokens.rotate(first)).token
    clock.turn(seconds=61)
    with pytest.raises(Unauthorized):
        await tokens.rotate(first)
    with pytest.raises(Unauthorized):
        await tokens.rotate(second)


async def test_the_one_before_the_previous_closes_the_family_at_once(tokens: RefreshTokens) -> None:
    first = (await tokens.open(new_account())).token
    second = (await tokens.rotate(first)).token
    third = (await tokens.rotate(second)).token
    with pytest.raises(Unauthorized):
        await tokens.rotate(first)
    with pytest.raises(Unauthorized):
        await tokens.rotate(third)


async def test_parallel_refreshes_agree_on_one_successor(tokens: RefreshTokens) -> None:
    first = (await tokens.open(new_account())).token
    grants = await asyncio.gather(*(tokens.rotate(first) for _ in range(20)))
    assert len({grant.token for grant in grants}) == 1
    assert (await tokens.rotate(grants[0].token)).token != grants[0].token


async def test_a_family_lives_on_while_it_is_used_and_dies_when_it_is_not(
    tokens: RefreshTokens, clock: Clock
) -> None:
    token = (await tokens.open(new_account())).token
    for _ in range(3):
        clock.turn(days=29)
        token = (await tokens.rotate(token)).token
    clock.turn(days=31)
    with pytest.raises(Unauthorized):
        await tokens.rotate(token)


async def test_a_guess_with_the_right_family_gets_nothing(tokens: RefreshTokens) -> None:
    family_id = (await tokens.open(new_account())).token.partition(".")[0]
    with pytest.raises(Unauthorized):
        await tokens.rotate(f"{family_id}.{'A' * 43}")


async def test_no_token_is_stored(tokens: RefreshTokens, database: Database) -> None:
    first = (await tokens.open(new_account())).token
    second = (await tokens.rotate(first)).token
    stored = str(await database["refresh_families"].find({}).to_list(None))
    assert first.partition(".")[2] not in stored
    assert second.partition(".")[2] not in stored


async def test_without_the_servers_secret_the_successor_cannot_be_derived(
    tokens: RefreshTokens, database: Database, clock: Clock
) -> None:
    first = (await tokens.open(new_account())).token
    thief = RefreshTokens(secret=b"t" * 32, families=RefreshFamilyStore(database), now=clock)
    stolen = (await thief.rotate(first)).token
    assert stolen != (await tokens.rotate(first)).token


async def test_closing_all_families_leaves_other_accounts_alone(tokens: RefreshTokens) -> None:
    mine, other = new_account(), new_account()
    open_of_mine = [(await tokens.open(mine)).token for _ in range(2)]
    open_of_other = (await tokens.open(other)).token
    await tokens.families.close_all(mine.id)
    for token in open_of_mine:
        with pytest.raises(Unauthorized):
            await tokens.rotate(token)
    assert (await tokens.rotate(open_of_other)).family.account_id == other.id


async def test_an_identity_token_is_spent_once_and_sites_do_not_share_ids(database: Database) -> None:
    spent, later = SpentTokenStore(database), datetime.now(UTC) + timedelta(minutes=5)
    results = await asyncio.gather(*(spent.spend("shop", "jti", keep_until=later) for _ in range(10)))
    assert sorted(results) == [False] * 9 + [True]
    assert await spent.spend("sho", "pjti", keep_until=later)


async def test_the_database_forgets_what_has_run_out_by_itself(database: Database) -> None:
    for collection, field in (("refresh_families", "expires_at"), ("spent_identity_tokens", "keep_until")):
        indexes = await database[collection].index_information()
        forgetting = [one for one in indexes.values() if one.get("expireAfterSeconds") == 0]
        assert [name for one in forgetting for name, _ in one["key"]] == [field]
