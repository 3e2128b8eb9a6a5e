"""What the bot could not answer, the drafts made of it, entries in doubt, and how the bot judges itself."""

from typing import Annotated, Any, Literal, cast

from pydantic import Field, StringConstraints

from server.domain.drafts import DraftStatus, DraftWords
from server.domain.ids import EntryId
from server.http import fields
from server.http.learning_json import (
    DoubtedPage,
    DraftJson,
    DraftPage,
    JudgementJson,
    RehearsalJson,
    TrustJson,
    UnansweredPage,
    WholeDraftJson,
    doubted_json,
    draft_json,
    rehearsal_json,
    unanswered_json,
    whole_draft_json,
)
from server.http.routing import MEBIBYTE, AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.use_cases.review_drafts import MOST_REASON_CHARACTERS
from server.wire.fields import Request

# Bounds for the parser only; the domain's own rules say what is kept.
Long = Annotated[str, StringConstraints(max_length=20_000)]
Line = Annotated[str, StringConstraints(max_length=2_500)]
Lines = Annotated[list[Line], Field(max_length=500)]
Reason = Annotated[str, StringConstraints(max_length=MOST_REASON_CHARACTERS)]
Version = Annotated[int, Field(ge=1)]


class UnansweredQuery(Request):
    limit: fields.Limit = 50
    cursor: fields.Cursor | None = None


class DraftsQuery(Request):
    status: Literal["pending", "approved", "rejected"] | None = None
    limit: fields.Limit = 50
    cursor: fields.Cursor | None = None


class DraftRequest(Request):
    """`version` is the one that was read: with a newer one stored, it is a conflict."""

    version: Version
    question: Line
    answer: Long
    alternatives: Lines = Field(default_factory=list)
    category: Line = ""
    language: fields.LanguageTag = "zh"


class RehearseRequest(Request):
    version: Version


class ApproveRequest(Request):
    version: Version
    reason: Reason = ""


class RejectRequest(Request):
    version: Version
    reason: Reason


async def list_unanswered(call: Call[NoBody, UnansweredQuery]) -> UnansweredPage:
    page, next_cursor = await call.parts.learning.unanswered(limit=call.query.limit, cursor=call.query.cursor)
    return {"items": [unanswered_json(one) for one in page], "next_cursor": next_cursor}


async def list_drafts(call: Call[NoBody, DraftsQuery]) -> DraftPage:
    asked = call.query
    page, next_cursor = await call.parts.learning.drafts(
        status=DraftStatus(asked.status) if asked.status else None, limit=asked.limit, cursor=asked.cursor
    )
    return {"items": [draft_json(one) for one in page], "next_cursor": next_cursor}


async def get_draft(call: Call[NoBody, NoQuery]) -> WholeDraftJson:
    return whole_draft_json(*await call.parts.learning.look(call.path["id"]))


async def list_rejections(call: Call[NoBody, NoQuery]) -> DraftPage:
    found = await call.parts.learning.rejections(call.path["id"])
    return {"items": [draft_json(one) for one in found], "next_cursor": None}


async def edit_draft(call: Call[DraftRequest, NoQuery]) -> DraftJson:
    body = call.body
    words = DraftWords(
        question=body.question,
        answer=body.answer,
        alternatives=tuple(body.alternatives),
        language=body.language,
        category=body.category,
    )
    return draft_json(await call.parts.learning.edit(call.path["id"], words=words, over_version=body.version))


async def rehearse_draft(call: Call[RehearseRequest, NoQuery]) -> RehearsalJson:
    found = await call.parts.learning.rehearse(call.path["id"], over_version=call.body.version)
    return rehearsal_json(found)


async def approve_draft(call: Call[ApproveRequest, NoQuery]) -> DraftJson:
    decided = await call.parts.learning.decide.approve(
        call.path["id"], editor=call.person, over_version=call.body.version, reason=call.body.reason
    )
    return draft_json(decided)


async def reject_draft(call: Call[RejectRequest, NoQuery]) -> DraftJson:
    decided = await call.parts.learning.decide.reject(
        call.path["id"], editor=call.person, over_version=call.body.version, reason=call.body.reason
    )
    return draft_json(decided)


async def list_doubted(call: Call[NoBody, NoQuery]) -> DoubtedPage:
    found = await call.parts.learning.doubted()
    return {"items": [doubted_json(trust, entry) for trust, entry in found], "next_cursor": None}


