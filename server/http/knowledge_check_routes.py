"""What an editor is told while typing."""

from typing import Annotated, Any, cast

from pydantic import Field, StringConstraints

from server.domain.ids import EntryId
from server.domain.knowledge_rules import EntryFields
from server.http import fields
from server.http.knowledge_json import search_json
from server.http.results import CheckJson, SearchJson
from server.http.routing import MEBIBYTE, AnyRoute, Call, NoQuery, Route, Who
from server.use_cases.search_knowledge import UNSAVED
from server.wire.fields import Request, Text

Long = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=2_500)]


class CheckRequest(Request):
    """An entry as far as it is written. `id` is its own, so that it is not compared with itself."""

    id: fields.EntryId | None = None
    question: Line = ""
    alternatives: Annotated[list[Line], Field(max_length=500)] = Field(default_factory=list)
    answer: Long = ""
    language: fields.LanguageTag = "zh"


class TriedEntry(Request):
    """`id` is that of the entry which it would replace."""

    id: fields.EntryId | None = None
    question: Line
    answer: Long
    alternatives: Annotated[list[Line], Field(max_length=500)] = Field(default_factory=list)
    category: Line = ""
    language: fields.LanguageTag = "zh"


class TryRequest(Request):
    """In the result a new entry has the empty id."""

    text: Text
    entry: TriedEntry
    limit: Annotated[int, Field(ge=1, le=20)] = 5


async def try_entry(call: Call[TryRequest, NoQuery]) -> SearchJson:
    tried = call.body.entry
    given = EntryFields(
        question=tried.question,
        answer=tried.answer,
        alternatives=tuple(tried.alternatives),
        category=tried.category,
        language=tried.language,
    )
    found = await call.parts.knowledge.try_entry(
        text=call.body.text,
        fields=given,
        entry_id=EntryId(tried.id) if tried.id else UNSAVED,
        limit=call.body.limit,
    )
    return search_json(found)


async def check_entry(call: Call[CheckRequest, NoQuery]) -> CheckJson:
    body = call.body
    similar = await call.parts.knowledge.check(
        question=body.question,
        alternatives=body.alternatives,
        answer=body.answer,
        language=body.language,
        entry_id=EntryId(body.id) if body.id else None,
    )
    shape: dict[str, Any] = {
        "similar": [
            {
                "id": one.id,
                "question": one.question,
                "answer": one.answer,
                "similarity": one.similarity,
                "kind": one.kind,
                "contradictions": [
                    {"kind": each.kind, "mine": each.mine, "theirs": each.theirs}
                    for each in one.contradictions
                ],
            }
            for one in similar
        ]
    }
    return cast("CheckJson", shape)


KNOWLEDGE_CHECK_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="POST",
        path="/api/faq/check",
        who=Who.ADMIN,
        summary="Published entries that ask nearly the same as one that is being written.",
        handler=check_entry,
        body=CheckRequest,
        query=NoQuery,
        result=CheckJson,
        most_bytes=MEBIBYTE,
    ),
    Route(
        method="POST",
        path="/api/faq/try",
        who=Who.ADMIN,
        summary="What the bot would do with a text if an entry were published like this.",
        handler=try_entry,
        body=TryRequest,
        query=NoQuery,
        result=SearchJson,
        most_bytes=MEBIBYTE,
    ),
)
