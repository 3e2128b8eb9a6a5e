"""A member reads a session: its state, its messages, and for staff its notes and how it was assigned."""

from dataclasses import dataclass
from typing import Any, Protocol

from server.domain.errors import Forbidden, NotFound
from server.domain.ids import SessionId
from server.domain.message import Message
from server.domain.note import Note
from server.domain.offers import Declined
from server.domain.people import Person
from server.domain.queries import PastSessions, may_read
from server.domain.session import Session

MOST_MESSAGES = 200


class SessionFinder(Protocol):
    async def find(self, session_id: SessionId) -> Session | None: ...


class MessageReader(Protocol):
    async def read_after(self, session_id: SessionId, *, after: int, limit: int) -> list[Message]: ...
    async def read_before(self, session_id: SessionId, *, before: int, limit: int) -> list[Message]: ...


class NoteReader(Protocol):
    async def of_session(self, session_id: SessionId) -> list[Note]: ...


class AssignmentReader(Protocol):
    async def of_session(self, session_id: SessionId) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """`messages` in order of seq; `more` says whether the log goes on in the direction of reading."""

    messages: list[Message]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSession:
    """Every reading raises NotFound for strangers as for ids that don't exist."""

    sessions: SessionFinder
    log: MessageReader
    notes: NoteReader
    assignments: AssignmentReader
    past_sessions: PastSessions

    async def __call__(self, *, person: Person, session_id: SessionId) -> Session:
        return await self._readable(person, session_id)

    async def messages_after(
        self, *, person: Person, session_id: SessionId, after: int, limit: int
    ) -> MessagePage:
        """From seq `after` + 1 on."""
        await self._readable(person, session_id)
        size = min(limit, MOST_MESSAGES)
        found = await self.log.read_after(session_id, after=after, limit=size + 1)
        return MessagePage(messages=found[:size], more=len(found) > size)

    async def messages_before(
        self, *, person: Person, session_id: SessionId, before: int, limit: int
    ) -> MessagePage:
        """The newest `limit` messages below seq `before`, still in order of seq."""
        await self._readable(person, session_id)
        size = min(limit, MOST_MESSAGES)
        found = await self.log.read_before(session_id, before=before, limit=size + 1)
        return MessagePage(messages=found[-size:], more=len(found) > size)

    async def staff_notes(self, *, person: Person, session_id: SessionId) -> list[Note]:
        """Raises Forbidden for users."""
        await self.staffed(person, session_id)
        return await self.notes.of_session(session_id)

    async def explanations(self, *, person: Person, session_id: SessionId) -> list[dict[str, Any]]:
        """Why it was assigned as it was, newest first. Raises Forbidden for users."""
        await self.staffed(person, session_id)
        return await self.assignments.of_session(session_id)

    async def declines(self, *, person: Person, session_id: SessionId) -> list[Declined]:
        """Who did not take it when asked, in order. Raises Forbidden for all but supervisors: what somebody
        says in refusing is not for colleagues."""
        if not person.role.sees_the_floor:
            raise Forbidden("for supervisors only")
        return list((await self._readable(person, session_id)).declines)

    async def staffed(self, person: Person, session_id: SessionId) -> Session:
        """For what staff alone may read. Raises Forbidden for users."""
        if not person.role.is_staff:
            raise Forbidden("for staff only")
        return await self._readable(person, session_id)

    async def _readable(self, person: Person, session_id: SessionId) -> Session:
        session = await self.sessions.find(session_id)
        if session is None or not may_read(session, person, self.past_sessions):
            raise NotFound("no such session")
        return session
