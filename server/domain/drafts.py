"""A draft of a knowledge entry, made of what users asked and colleagues answered, until an admin decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.ids import EntryId


class DraftStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftWords:
    """What the draft would say; an admin may change all of it."""

    question: str
    answer: str
    alternatives: tuple[str, ...] = ()
    language: str = "zh"
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalFigures:
    """The regression set without and with the entry, as it was shown before the decision.

    `of` names the words and the knowledge that were tried out: when either changes it has to be done again.
    """

    of: str
    at: datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided, when, and why; `entry_id` is what an approval made."""

    at: datetime
    by: str
    by_name: str
    reason: str = ""
    entry_id: EntryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`version` rises with every change of the words, the questions or the status.

    `question_ids` name the messages that it was made of, `answered_by` the one whose reply is proposed.
    `likeness` is the closest existing entry's: `duplicate`, `conflict`, `near`, or "" when nothing is alike.
    """

    id: str
    words: DraftWords
    question_ids: tuple[str, ...]
    session_count: int
    answered_by: str | None
    likeness: str
    created_at: datetime
    updated_at: datetime
    status: DraftStatus = DraftStatus.PENDING
    is_edited: bool = False
    version: int = 1
    rehearsal: RehearsalFigures | None = None
    decision: Decision | None = None
