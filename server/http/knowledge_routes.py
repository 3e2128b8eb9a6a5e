"""What the bot knows: reading, editing, trying it out."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus
from server.domain.knowledge_rules import EntryEdit, EntryFields
from server.http import fields
from server.http.knowledge_json import search_json
from server.http.results import EntryPage, SearchJson
from server.http.routing import MEBIBYTE, AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.use_cases.knowledge_ports import EntryQuery
from server.wire.entries import EntryJson, entry_json
from server.wire.fields import Request, Text

StatusName = Literal["draft", "published", "archived"]
# Bounds for the parser only; the domain's own rules say what is kept.
Long = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=2_500)]
Lines = Annotated[list[Line], Field(max_length=500)]


class EntryRequest(Request):
    """`version` is the one that was edited: with a newer one stored, the edit is a conflict."""

    question: Line | None = None
    alternatives: Lines | None = None
    answer: Long | None = None
    category: Line | None = None
    language: fields.LanguageTag | None = None
    tags: Lines | None = None
    status: StatusName | None = None
    version: Annotated[int, Field(ge=1)] | None = None

    @property
    def edit(self) -> EntryEdit:
        return EntryEdit(
            question=self.question,
            answer=self.answer,
            alternatives=None if self.alternatives is None else tuple(self.alternatives),
            category=self.category,
            language=self.language,
            tags=None if self.tags is None else tuple(self.tags),
            status=EntryStatus(self.status) if self.status else None,
        )


class NewEntryRequest(Request):
    """An `id` of the client's own makes a repeat harmless: the second one is a conflict."""

    id: fields.EntryId | None = None
    question: Line
    answer: Long
    alternatives: Lines = Field(default_factory=list)
    category: Line = ""
    language: fields.LanguageTag = "zh"
    tags: Lines = Field(default_factory=list)
    status: StatusName = "published"


class EntriesQuery(Request):
    """`q` is looked for, as it stands, in questions and other wordings."""

    status: StatusName | None = None
    language: fields.LanguageTag | None = None
    category: Line | None = None
    tag: Line | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None
    limit: fields.Limit = 50
    cursor: fields.Cursor | None = None


class SearchRequest(Request):
    text: Text
    limit: Annotated[int, Field(ge=1, le=20)] = 5


async def list_entries(call: Call[NoBody, EntriesQuery]) -> EntryPage:
    asked = call.query
    query = EntryQuery(
        status=EntryStatus(asked.status) if asked.status else None,
        language=asked.language,
        category=asked.category,
        tag=asked.tag,
        text=asked.q,
    )
    entries, next_cursor = await call.parts.knowledge.list(
        query=query, limit=asked.limit, cursor=asked.cursor
    )
    return {"items": [entry_json(one) for one in entries], "next_cursor": next_cursor}


async def get_entry(call: Call[NoBody, NoQuery]) -> EntryJson:
    return entry_json(await call.parts.knowledge.list.one(EntryId(call.path["id"])))


async def create_entry(call: Call[NewEntryRequest, NoQuery]) -> EntryJson:
    body = call.body
    given = EntryFields(
        question=body.question,
        answer=body.answer,
        alternatives=tuple(body.alternatives),
        category=body.category,
        language=body.language,
        tags=tuple(body.tags),
        status=EntryStatus(body.status),
    )
    entry = await call.parts.knowledge.create(
        editor=call.person, fields=given, entry_id=EntryId(body.id) if body.id else None
    )
    return entry_json(entry)


async def edit_entry(call: Call[EntryRequest, NoQuery]) -> EntryJson:
    entry = await call.parts.knowledge.edit(
        editor=call.person,
        entry_id=EntryId(call.path["id"]),
        edit=call.body.edit,
        over_version=call.body.version,
    )
    return entry_json(entry)


async def archive_entry(call: Call[NoBody, NoQuery]) -> EntryJson:
    entry = await call.parts.knowledge.archive(editor=call.person, entry_id=EntryId(call.path["id"]))
    return entry_json(entry)


async def search_entries(call: Call[SearchRequest, NoQuery]) -> SearchJson:
    return search_json(await call.parts.knowledge.search(text=call.body.text, limit=call.body.limit))


KNOWLEDGE_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/faq",
        who=Who.CONSULTANT_OR_ADMIN,
        summary="Entries, last changed first.",
        handler=list_entries,
        body=NoBody,
        query=EntriesQuery,
        result=EntryPage,
    ),
    Route(
        method="POST",
        path="/api/faq",
        who=Who.ADMIN,
        summary="Write an entry.",
        handler=create_entry,
        body=NewEntryRequest,
        query=NoQuery,
        result=EntryJson,
        most_bytes=MEBIBYTE,
    ),
    Route(
        method="POST",
        path="/api/faq/search",
        who=Who.CONSULTANT_OR_ADMIN,
        summary="What the bot would do with a text.",
        handler=search_entries,
        body=SearchRequest,
        query=NoQuery,
        result=SearchJson,
    ),
    Route(
        method="GET",
        path="/api/faq/{id}",
        who=Who.CONSULTANT_OR_ADMIN,
        summary="One entry.",
        handler=get_entry,
        body=NoBody,
        query=NoQuery,
        result=EntryJson,
    ),
    Route(
        method="PUT",
        path="/api/faq/{id}",
        who=Who.ADMIN,
        summary="Edit an entry; what is left out stays.",
        handler=edit_entry,
        body=EntryRequest,
        query=NoQuery,
        result=EntryJson,
        most_bytes=MEBIBYTE,
    ),
    Route(
        method="DELETE",
        path="/api/faq/{id}",
        who=Who.ADMIN,
        summary="Archive an entry: the bot forgets it, the record stays.",
        handler=archive_entry,
        body=NoBody,
        query=NoQuery,
        result=EntryJson,
    ),
)
