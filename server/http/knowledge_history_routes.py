"""What entries said before, and the ways back: one entry, or a whole import."""

from typing import Annotated

from pydantic import Field

from server.domain.errors import NotFound
from server.domain.ids import EntryId, ImportId
from server.http import fields
from server.http.knowledge_json import past_import_json, version_json
from server.http.results import ImportPage, UndoneImportJson, VersionPage
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.wire.entries import EntryJson, entry_json
from server.wire.fields import Request

_MOST_DIGITS = 9


class HistoryQuery(Request):
    limit: Annotated[int, Field(ge=1, le=50, description="Items a page.")] = 20
    cursor: fields.Cursor | None = None


class RestoreRequest(Request):
    """`version` is the one that stands: with a newer one stored, it is a conflict."""

    version: Annotated[int, Field(ge=1)] | None = None


async def list_versions(call: Call[NoBody, HistoryQuery]) -> VersionPage:
    versions, next_cursor = await call.parts.knowledge.versions(
        entry_id=EntryId(call.path["id"]), limit=call.query.limit, cursor=call.query.cursor
    )
    return {"items": [version_json(one) for one in versions], "next_cursor": next_cursor}


async def restore_version(call: Call[RestoreRequest, NoQuery]) -> EntryJson:
    digits = call.path["version"]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise NotFound("no such version")
    entry = await call.parts.knowledge.edit.restore(
        editor=call.person,
        entry_id=EntryId(call.path["id"]),
        version=int(digits),
        over_version=call.body.version,
    )
    return entry_json(entry)


async def list_imports(call: Call[NoBody, HistoryQuery]) -> ImportPage:
    imports, next_cursor = await call.parts.knowledge.list_imports(
        limit=call.query.limit, cursor=call.query.cursor
    )
    return {"items": [past_import_json(one) for one in imports], "next_cursor": next_cursor}


async def undo_import(call: Call[NoBody, NoQuery]) -> UndoneImportJson:
    undone = await call.parts.knowledge.undo_import(editor=call.person, import_id=ImportId(call.path["id"]))
    return {"restored": undone.restored, "archived": undone.archived, "kept": undone.kept}


KNOWLEDGE_HISTORY_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/faq/imports",
        who=Who.ADMIN,
        summary="Files that were brought in, newest first.",
        handler=list_imports,
        body=NoBody,
        query=HistoryQuery,
        result=ImportPage,
    ),
    Route(
        method="POST",
        path="/api/faq/imports/{id}/undo",
        who=Who.ADMIN,
        summary="Take an import back, save for entries that somebody has changed since.",
        handler=undo_import,
        body=NoBody,
        query=NoQuery,
        result=UndoneImportJson,
        also_refuses=("conflict",),
    ),
    Route(
        method="GET",
        path="/api/faq/{id}/versions",
        who=Who.CONSULTANT_OR_ADMIN,
        summary="What an entry says and said before, newest first, each with what was changed.",
        handler=list_versions,
        body=NoBody,
        query=HistoryQuery,
        result=VersionPage,
    ),
    Route(
        method="POST",
        path="/api/faq/{id}/versions/{version}/restore",
        who=Who.ADMIN,
        summary="Bring the words of an earlier version back, as a new version.",
        handler=restore_version,
        body=RestoreRequest,
        query=NoQuery,
        result=EntryJson,
        also_refuses=("conflict",),
    ),
)
