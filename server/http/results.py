"""Answers that only the HTTP edge gives."""

from typing import Any, Literal, NotRequired, Required

from typing_extensions import TypedDict

from server.wire.entries import EntryJson
from server.wire.objects import (
    AccountJson,
    CandidateJson,
    ConsultantJson,
    DeclineJson,
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


class PersonNameJson(TypedDict):
    """The name is the one of that time; empty where it was not written down."""

    id: str
    name: str


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


class DeclinePage(TypedDict):
    items: list[DeclineJson]
    next_cursor: str | None


class ExplanationPage(TypedDict):
    items: list[ExplanationJson]
    next_cursor: str | None


class DifferenceJson(TypedDict):
    """`before` is null where there was no version before."""

    field: Literal["question", "alternatives", "answer", "category", "language", "tags", "status"]
    before: str | list[str] | None
    after: str | list[str]


class VersionJson(EntryJson):
    """`updated_at` and `updated_by` say when and by whom this version was made; `differences` are those from
    the version before, null where that one is not kept."""

    updated_by: PersonNameJson
    change: Literal["created", "edited", "archived", "restored", "imported", "import_undone"]
    restored_version: int | None
    import_id: str | None
    differences: list[DifferenceJson] | None


class VersionPage(TypedDict):
    items: list[VersionJson]
    next_cursor: str | None


class LineErrorJson(TypedDict, total=False):
    """`code` is stable. Of the numbers and names, those that belong to the code."""

    line: Required[int]
    code: Required[str]
    message: Required[str]
    field: str
    most: int
    other_line: int
    columns: str | int
    cells: int
    detail: str


class PlannedChangeJson(TypedDict):
    line: int
    kind: Literal["new", "changed"]
    id: str
    question: str
    differences: list[DifferenceJson]


class ContradictionJson(TypedDict):
    """`mine` are the words of the answer that was sent, `theirs` those of the entry."""

    kind: Literal[
        "amount",
        "duration",
        "working_days",
        "frequency",
        "time_of_day",
        "share",
        "number",
        "weekday",
        "negation",
        "opposite",
    ]
    mine: str
    theirs: str


class SimilarJson(TypedDict):
    """`similarity` is 0 to 1; `contradictions` only where it asks nearly the same."""

    id: str
    question: str
    answer: str
    similarity: float
    kind: Literal["duplicate", "conflict", "near"]
    contradictions: list[ContradictionJson]


class CheckJson(TypedDict):
    similar: list[SimilarJson]


class ImportJson(TypedDict):
    """`import_id` undoes the import, null where nothing changed; `changes` and `errors` are a dry run's."""

    created: int
    updated: int
    unchanged: int
    import_id: str | None
    changes: NotRequired[list[PlannedChangeJson]]
    errors: NotRequired[list[LineErrorJson]]


class PastImportJson(TypedDict):
    """Where it is not complete, the same file brought in again goes on with it."""

    id: str
    at: str
    by: PersonNameJson
    created: int
    updated: int
    unchanged: int
    is_complete: bool
    undone_at: str | None
    undone_by: str | None


class ImportPage(TypedDict):
    items: list[PastImportJson]
    next_cursor: str | None


class UndoneImportJson(TypedDict):
    """`kept` entries have been changed since the import and stay as they are."""

    restored: int
    archived: int
    kept: int


class FoundEntryJson(TypedDict):
    id: str
    question: str
    answer: str
    score: float


class SearchJson(TypedDict):
    """The bot answers from a confidence of `answer_from` on and asks back from `clarify_from` on."""

    decision: Literal["answer", "clarify", "handoff", "smalltalk", "crisis"]
    confidence: float
    answer_from: float
    clarify_from: float
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
