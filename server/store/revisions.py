"""Numbers that rise with each change of something that processes keep a copy of."""

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import IndexModel

from server.store.client import Database

INDEXES: dict[str, list[IndexModel]] = {"revisions": []}


async def revision(database: Database, of: str) -> int:
    """0 before the first change."""
    document = await database["revisions"].find_one({"_id": of})
    return int(document["number"]) if document else 0


async def raise_revision(
    database: Database, of: str, *, session: AsyncIOMotorClientSession | None = None
) -> None:
    await database["revisions"].update_one({"_id": of}, {"$inc": {"number": 1}}, upsert=True, session=session)
