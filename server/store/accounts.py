"""Accounts in MongoDB; every change is one atomic step, and a username belongs to one account."""

from dataclasses import asdict, dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from server.domain.errors import Conflict
from server.domain.ids import AccountId
from server.domain.people import Account, AccountStatus, Role
from server.store.client import Database
from server.store.cursors import newest_page
from server.use_cases.account_ports import AccountChange, AccountQuery

Document = dict[str, Any]

INDEXES = {
    "accounts": [
        IndexModel(
            [("username", ASCENDING)],
            name="username",
            unique=True,
            partialFilterExpression={"username": {"$type": "string"}},
        ),
        IndexModel(
            [("site", ASCENDING), ("site_subject", ASCENDING)],
            name="site_subject",
            unique=True,
            partialFilterExpression={"site": {"$type": "string"}},
        ),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)], name="newest"),
    ]
}


def _document_of(account: Account) -> Document:
    document = asdict(account) | {"role": account.role.value, "status": account.status.value}
    document["_id"] = document.pop("id")
    return document


def _account_of(document: Document) -> Account:
    fields = {key: value for key, value in document.items() if key != "_id"}
    return Account(
        **fields
        | {
            "id": AccountId(document["_id"]),
            "role": Role(document["role"]),
            "status": AccountStatus(document["status"]),
        }
    )


@dataclass(frozen=True, slots=True)
class AccountStore:
    database: Database

    async def find(self, account_id: AccountId) -> Account | None:
        return await self._find({"_id": account_id})

    async def find_by_username(self, username: str) -> Account | None:
        return await self._find({"username": username})

    async def find_by_site(self, site: str, subject: str) -> Account | None:
        return await self._find({"site": site, "site_subject": subject})

    async def insert(self, account: Account) -> None:
        """Raises Conflict when the username, or the site's subject, belongs to somebody."""
        try:
            await self.database["accounts"].insert_one(_document_of(account))
        except DuplicateKeyError as error:
            raise Conflict("the username is taken") from error

    async def register_visitor(
        self, account_id: AccountId, *, username: str, password_hash: str, name: str | None
    ) -> Account | None:
        """None when it is not an active visitor any more. Raises Conflict for a username that is taken."""
        change = {"username": username, "password_hash": password_hash}
        return await self._change(
            {
                "_id": account_id,
                "username": None,
                "site": None,
                "merged_into": None,
                "status": AccountStatus.ACTIVE.value,
            },
            {"$set": change | ({"name": name} if name else {})},
        )

    async def change(
        self, account_id: AccountId, change: AccountChange, *, expected_generation: int | None = None
    ) -> Account | None:
        """None when there is no such account, or it has another generation by now."""
        condition: Document = {"_id": account_id}
        if expected_generation is not None:
            condition["generation"] = expected_generation
        new: Document = {
            "name": change.name,
            "language": change.language,
            "role": change.role.value if change.role else None,
            "status": change.status.value if change.status else None,
            "password_hash": change.password_hash,
        }
        steps: Document = {"$inc": {"generation": 1 if change.ends_tokens else 0}}
        if given := {key: value for key, value in new.items() if value is not None}:
            steps["$set"] = given
        return await self._change(condition, steps)

    async def mark_merged(self, account_id: AccountId, *, into: AccountId) -> None:
        await self._change(
            {"_id": account_id, "merged_into": None},
            {
                "$set": {"merged_into": into, "status": AccountStatus.DELETED.value},
                "$inc": {"generation": 1},
            },
        )

    async def page(
        self, query: AccountQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[Account], str | None]:
        """Newest first. A cursor that is not ours is a BadRequest."""
        page, next_cursor = await newest_page(
            self.database["accounts"],
            *_any_of(query),
            by="created_at",
            limit=limit,
            cursor=cursor,
            are_few=bool(query.username),
        )
        return [_account_of(one) for one in page], next_cursor

    async def _find(self, condition: Document) -> Account | None:
        document = await self.database["accounts"].find_one(condition)
        return _account_of(document) if document else None

    async def _change(self, condition: Document, steps: Document) -> Account | None:
        # Not `find_one_and_update`: for that the embedded database reads the whole collection.
        try:
            result = await self.database["accounts"].update_one(condition, steps)
        except DuplicateKeyError as error:
            raise Conflict("the username is taken") from error
        return await self._find({"_id": condition["_id"]}) if result.matched_count else None


def _any_of(query: AccountQuery) -> list[Document]:
    conditions: Document = {"username": query.username} if query.username else {}
    if query.role:
        conditions["role"] = query.role.value
    if query.status:
        conditions["status"] = query.status.value
    if query.username or query.includes_visitors:
        return [conditions]
    return [conditions | {name: {"$type": "string"}} for name in ("username", "site")]
