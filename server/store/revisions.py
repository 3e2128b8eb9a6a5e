"""Numbers that rise with each change of something that processes keep a copy of."""

from motor.motor_asyncio import AsyncIOMotorClientSession
from pymongo import IndexModel, ReturnDocument

from server.domain.ids import new_id
from server.store.client import Database

INDEXES: dict[str, list[IndexModel]] = {"revisions": []}


async def revision(database: Database, of: str) -> int:
    """0 before the first change."""
    document = await database["revisions"].find_one({"_id": of})
    return int(document["number"]) if document else 0


async def raise_revision(
    database: Database, of: str, *, session: AsyncIOMotorClientSession | None = None
) -> int:
    """The new number. `epoch` beside it differs in another database that has come to the same number."""
    raised = await database["revisions"].find_one_and_update(
        {"_id": of},
        {"$inc": {"number": 1}, "$setOnInsert": {"epoch": new_id("e")}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
        session=session,
    )
    return int(raised["number"])