async def review_entry(call: Call[NoBody, NoQuery]) -> TrustJson:
    trust = await call.parts.learning.review(editor=call.person, entry_id=EntryId(call.path["id"]))
    return {
        "entry_id": trust.entry_id,
        "trust": trust.trust,
        "helpful": trust.votes.helpful,
        "not_helpful": trust.votes.not_helpful,
    }


async def show_judgement(call: Call[NoBody, NoQuery]) -> JudgementJson:
    found = await call.parts.learning.judgement()
    shape: dict[str, Any] = {
        "asked": found.asked,
        "target_precision": call.parts.learning.target_precision,
        "answer_from": found.answer_from,
        "answered_share": found.answered_share,
        "answered_precision": found.answered_precision,
        "calibration_error": found.calibration_error,
        "reliability": [
            {"confidence": one.confidence, "right_share": one.right_share, "count": one.count}
            for one in found.reliability
        ],
        "risk": [
            {"coverage": one.coverage, "risk": one.risk, "confidence": one.confidence} for one in found.risk
        ],
    }
    return cast("JudgementJson", shape)


LEARNING_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/faq/unanswered",
        who=Who.ADMIN,
        summary="Questions without a good answer that nobody has decided about, newest first.",
        handler=list_unanswered,
        body=NoBody,
        query=UnansweredQuery,
        result=UnansweredPage,
    ),
    Route(
        method="GET",
        path="/api/faq/drafts",
        who=Who.ADMIN,
        summary="Drafts of entries, made of what users asked and colleagues answered; last changed first.",
        handler=list_drafts,
        body=NoBody,
        query=DraftsQuery,
        result=DraftPage,
    ),
    Route(
        method="GET",
        path="/api/faq/drafts/{id}",
        who=Who.ADMIN,
        summary="One draft, the questions behind it, and entries that come close.",
        handler=get_draft,
        body=NoBody,
        query=NoQuery,
        result=WholeDraftJson,
    ),
    Route(
        method="GET",
        path="/api/faq/drafts/{id}/rejections",
        who=Who.ADMIN,
        summary="Rejected drafts that asked the same as this one, at most three.",
        handler=list_rejections,
        body=NoBody,
        query=NoQuery,
        result=DraftPage,
    ),
    Route(
        method="PUT",
        path="/api/faq/drafts/{id}",
        who=Who.ADMIN,
        summary="Correct a draft.",
        handler=edit_draft,
        body=DraftRequest,
        query=NoQuery,
        result=DraftJson,
        most_bytes=MEBIBYTE,
        also_refuses=("conflict",),
    ),
    Route(
        method="POST",
        path="/api/faq/drafts/{id}/rehearse",
        who=Who.ADMIN,
        summary="Run the regression set without and with the draft, and show what would change.",
        handler=rehearse_draft,
        body=RehearseRequest,
        query=NoQuery,
        result=RehearsalJson,
        also_refuses=("conflict",),
    ),
    Route(
        method="POST",
        path="/api/faq/drafts/{id}/approve",
        who=Who.ADMIN,
        summary="Publish a draft that was rehearsed as it is now.",
        handler=approve_draft,
        body=ApproveRequest,
        query=NoQuery,
        result=DraftJson,
        also_refuses=("conflict",),
    ),
    Route(
        method="POST",
        path="/api/faq/drafts/{id}/reject",
        who=Who.ADMIN,
        summary="Reject a draft, with a reason.",
        handler=reject_draft,
        body=RejectRequest,
        query=NoQuery,
        result=DraftJson,
        also_refuses=("conflict",),
    ),
    Route(
        method="GET",
        path="/api/faq/doubted",
        who=Who.ADMIN,
        summary="Entries that users found not helpful, least trusted first.",
        handler=list_doubted,
        body=NoBody,
        query=NoQuery,
        result=DoubtedPage,
    ),
    Route(
        method="POST",
        path="/api/faq/{id}/review",
        who=Who.ADMIN,
        summary="Stand by an entry in doubt: its trust is whole again.",
        handler=review_entry,
        body=NoBody,
        query=NoQuery,
        result=TrustJson,
    ),
    Route(
        method="GET",
        path="/api/bot/judgement",
        who=Who.ADMIN,
        summary="How well the bot's confidence fits, and what answering more would cost.",
        handler=show_judgement,
        body=NoBody,
        query=NoQuery,
        result=JudgementJson,
    ),
)
