"""Gathers what rated sessions teach matching: what was asked, who answered, how it was liked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from matching.learning import MOST_PAST_SESSIONS, PastSession
from server.domain.ids import AccountId, SessionId
from server.domain.queries import RatedSession

_LOOKED_AT = 10
"""A user's first words are among so many messages, also where bot and system have spoken first."""
_MOST_CHARACTERS = 1_000
_AT_ONCE = 200


class RatedSessions(Protocol):
    async def rated_between(
        self, from_: datetime | None, to: datetime | None, *, limit: int
    ) -> list[RatedSession]: ...


class UsersWords(Protocol):
    async def users_words(
        self, session_ids: Sequence[SessionId], *, looked_at: int
    ) -> Mapping[SessionId, Sequence[str]]: ...


@dataclass(slots=True, kw_only=True)
class RecallPastSessions:
    """Keeps the words of the sessions that it recalled last, and reads those of the others only.

    What a session was rated, whose it was and whether it is still there is read each time: what was erased
    or given to another account is so the next time, its words too.
    """

    ratings: RatedSessions
    log: UsersWords
    _words: dict[tuple[SessionId, AccountId], str] = field(default_factory=dict)

    async def __call__(self) -> list[PastSession]:
        """The last rated sessions with the user's first words; those where nobody wrote are left out."""
        rated = await self.ratings.rated_between(None, None, limit=MOST_PAST_SESSIONS)
        words: dict[tuple[SessionId, AccountId], str] = {}
        past: list[PastSession] = []
        for start in range(0, len(rated), _AT_ONCE):
            part = rated[start : start + _AT_ONCE]
            words |= await self._words_of(part)
            past += [past_session_of(one, said) for one in part if (said := words[one.id, one.user_id])]
            await asyncio.sleep(0)  # building thousands would hold the event loop
        self._words = words
        return past

    async def _words_of(self, rated: Sequence[RatedSession]) -> dict[tuple[SessionId, AccountId], str]:
        keys = [(one.id, one.user_id) for one in rated]
        known = {key: self._words[key] for key in keys if key in self._words}
        unread = [key for key in keys if key not in known]
        read = await self.log.users_words([one for one, _ in unread], looked_at=_LOOKED_AT)
        return known | {key: " ".join(read[key[0]])[:_MOST_CHARACTERS] for key in unread}


def past_session_of(rated: RatedSession, text: str = "") -> PastSession:
    return PastSession(
        consultant_id=rated.consultant_id,
        text=text,
        score=rated.score,
        at=rated.rated_at.timestamp(),
        user_id=rated.user_id,
        topic=rated.topic,
        language=rated.language,
        first_response_seconds=rated.first_response_seconds,
    )
