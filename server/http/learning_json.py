"""Unanswered questions, drafts and trust as HTTP shows them."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from typing_extensions import TypedDict

from server.domain.drafts import Draft, RehearsalFigures
from server.domain.knowledge import KnowledgeEntry
from server.domain.times import rfc3339
from server.domain.trust import EntryTrust
from server.domain.unanswered import UnansweredQuestion
from server.use_cases.review_drafts import RehearsalFound, SimilarEntry

OutcomeName = Literal["right", "wrong", "silent"]


class ReplyJson(TypedDict):
    seq: int
    text: str
    consultant_id: str


class UnansweredJson(TypedDict):
    """`text` and `replies` without personal data; `is_settled`: no further reply will be joined."""

    session_id: str
    seq: int
    language: str
    why: Literal["unsure", "refused", "not_helpful"]
    text: str
    asked_at: str
    confidence: float
    replies: list[ReplyJson]
    is_settled: bool


class UnansweredPage(TypedDict):
    items: list[UnansweredJson]
    next_cursor: str | None


class RehearsalFiguresJson(TypedDict):
    """Of `asked` wordings of other entries, and of the entry's own, each hidden while it is asked."""

    asked: int
    right_before: int
    right_after: int
    wrong_before: int
    wrong_after: int
    newly_right: int
    newly_wrong: int
    newly_silent: int
    own_asked: int
    own_right: int


class ChangeJson(TypedDict):
    question: str
    entry_id: str
    before: OutcomeName
    after: OutcomeName
    answered_with: str


class RehearsalJson(RehearsalFiguresJson):
    changes: list[ChangeJson]


class DecisionJson(TypedDict):
    at: str
    by: str
    by_name: str
    reason: str
    entry_id: str | None


class DraftJson(TypedDict):
    """`asked` counts messages, `sessions` where they came from. `rehearsal`: the last one of these words."""

    id: str
    status: Literal["pending", "approved", "rejected"]
    version: int
    question: str
    alternatives: list[str]
    answer: str
    language: str
    category: str
    asked: int
    sessions: int
    likeness: Literal["", "near", "duplicate", "conflict"]
    is_edited: bool
    created_at: str
    updated_at: str
    rehearsal: RehearsalFiguresJson | None
    decision: DecisionJson | None


class DraftPage(TypedDict):
    items: list[DraftJson]
    next_cursor: str | None


class SimilarJson(TypedDict):
    id: str
    question: str
    answer: str
    similarity: float
    kind: Literal["near", "duplicate", "conflict"]


class WholeDraftJson(DraftJson):
    """`sources` are at most 50 of the questions behind it; `answered_by` the one whose reply is proposed."""

    sources: list[UnansweredJson]
    similar: list[SimilarJson]
    answered_by: str | None


class DoubtedJson(TypedDict):
    """Until it is reviewed or edited the bot asks whether this entry was meant."""

    entry_id: str
    question: str
    answer: str
    trust: float
    helpful: int
    not_helpful: int
    changed_at: str


class DoubtedPage(TypedDict):
    items: list[DoubtedJson]
    next_cursor: None


class TrustJson(TypedDict):
    entry_id: str
    trust: float
    helpful: int
    not_helpful: int


class ReliabilityJson(TypedDict):
    confidence: float
    right_share: float
    count: int


class RiskJson(TypedDict):
    coverage: float
    risk: float
    confidence: float


class JudgementJson(TypedDict):
    """From `asked` wordings of the knowledge base, each hidden while asked. Undefined figures are null."""

    asked: int
    target_precision: float
    answer_from: float
    answered_share: float
    answered_precision: float | None
    calibration_error: float | None
    reliability: list[ReliabilityJson]
    risk: list[RiskJson]


_FIGURES = tuple(RehearsalFiguresJson.__annotations__)


def unanswered_json(question: UnansweredQuestion) -> UnansweredJson:
    return {
        "session_id": question.session_id,
        "seq": question.seq,
        "language": question.language,
        "why": question.why.value,
        "text": question.text,
        "asked_at": rfc3339(question.asked_at),
        "confidence": question.confidence,
        "replies": [
            {"seq": one.seq, "text": one.text, "consultant_id": one.author_id} for one in question.replies
        ],
        "is_settled": question.is_settled,
    }


def figures_json(found: RehearsalFigures | RehearsalFound) -> RehearsalFiguresJson:
    return cast("RehearsalFiguresJson", {name: getattr(found, name) for name in _FIGURES})


def rehearsal_json(found: RehearsalFound) -> RehearsalJson:
    changes: list[Any] = [
        {
            "question": one.question,
            "entry_id": one.entry_id,
            "before": one.before,
            "after": one.after,
            "answered_with": one.answered_with,
        }
        for one in found.changes
    ]
    return cast("RehearsalJson", {**figures_json(found), "changes": changes})


def draft_json(draft: Draft) -> DraftJson:
    words, decision = draft.words, draft.decision
    shape: dict[str, Any] = {
        "id": draft.id,
        "status": draft.status.value,
        "version": draft.version,
        "question": words.question,
        "alternatives": list(words.alternatives),
        "answer": words.answer,
        "language": words.language,
        "category": words.category,
        "asked": len(draft.question_ids),
        "sessions": draft.session_count,
        "likeness": draft.likeness,
        "is_edited": draft.is_edited,
        "created_at": rfc3339(draft.created_at),
        "updated_at": rfc3339(draft.updated_at),
        "rehearsal": figures_json(draft.rehearsal) if draft.rehearsal else None,
        "decision": None
        if decision is None
        else {
            "at": rfc3339(decision.at),
            "by": decision.by,
            "by_name": decision.by_name,
            "reason": decision.reason,
            "entry_id": decision.entry_id,
        },
    }
    return cast("DraftJson", shape)


def whole_draft_json(
    draft: Draft, sources: Sequence[UnansweredQuestion], similar: Sequence[SimilarEntry]
) -> WholeDraftJson:
    alike: list[Any] = [
        {
            "id": one.id,
            "question": one.question,
            "answer": one.answer,
            "similarity": one.similarity,
            "kind": one.kind,
        }
        for one in similar
    ]
    return {
        **draft_json(draft),
        "sources": [unanswered_json(one) for one in sources],
        "similar": alike,
        "answered_by": draft.answered_by,
    }


def doubted_json(trust: EntryTrust, entry: KnowledgeEntry) -> DoubtedJson:
    return {
        "entry_id": entry.id,
        "question": entry.question,
        "answer": entry.answer,
        "trust": trust.trust,
        "helpful": trust.votes.helpful,
        "not_helpful": trust.votes.not_helpful,
        "changed_at": rfc3339(trust.changed_at),
    }
