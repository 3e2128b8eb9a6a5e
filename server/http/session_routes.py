"""Reading sessions, taking them along, rating them; and the board."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import Field, StringConstraints

from server.domain.errors import BadRequest
from server.domain.ids import AccountId, SessionId
from server.domain.queries import SessionQuery
from server.domain.session import SessionStatus
from server.domain.times import in_utc
from server.http.downloads import attachment
from server.http.errors import json_response
from server.http.fields import Cursor, Limit
from server.http.results import (
    DeclinePage,
    ExplanationPage,
    MessagePageJson,
    NotePage,
    SessionPage,
    TranscriptJson,
)
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.use_cases.export_transcript import PAGE_POLICY, transcript_page, transcript_text
from server.wire.fields import Identifier, RatingRequest, Request, Seq, Tag
from server.wire.floor import BoardJson
from server.wire.objects import (
    RatingJson,
    SessionJson,
    SessionStatusName,
    decline_json,
    message_json,
    note_json,
    rating_json,
)
from server.wire.summaries import SummaryJson, summary_json


class SessionsQuery(Request):
    """`from` (inclusive) and `to` (exclusive) bound the beginning of a session."""

    status: SessionStatusName | None = None
    consultant: Identifier | None = None
    user: Identifier | None = None
    tag: Tag | None = None
    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    q: Annotated[str, StringConstraints(max_length=200)] | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class MessagesQuery(Request):
    """Messages above `after` (default 0), or the newest ones below `before`; `cursor` goes on."""

    after: Seq | None = None
    before: Seq | None = None
    limit: Limit = 200
    cursor: Annotated[str, StringConstraints(pattern=r"^(after|before)-[0-9]{1,15}$")] | None = None


class TranscriptQuery(Request):
    format: Literal["json", "txt", "html"] = "json"


async def list_sessions(call: Call[NoBody, SessionsQuery]) -> SessionPage:
    asked = call.query
    if asked.q is not None:
        raise BadRequest("q: searching transcripts is not available yet")
    query = SessionQuery(
        status=SessionStatus(asked.status) if asked.status else None,
        consultant_id=AccountId(asked.consultant) if asked.consultant else None,
        user_id=AccountId(asked.user) if asked.user else None,
        tag=asked.tag,
        from_=in_utc(asked.from_),
        to=in_utc(asked.to),
        rating=asked.rating,
    )
    sessions, next_cursor = await call.parts.sessions.list(
        person=call.person, query=query, limit=asked.limit, cursor=asked.cursor
    )
    shown = await asyncio.gather(*(call.parts.sessions.show(call.person, one) for one in sessions))
    return {"items": shown, "next_cursor": next_cursor}


async def get_session(call: Call[NoBody, NoQuery]) -> SessionJson:
    session = await call.parts.sessions.read(person=call.person, session_id=_session_id(call.path))
    return await call.parts.sessions.show(call.person, session)


async def list_messages(call: Call[NoBody, MessagesQuery]) -> MessagePageJson:
    read, session_id, asked = call.parts.sessions.read, _session_id(call.path), call.query
    direction, seq = _place(asked)
    if direction == "before":
        page = await read.messages_before(
            person=call.person, session_id=session_id, before=seq, limit=asked.limit
        )
        edge = page.messages[0].seq if page.messages else seq
    else:
        page = await read.messages_after(
            person=call.person, session_id=session_id, after=seq, limit=asked.limit
        )
        edge = page.messages[-1].seq if page.messages else seq
    return {
        "items": [message_json(one) for one in page.messages],
        "next_cursor": f"{direction}-{edge}" if page.more else None,
    }


async def list_notes(call: Call[NoBody, NoQuery]) -> NotePage:
    notes = await call.parts.sessions.read.staff_notes(person=call.person, session_id=_session_id(call.path))
    return {"items": [note_json(one) for one in notes], "next_cursor": None}


async def list_explanations(call: Call[NoBody, NoQuery]) -> Mapping[str, Any]:
    explanations = await call.parts.sessions.read.explanations(
        person=call.person, session_id=_session_id(call.path)
    )
    return {"items": explanations, "next_cursor": None}


async def list_declines(call: Call[NoBody, NoQuery]) -> DeclinePage:
    declines = await call.parts.sessions.read.declines(person=call.person, session_id=_session_id(call.path))
    return {"items": [decline_json(one) for one in declines], "next_cursor": None}


async def show_summary(call: Call[NoBody, NoQuery]) -> SummaryJson:
    summary = await call.parts.sessions.summarise(person=call.person, session_id=_session_id(call.path))
    return summary_json(summary)


async def download_transcript(call: Call[NoBody, TranscriptQuery]) -> web.Response:
    transcript = await call.parts.sessions.export(person=call.person, session_id=_session_id(call.path))
    name = f"wenjin-{transcript.session.id}.{call.query.format}"
    if call.query.format == "html":
        return attachment(transcript_page(transcript), media_type="text/html", name=name, policy=PAGE_POLICY)
    if call.query.format == "txt":
        return attachment(transcript_text(transcript), media_type="text/plain", name=name)
    shape: TranscriptJson = {
        "session": await call.parts.sessions.show(call.person, transcript.session),
        "messages": [message_json(one) for one in transcript.messages],
    }
    return json_response(shape, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def rate_session(call: Call[RatingRequest, NoQuery]) -> RatingJson:
    rating = await call.parts.sessions.rate(
        person=call.person,
        session_id=_session_id(call.path),
        score=call.body.score,
        comment=call.body.comment,
        tags=call.body.tags,
    )
    return rating_json(rating)


async def show_board(call: Call[NoBody, NoQuery]) -> BoardJson:
    return await call.parts.sessions.board()


def _session_id(path: Mapping[str, str]) -> SessionId:
    return SessionId(path["id"])


def _place(asked: MessagesQuery) -> tuple[str, int]:
    """The direction of reading and the seq to start from."""
    if asked.cursor is not None:
        direction, _, seq = asked.cursor.partition("-")
        return direction, int(seq)
    if asked.before is not None and asked.after is not None:
        raise BadRequest("either after or before")
    return ("before", asked.before) if asked.before is not None else ("after", asked.after or 0)


SESSION_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/sessions",
        who=Who.SIGNED_IN,
        summary="Sessions that the caller may read, newest first.",
        handler=list_sessions,
        body=NoBody,
        query=SessionsQuery,
        result=SessionPage,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}",
        who=Who.SIGNED_IN,
        summary="One session.",
        handler=get_session,
        body=NoBody,
        query=NoQuery,
        result=SessionJson,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/messages",
        who=Who.SIGNED_IN,
        summary="A session's messages in order of seq.",
        handler=list_messages,
        body=NoBody,
        query=MessagesQuery,
        result=MessagePageJson,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/notes",
        who=Who.STAFF,
        summary="What staff wrote about a session.",
        handler=list_notes,
        body=NoBody,
        query=NoQuery,
        result=NotePage,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/assignment",
        who=Who.STAFF,
        summary="Why it was assigned as it was, newest first.",
        handler=list_explanations,
        body=NoBody,
        query=NoQuery,
        result=ExplanationPage,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/declines",
        who=Who.SUPERVISOR,
        summary="Who was asked and did not take it, and why.",
        handler=list_declines,
        body=NoBody,
        query=NoQuery,
        result=DeclinePage,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/summary",
        who=Who.STAFF,
        summary="What to know of it before the first word: topic, wish, what was named, what the bot tried.",
        handler=show_summary,
        body=NoBody,
        query=NoQuery,
        result=SummaryJson,
    ),
    Route(
        method="GET",
        path="/api/sessions/{id}/transcript",
        who=Who.SIGNED_IN,
        summary="Download the whole session.",
        handler=download_transcript,
        body=NoBody,
        query=TranscriptQuery,
        result=TranscriptJson,
        produces=("application/json", "text/plain", "text/html"),
    ),
    Route(
        method="POST",
        path="/api/sessions/{id}/rating",
        who=Who.USER,
        summary="Rate an ended session, or change the rating.",
        handler=rate_session,
        also_refuses=("conflict",),
        body=RatingRequest,
        query=NoQuery,
        result=RatingJson,
    ),
    Route(
        method="GET",
        path="/api/board",
        who=Who.SUPERVISOR,
        summary="The live board as it is now.",
        handler=show_board,
        body=NoBody,
        query=NoQuery,
        result=BoardJson,
    ),
)
