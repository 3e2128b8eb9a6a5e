"""Translates stored knowledge and profiles into what the model process loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from chatbot import Entry
from matching.learning import PastSession
from matching.profiles import Profile
from server.domain.ids import SessionId
from server.domain.knowledge import KnowledgeEntry
from server.domain.message import Message, SenderRole
from server.domain.people import Consultant
from server.domain.session import Session

_RATED_SESSIONS = 1_000
_LOOKED_AT = 20
_MOST_CHARACTERS = 1_000


class Bot(Protocol):
    async def load(self, entries: Sequence[Entry]) -> None: ...


class Matcher(Protocol):
    async def load_profiles(
        self, profiles: Sequence[Profile], history: Sequence[PastSession] = ()
    ) -> None: ...


class RatedSessions(Protocol):
    async def last_rated(self, limit: int) -> list[Session]: ...


class MessageReader(Protocol):
    async def read_after(self, session_id: SessionId, *, after: int, limit: int) -> list[Message]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLoading:
    bot: Bot
    matcher: Matcher
    sessions: RatedSessions
    log: MessageReader

    async def load_knowledge(self, entries: Sequence[KnowledgeEntry]) -> None:
        await self.bot.load([_entry(one) for one in entries])

    async def load_profiles(self, profiles: Sequence[Consultant]) -> None:
        """Together with what the last rated sessions teach about these consultants."""
        await self.matcher.load_profiles([_profile(one) for one in profiles], await self._history())

    async def _history(self) -> list[PastSession]:
        history = []
        for session in await self.sessions.last_rated(_RATED_SESSIONS):
            rating = session.rating
            if rating is None or rating.consultant_id is None:
                continue
            messages = await self.log.read_after(session.id, after=0, limit=_LOOKED_AT)
            said = " ".join(one.text for one in messages if one.sender.role is SenderRole.USER)
            if said:
                history.append(
                    PastSession(
                        consultant_id=rating.consultant_id, text=said[:_MOST_CHARACTERS], score=rating.score
                    )
                )
        return history


def _entry(entry: KnowledgeEntry) -> Entry:
    language: Literal["zh", "en"] = "zh" if entry.language == "zh" else "en"
    return Entry(
        id=entry.id,
        question=entry.question,
        alternatives=tuple(entry.alternatives),
        answer=entry.answer,
        language=language,
        category=entry.category,
        tags=tuple(entry.tags),
    )


def _profile(consultant: Consultant) -> Profile:
    return Profile(
        id=consultant.id,
        name=consultant.name,
        title=consultant.title or None,
        bio=consultant.bio,
        skills=tuple(consultant.skills),
        languages=tuple(consultant.languages),
        specialty=consultant.specialty or None,
    )
