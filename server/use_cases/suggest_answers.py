"""What the knowledge base would answer, for the consultant to use or to leave."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from server.domain.ids import SessionId
from server.domain.message import SenderRole
from server.domain.people import Person
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Log

if TYPE_CHECKING:
    from chatbot import Suggestion

_LIMIT = 3
_LOOKED_AT = 12


class SuggestionModel(Protocol):
    async def suggest(self, text: str, *, asked: str | None, limit: int) -> "list[Suggestion]": ...


@dataclass(frozen=True, slots=True)
class SuggestAnswers:
    find_session: FindSession
    log: Log
    model: SuggestionModel

    async def __call__(self, *, person: Person, session_id: SessionId, text: str = "") -> "list[Suggestion]":
        """For what the user said last and for `text`, the consultant's draft. Empty with nothing to go by."""
        await self.find_session.for_staff(session_id, person)
        draft, asked = text.strip(), await self._last_user_text(session_id)
        if not draft:
            return await self.model.suggest(asked, asked=None, limit=_LIMIT) if asked else []
        return await self.model.suggest(draft, asked=asked or None, limit=_LIMIT)

    async def _last_user_text(self, session_id: SessionId) -> str:
        tail = await self.log.tail(session_id)
        newest = await self.log.read_before(session_id, before=tail + 1, limit=_LOOKED_AT)
        texts = [one.text for one in newest if one.sender.role is SenderRole.USER]
        return texts[-1] if texts else ""
