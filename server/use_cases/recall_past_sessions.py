"""Gathers what rated sessions teach matching: what was asked, who answered, how it was liked."""

from dataclasses import dataclass
from typing import Protocol

from matching.learning import PastSession
from server.domain.ids import SessionId
from server.domain.message import Message, SenderRole
from server.domain.session import Session

MOST_SESSIONS = 1_000
_LOOKED_AT = 20
_MOST_CHARACTERS = 1_000


class RatedSessions(Protocol):
    async def last_rated(self, limit: int) -> list[Session]: ...


class MessageReader(Protocol):
    async def read_after(self, session_id: SessionId, *, after: int, limit: int) -> list[Message]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPastSessions:
    sessions: RatedSessions
    log: MessageReader

    async def __call__(self) -> list[PastSession]:
        """The last rated sessions with the user's first words; those where nobody wrote are left out."""
        past = [await self._recalled(one) for one in await self.sessions.last_rated(MOST_SESSIONS)]
        return [one for one in past if one is not None]

    async def _recalled(self, session: Session) -> PastSession | None:
        rating = session.rating
        if rating is None or rating.consultant_id is None:
            return None
        messages = await self.log.read_after(session.id, after=0, limit=_LOOKED_AT)
        said = " ".join(one.text for one in messages if one.sender.role is SenderRole.USER)
        if not said:
            return None
        return PastSession(
            consultant_id=rating.consultant_id,
            text=said[:_MOST_CHARACTERS],
            score=rating.score,
            at=rating.updated_at.timestamp(),
            user_id=session.user.id,
            topic=session.topic,
            language=session.language,
            first_response_seconds=rating.first_response_seconds,
        )
