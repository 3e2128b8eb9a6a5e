"""Answers that only the HTTP edge gives."""

from typing import Any, Literal

from typing_extensions import TypedDict

from server.wire.objects import (
    AccountJson,
    CandidateJson,
    ConsultantJson,
    EntryJson,
    ExcludedJson,
    ExplanationJson,
    MessageJson,
    NoteJson,
    PersonJson,
    SessionJson,
    TermJson,
)


class Nothing(TypedDict):
    pass


class TokensJson(TypedDict):
    """`expires_in` counts seconds and belongs to the access token."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    user: PersonJson


class AccountPage(TypedDict):
    items: list[AccountJson]
    next_cursor: str | None


class ConsultantPage(TypedDict):
    items: list[ConsultantJson]
    next_cursor: str | None


class EntryPage(TypedDict):
    items: list[EntryJson]
    next_cursor: str | None


class SessionPage(TypedDict):
    items: list[SessionJson]
    next_cursor: str | None


class MessagePageJson(TypedDict):
    """In order of seq. `next_cursor` goes on in the direction of reading: newer, or with `before` older."""

    items: list[MessageJson]
    next_cursor: str | None


class NotePage(TypedDict):
    items: list[NoteJson]
    next_cursor: str | None


class ExplanationPage(TypedDict):
    items: list[ExplanationJson]
    next_cursor: str | None


class ImportJson(TypedDict):
    created: int
    updated: int
    unchanged: int


class FoundEntryJson(TypedDict):
    id: str
    question: str
    answer: str
    score: float


class SearchJson(TypedDict):
    decision: Literal["answer", "clarify", "handoff", "smalltalk", "crisis"]
    confidence: float
    entries: list[FoundEntryJson]


class NamedCandidateJson(CandidateJson):
    name: str


class PreviewJson(TypedDict):
    """`consultant_id` is the best candidate's, null when nobody may have the question."""

    policy: str
    consultant_id: str | None
    score: float
    terms: list[TermJson]
    candidates: list[NamedCandidateJson]
    excluded: list[ExcludedJson]
    at: str


class TranscriptJson(TypedDict):
    session: SessionJson
    messages: list[MessageJson]


class HealthJson(TypedDict):
    status: Literal["ok"]


class ReadinessJson(TypedDict):
    ready: bool
    checks: dict[str, Literal["ok", "failed"]]


class ErrorBody(TypedDict, total=False):
    code: str
    message: str
    details: dict[str, Any]


class ErrorJson(TypedDict):
    error: ErrorBody
