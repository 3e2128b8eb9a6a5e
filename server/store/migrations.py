"""Brings data that an older version has written into today's form, once, before anything else touches it."""

import contextlib

from pymongo.errors import BulkWriteError, OperationFailure

from server.domain.ids import SessionId
from server.store.client import Database
from server.store.message_documents import place_of

_AT_ONCE = 200
_DUPLICATE_KEY = 11_000


async def migrate(database: Database, *, found_version: int) -> None:
    """Idempotent: after a crash in between the next start goes on where this one ended."""
    if found_version < 2:  # noqa: PLR2004  the version that each step leads to
        await _give_messages_their_place(database)
        await _mark_offers(database)


async def _give_messages_their_place(database: Database) -> None:
    """Version 1 let the driver choose `_id` and kept places and cmids unique by indexes of their own."""
    messages = database["messages"]
    for name in ("one_place", "sent_once"):
        with contextlib.suppress(OperationFailure):  # the index, or the whole collection, is not there
            await messages.drop_index(name)
    while old := await messages.find({"_id": {"$type": "objectId"}}).to_list(_AT_ONCE):
        moved = [{**one, "_id": place_of(SessionId(one["session_id"]), one["seq"])} for one in old]
        try:
            await messages.insert_many(moved, ordered=False)
        except BulkWriteError as error:
            if any(one["code"] != _DUPLICATE_KEY for one in (error.details or {}).get("writeErrors", [])):
                raise  # a copy that is there already was made before a crash
        await messages.delete_many({"_id": {"$in": [one["_id"] for one in old]}})


async def _mark_offers(database: Database) -> None:
    offered = {"status": "queued", "offer": {"$ne": None}}
    await database["sessions"].update_many(offered, {"$set": {"has_offer": True}})
