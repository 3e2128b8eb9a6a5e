"""Families of refresh tokens and spent identity tokens in MongoDB; the database forgets them by itself."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from server.domain.ids import AccountId
from server.security.refresh_tokens import RefreshFamily
from server.store.client import Database

Document = dict[str, Any]

INDEXES = {
    "refresh_families": [
        IndexModel([("account_id", ASCENDING)], name="of_account"),
        IndexModel([("expires_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
    "spent_identity_tokens": [
        IndexModel([("keep_until", ASCENDING)], name="forgotten", expireAfterSeconds=0),
    ],
}


def _family_of(document: Document) -> RefreshFamily:
    fields = {key: value for key, value in document.items() if key != "_id"}
    return RefreshFamily(**fields | {"id": document["_id"]})


@dataclass(frozen=True, slots=True)
class RefreshFamilyStore:
    """A closed family is deleted: no token of it can ever be told from one that never existed."""

    database: Database

    async def insert(self, family: RefreshFamily) -> None:
        document = asdict(family)
        document["_id"] = document.pop("id")
        await self.database["refresh_families"].insert_one(document)

    async def find(self, family_id: str) -> RefreshFamily | None:
        document = await self.database["refresh_families"].find_one({"_id": family_id})
        return _family_of(document) if document else None

    async def living(self, family_ids: Iterable[str]) -> set[str]:
        """Those that have not been closed."""
        cursor = self.database["refresh_families"].find({"_id": {"$in": list(family_ids)}}, {"_id": 1})
        return {one["_id"] for one in await cursor.to_list(None)}

    async def advance(
        self, family_id: str, *, from_hash: str, to_hash: str, now: datetime, expires_at: datetime
    ) -> RefreshFamily | None:
        """One atomic step. None unless `from_hash` is the current one of a family that is still alive."""
        # Not `find_one_and_update`: for that the embedded database reads the whole collection.
        result = await self.database["refresh_families"].update_one(
            {"_id": family_id, "current_hash": from_hash, "expires_at": {"$gt": now}},
            {
                "$set": {
                    "current_hash": to_hash,
                    "previous_hash": from_hash,
                    "rotated_at": now,
                    "expires_at": expires_at,
                }
            },
        )
        return await self.find(family_id) if result.matched_count else None

    async def close(self, family_id: str) -> None:
        await self.database["refresh_families"].delete_one({"_id": family_id})

    async def close_all(self, account_id: AccountId) -> None:
        await self.database["refresh_families"].delete_many({"account_id": account_id})


@dataclass(frozen=True, slots=True)
class SpentTokenStore:
    database: Database

    async def spend(self, site: str, token_id: str, *, keep_until: datetime) -> bool:
        """True the first time only, for all nodes together."""
        # The length keeps ("a", "bc") and ("ab", "c") apart.
        key = hashlib.sha256(f"{len(site)}:{site}{token_id}".encode("utf-8", "surrogatepass")).hexdigest()
        try:
            await self.database["spent_identity_tokens"].insert_one({"_id": key, "keep_until": keep_until})
        except DuplicateKeyError:
            return False
        return True
