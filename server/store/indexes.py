"""Creates all collections and indexes at start, and refuses a database that a newer version has written."""

import contextlib

import pymongo
from pymongo import IndexModel
from pymongo.errors import CollectionInvalid

from server.store import (
    accounts,
    consultants,
    decisions,
    drafts,
    knowledge,
    message_documents,
    policies,
    records,
    refresh_tokens,
    revisions,
    session_documents,
    trust,
    unanswered,
    wait_promises,
)
from server.store.client import Database
from server.store.migrations import migrate

SCHEMA_VERSION = 2
"""2: messages have their place as `_id`, and `has_offer` finds the sessions that are being offered."""

INDEX_TABLES: tuple[dict[str, list[IndexModel]], ...] = (
    session_documents.INDEXES,
    message_documents.INDEXES,
    consultants.INDEXES,
    records.INDEXES,
    accounts.INDEXES,
    refresh_tokens.INDEXES,
    knowledge.INDEXES,
    revisions.INDEXES,
    unanswered.INDEXES,
    drafts.INDEXES,
    trust.INDEXES,
    wait_promises.INDEXES,
    policies.INDEXES,
    decisions.INDEXES,
)


_LONGEST_SECONDS = 24 * 3_600.0
"""For one look through everything. The limit of all other operations would end a great index's building."""


class NewerSchema(Exception):
    """The data was written by a newer version of Wenjin; this one must not touch it."""

    code = "newer_schema"

    def __init__(self, found: int) -> None:
        super().__init__(
            f"the database has schema version {found}, this version of Wenjin knows {SCHEMA_VERSION}: "
            "start the newer version again, or restore a backup made before the upgrade"
        )


async def prepare(database: Database) -> None:
    """Idempotent. Raises NewerSchema before anything is written."""
    found = await database["meta"].find_one({"_id": "schema"})
    if found is not None and found["version"] > SCHEMA_VERSION:
        raise NewerSchema(found["version"])
    with pymongo.timeout(_LONGEST_SECONDS):
        if found is not None:
            await migrate(database, found_version=found["version"])
        await _make_indexes(database)
    await database["meta"].update_one({"_id": "schema"}, {"$set": {"version": SCHEMA_VERSION}}, upsert=True)


async def _make_indexes(database: Database) -> None:
    existing = set(await database.list_collection_names())
    for table in INDEX_TABLES:
        for collection, indexes in table.items():
            if collection not in existing:
                # Collections are made here and not by the first insert: a transaction can't make them.
                # CollectionInvalid: another node was faster.
                with contextlib.suppress(CollectionInvalid):
                    await database.create_collection(collection)
            if indexes:
                await database[collection].create_indexes(indexes)
