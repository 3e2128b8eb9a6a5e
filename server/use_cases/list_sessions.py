"""A person looks through past and present sessions, as far as they may."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from server.domain.ids import SessionId
from server.domain.people import Person, Role
from server.domain.queries import ConsultantReach, PastSessions, SessionQuery, may_read
from server.domain.session import Session


class SessionPages(Protocol):
    async def page(
        self, query: SessionQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[Session], str | None]: ...


class Tails(Protocol):
    async def tails(self, session_ids: Sequence[SessionId]) -> dict[SessionId, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session and where its log ends, which only the log knows."""

    session: Session
    last_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSessions:
    sessions: SessionPages
    log: Tails
    past_sessions: PastSessions

    async def __call__(
        self, *, person: Person, query: SessionQuery, limit: int, cursor: str | None
    ) -> tuple[list[SessionView], str | None]:
        """Newest first. Users find their own, consultants by `past_sessions`, supervisors all."""
        narrowed = self._narrowed(person, query)
        if narrowed is None:
            return [], None
        sessions, next_cursor = await self.sessions.page(narrowed, limit=limit, cursor=cursor)
        # Whatever the query found, nobody gets what they could not read one by one.
        readable = [one for one in sessions if may_read(one, person, self.past_sessions)]
        tails = await self.log.tails([one.id for one in readable])
        views = [SessionView(session=one, last_seq=tails.get(one.id, one.last_seq)) for one in readable]
        return views, next_cursor

    def _narrowed(self, person: Person, query: SessionQuery) -> SessionQuery | None:
        """None when the person asks only for what they may not see."""
        if person.role.sees_the_floor:
            return query
        if person.role is Role.CONSULTANT:
            reach = ConsultantReach(consultant_id=person.id, past_sessions=self.past_sessions)
            if self.past_sessions == "all":
                return replace(query, reach=reach)
            if query.consultant_id not in {None, person.id}:
                return None
            return replace(query, consultant_id=person.id, reach=reach)
        if query.user_id not in {None, person.id}:
            return None
        return replace(query, user_id=person.id)
