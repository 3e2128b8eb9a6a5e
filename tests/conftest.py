"""Real servers for the whole run: an embedded database and an embedded Redis in a temporary folder."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from server.embedded import DataFolder, EmbeddedAddresses, Purpose, embedded_servers
from server.settings import Settings
from server.store.client import Database, connect
from server.store.indexes import prepare
from tests.support.own_redis import OwnRedis, redis_in


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def embedded_addresses(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedAddresses]:
    folder = DataFolder(tmp_path_factory.mktemp("embedded"))
    async with embedded_servers(folder, Settings(), purpose=Purpose.SERVE) as addresses:
        yield addresses


@pytest.fixture(scope="session")
def mongo_url(embedded_addresses: EmbeddedAddresses) -> str:
    """Address of the run's database; use a database name of your own in it."""
    return embedded_addresses.mongo_url


@pytest.fixture(scope="session")
def redis_url(embedded_addresses: EmbeddedAddresses) -> str:
    """Address of the run's Redis; use a key prefix of your own, or flush it."""
    return embedded_addresses.redis_url


@pytest_asyncio.fixture(loop_scope="session")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    """An empty database of the test's own, with all collections and indexes."""
    database = connect(mongo_url, f"test_{secrets.token_hex(6)}")
    await prepare(database)
    yield database
    await database.client.drop_database(database.name)
    database.client.close()


@pytest_asyncio.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    """To be killed, paused, emptied and started again."""
    async with redis_in(tmp_path) as redis:
        yield redis
