"""What staff attach to a session beside its log: notes and tags."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.events import NoteAdded, SessionChanged
from server.domain.ids import SessionId, new_id
from server.domain.message import clean_text
from server.domain.note import Note
from server.domain.people import Person
from server.domain.session import Session
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Announce, Clock, Log, Notes, Sessions
from server.use_cases.send_message import sender_of


@dataclass(frozen=True, slots=True)
class AddNote:
    find_session: FindSession
    notes: Notes
    log: Log
    announce: Announce
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, cmid: str, text: str) -> Note:
        """The same cmid again returns the first note. Notes may also be added after the end."""
        session = await self.find_session.for_staff(session_id, person)
        return await self.add(session, person, cmid=cmid, text=text)

    async def add(self, session: Session, person: Person, *, cmid: str, text: str) -> Note:
        """For callers that have already decided that `person` may."""
        note = Note(
            id=new_id("n"),
            session_id=session.id,
            after_seq=await self.log.tail(session.id),
            cmid=cmid,
            author=sender_of(person),
            text=clean_text(text),
            created_at=self.clock(),
        )
        stored, is_new = await self.notes.add(note)
        if is_new:
            self.announce(NoteAdded(stored))
        return stored


@dataclass(frozen=True, slots=True)
class SetTags:
    find_session: FindSession
    sessions: Sessions
    announce: Announce

    async def __call__(self, *, person: Person, session_id: SessionId, tags: Sequence[str]) -> Session:
        """Replaces all tags; order is kept, repeats fall away."""
        session = await self.find_session.for_staff(session_id, person)
        session.tags = list(dict.fromkeys(tags))
        await self.sessions.set_tags(session_id, session.tags)
        self.announce(SessionChanged(session, session.status))
        return session
