"""Admins and the accounts of everybody."""

from typing import Literal

from server.domain.ids import AccountId
from server.domain.people import AccountStatus, Role
from server.http.fields import Cursor, LanguageTag, Limit, Name, Password, Username
from server.http.results import AccountPage
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.use_cases.edit_account import AccountEdit
from server.wire.fields import Request
from server.wire.objects import AccountJson, RoleName, account_json


class NewAccountRequest(Request):
    username: Username
    password: Password
    role: RoleName = "user"
    name: Name | None = None
    language: LanguageTag | None = None


class AccountEditRequest(Request):
    name: Name | None = None
    role: RoleName | None = None
    status: Literal["active", "blocked"] | None = None
    password: Password | None = None


class AccountsQuery(Request):
    role: RoleName | None = None
    status: Literal["active", "blocked"] | None = None
    username: Username | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


async def list_accounts(call: Call[NoBody, AccountsQuery]) -> AccountPage:
    query = call.query
    accounts, next_cursor = await call.parts.people.list_accounts(
        role=Role(query.role) if query.role else None,
        status=AccountStatus(query.status) if query.status else None,
        username=query.username,
        limit=query.limit,
        cursor=query.cursor,
    )
    return {"items": [account_json(one) for one in accounts], "next_cursor": next_cursor}


async def create_account(call: Call[NewAccountRequest, NoQuery]) -> AccountJson:
    body = call.body
    account = await call.parts.people.create_account(
        username=body.username,
        password=body.password,
        role=Role(body.role),
        name=body.name,
        language=body.language,
    )
    return account_json(account)


async def get_account(call: Call[NoBody, NoQuery]) -> AccountJson:
    return account_json(await call.parts.people.list_accounts.one(AccountId(call.path["id"])))


async def edit_account(call: Call[AccountEditRequest, NoQuery]) -> AccountJson:
    body = call.body
    edit = AccountEdit(
        name=body.name,
        role=Role(body.role) if body.role else None,
        status=AccountStatus(body.status) if body.status else None,
        password=body.password,
    )
    account = await call.parts.people.edit_account(
        admin=call.person, account_id=AccountId(call.path["id"]), edit=edit
    )
    return account_json(account)


ACCOUNT_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/accounts",
        who=Who.ADMIN,
        summary="Accounts without visitors, newest first.",
        handler=list_accounts,
        body=NoBody,
        query=AccountsQuery,
        result=AccountPage,
    ),
    Route(
        method="POST",
        path="/api/accounts",
        who=Who.ADMIN,
        summary="Make an account.",
        handler=create_account,
        body=NewAccountRequest,
        query=NoQuery,
        result=AccountJson,
    ),
    Route(
        method="GET",
        path="/api/accounts/{id}",
        who=Who.ADMIN,
        summary="One account.",
        handler=get_account,
        body=NoBody,
        query=NoQuery,
        result=AccountJson,
    ),
    Route(
        method="PUT",
        path="/api/accounts/{id}",
        who=Who.ADMIN,
        summary="Rename, block, unblock, promote, or give a new password; what is left out stays.",
        handler=edit_account,
        body=AccountEditRequest,
        query=NoQuery,
        result=AccountJson,
    ),
)
