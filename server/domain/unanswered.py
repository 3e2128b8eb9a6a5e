"""A question that the bot could not answer well, and what a colleague then said to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.ids import AccountId, SessionId

MOST_REPLIES = 3
"""So many first substantial replies are joined to a question; what follows is another talk."""


class Why(StrEnum):
    """How it showed that the bot had no good answer."""

    UNSURE = "unsure"
    REFUSED = "refused"
    NOT_HELPFUL = "not_helpful"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueReply:
    """What a person wrote to the question; personal data is masked."""

    seq: int
    text: str
    author_id: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredQuestion:
    """The message `seq` of a session, `text` masked. One message is one question, however often it is told.

    `entry_ids` are those that the bot had thought of. `is_settled`: nothing more will be joined.
    """

    session_id: SessionId
    seq: int
    language: str
    why: Why
    text: str
    asked_at: datetime
    confidence: float
    entry_ids: tuple[str, ...] = ()
    replies: tuple[ColleagueReply, ...] = ()
    is_settled: bool = False

    @property
    def id(self) -> str:
        return question_id(self.session_id, self.seq)


def question_id(session_id: SessionId, seq: int) -> str:
    return f"{session_id}/{seq}"


def session_of(question_id: str) -> SessionId:
    return SessionId(question_id.rpartition("/")[0])
