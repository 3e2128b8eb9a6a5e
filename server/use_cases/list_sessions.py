"""A person looks through past and present sessions, as far as they may."""

from dataclasses import dataclass, replace
from typing import Protocol

from server.domain.people import Person, Role
from server.domain.queries import ConsultantReach, PastSessions, SessionQuery, may_read
from server.domain.session import Session


class SessionPages(Protocol):
    async def page(
        self, query: SessionQuery, *, limit: int, cursor: str | None
    ) -> tuple[list[Session], str | None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSessions:
    sessions: SessionPages
    past_sessions: PastSessions

    async def __call__(
        self, *, person: Person, query: SessionQuery, limit: int, cursor: str | None
    ) -> tuple[list[Session], str | None]:
        """Newest first. Users find their own, consultants by `past_sessions`, supervisors all."""
        narrowed = self._narrowed(person, query)
        if narrowed is None:
            return [], None
        sessions, next_cursor = await self.sessions.page(narrowed, limit=limit, cursor=cursor)
        # Whatever the query found, nobody gets what they could not read one by one.
        return [one for one in sessions if may_read(one, person, self.past_sessions)], next_cursor

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
