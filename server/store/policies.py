"""Versions of the matching policy, which never change, and the log of their activations."""

from dataclasses import asdict, dataclass
from typing import Any

from pymongo import DESCENDING
from pymongo.errors import DuplicateKeyError

from server.domain.errors import Conflict
from server.domain.policies import Activation, StoredPolicy
from server.store.client import Database

Document = dict[str, Any]

INDEXES: dict[str, list[Any]] = {"policies": [], "policy_activations": []}

_MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class PolicyStore:
    database: Database

    async def find(self, name: str) -> StoredPolicy | None:
        document = await self.database["policies"].find_one({"_id": name})
        return _stored_of(document) if document else None

    async def all(self) -> list[StoredPolicy]:
        """Newest first, at most 500."""
        found = self.database["policies"].find().sort([("added_at", DESCENDING), ("_id", DESCENDING)])
        return [_stored_of(one) for one in await found.limit(_MOST_LISTED).to_list(_MOST_LISTED)]

    async def add(self, policy: StoredPolicy) -> bool:
        """False when a version of this name is there already; it is left as it is."""
        document = {
            "_id": policy.name,
            "content": policy.content,
            "added_by": policy.added_by,
            "added_at": policy.added_at,
        }
        try:
            await self.database["policies"].insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def current(self) -> Activation | None:
        """None before the first activation."""
        found = await self.activations(limit=1)
        return found[0] if found else None

    async def activation(self, number: int) -> Activation | None:
        document = await self.database["policy_activations"].find_one({"_id": number})
        return _activation_of(document) if document else None

    async def activations(self, *, limit: int) -> list[Activation]:
        """Newest first."""
        found = self.database["policy_activations"].find().sort("_id", DESCENDING).limit(limit)
        return [_activation_of(one) for one in await found.to_list(limit)]

    async def activate(self, activation: Activation) -> None:
        """Raises Conflict when somebody else was faster."""
        document = asdict(activation)
        document["_id"] = document.pop("number")
        try:
            await self.database["policy_activations"].insert_one(document)
        except DuplicateKeyError as error:
            raise Conflict("another policy has just been activated: look at it and try again") from error


def _stored_of(document: Document) -> StoredPolicy:
    return StoredPolicy(
        name=document["_id"],
        content=document["content"],
        added_by=document["added_by"],
        added_at=document["added_at"],
    )


def _activation_of(document: Document) -> Activation:
    fields = {name: value for name, value in document.items() if name != "_id"}
    return Activation(number=document["_id"], **fields)
