"""What a consultant has to know before the first word, put together from the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from chatbot.summary import Summary
from chatbot.user_turns import UserTurn
from server.domain.ids import SessionId
from server.domain.message import Message, SenderRole
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.read_session import ReadSession

_FIRST_MESSAGES = 60
_NEWEST_MESSAGES = 60
_MOST_TRIES = 10
_TRIES = frozenset({"answer", "clarify", "handoff", "crisis"})


class SummaryModel(Protocol):
    async def summarise(self, turns: Sequence[UserTurn]) -> Summary: ...


class SummaryLog(Protocol):
    async def read_after(self, session_id: SessionId, *, after: int, limit: int) -> list[Message]: ...
    async def read_before(self, session_id: SessionId, *, before: int, limit: int) -> list[Message]: ...
    async def tail(self, session_id: SessionId) -> int: ...


class FeedbackReader(Protocol):
    async def of_session(self, session_id: SessionId) -> dict[int, bool]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BotTry:
    """`question` is that of the entry answered with or offered first; `was_helpful` the user's word."""

    seq: int
    decision: str
    confidence: float
    question: str
    was_helpful: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSummary:
    session: Session
    said: Summary
    tries: list[BotTry]
    last_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariseSession:
    """Looks at the first and the newest 60 messages: whatever lies between has been talked about already."""

    read: ReadSession
    log: SummaryLog
    feedback: FeedbackReader
    model: SummaryModel
    zone: ZoneInfo

    async def __call__(self, *, person: Person, session_id: SessionId) -> SessionSummary:
        """Raises NotFound for strangers, Forbidden for users, Unavailable while the models are away."""
        session = await self.read.staffed(person, session_id)
        messages = await self._messages(session_id)
        turns = [
            UserTurn(
                seq=one.seq,
                text=one.text,
                written_on=one.created_at.astimezone(self.zone).date().isoformat(),
            )
            for one in messages
            if one.sender.role is SenderRole.USER and one.text.strip()
        ]
        helpful = await self.feedback.of_session(session_id)
        return SessionSummary(
            session=session,
            said=await self.model.summarise(turns),
            tries=_tries(messages, helpful),
            last_seq=messages[-1].seq if messages else 0,
        )

    async def _messages(self, session_id: SessionId) -> list[Message]:
        first = await self.log.read_after(session_id, after=0, limit=_FIRST_MESSAGES)
        if len(first) < _FIRST_MESSAGES:
            return first
        end = await self.log.tail(session_id) + 1
        newest = await self.log.read_before(session_id, before=end, limit=_NEWEST_MESSAGES)
        return first + [one for one in newest if one.seq > first[-1].seq]


def _tries(messages: list[Message], helpful: dict[int, bool]) -> list[BotTry]:
    found = []
    for one in messages:
        said: dict[str, Any] = one.data.get("bot", {}) if one.sender.role is SenderRole.BOT else {}
        if said.get("decision") in _TRIES:
            entries = said.get("entries", [])
            found.append(
                BotTry(
                    seq=one.seq,
                    decision=said["decision"],
                    confidence=said["confidence"],
                    question=entries[0]["question"] if entries else "",
                    was_helpful=helpful.get(one.seq),
                )
            )
    return found[-_MOST_TRIES:]
