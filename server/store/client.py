"""The one place that builds the database client, so that its guarantees are the same everywhere."""

import asyncio
import contextlib
import threading
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from server.domain.errors import Unavailable

Document = dict[str, Any]
Database = AsyncIOMotorDatabase[Document]

DATABASE_AWAY = PyMongoError
"""By this the driver says that the database is away, or that the outcome of a write is unknown."""

_OPERATION_TIMEOUT_MS = 4_000
_GOODBYE_SECONDS = 0.5


def connect(mongo_url: str, database: str) -> Database:
    """The database with acknowledged = journaled on a majority, and reads of majority-committed data only.

    Options in the URL win, save for those that the guarantees rest on (write concern, read concern, UTC).
    """
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        mongo_url,
        serverSelectionTimeoutMS=_OPERATION_TIMEOUT_MS,
        connectTimeoutMS=_OPERATION_TIMEOUT_MS,
        timeoutMS=_OPERATION_TIMEOUT_MS,
        appname="wenjin",
    )
    return client.get_database(
        database,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


async def ping(database: Database) -> None:
    """Raises Unavailable when the database does not answer."""
    try:
        await database.command("ping")
    except PyMongoError as error:
        raise Unavailable("the database does not answer") from error


async def disconnect(database: Database) -> None:
    """Closes its client. The driver's goodbye to a database that hangs takes seconds: it goes on alone."""
    loop, closed = asyncio.get_running_loop(), asyncio.Event()

    def close() -> None:
        database.client.close()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(closed.set)

    # A thread of its own, which the end of the process need not wait for.
    threading.Thread(target=close, name="closing the database's client", daemon=True).start()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await closed.wait()
