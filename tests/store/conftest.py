"""A database of its own for each test, on the run's embedded server."""

import secrets
from collections.abc import AsyncIterator

import pytest_asyncio

from server.store.client import Database, connect
from server.store.indexes import prepare


@pytest_asyncio.fixture(loop_scope="session")
async def database(mongo_url: str) -> AsyncIterator[Database]:
    database = connect(mongo_url, f"test_{secrets.token_hex(6)}")
    await prepare(database)
    yield database
    await database.client.drop_database(database.name)
    database.client.close()
