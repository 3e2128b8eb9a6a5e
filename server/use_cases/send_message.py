"""A person says something in a session."""

from dataclasses import dataclass, field
from typing import Any

from server.domain.errors import NotFound, SessionEnded, Unavailable
from server.domain.events import MessagePosted
from server.domain.ids import SessionId
from server.domain.message import (
    Appended,
    Draft,
    Message,
    MessageKind,
    Sender,
    SenderRole,
    StaleFence,
    clean_text,
)
from server.domain.people import Person, Role
from server.domain.session import Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Announce, Clock, Log, Sessions

_TRIES = 6
_SENDER_ROLES = {
    Role.USER: SenderRole.USER,
    Role.CONSULTANT: SenderRole.CONSULTANT,
    Role.SUPERVISOR: SenderRole.SUPERVISOR,
    Role.ADMIN: SenderRole.SUPERVISOR,
}


def sender_of(person: Person) -> Sender:
    return Sender(_SENDER_ROLES[person.role], person.id, person.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What a person wants to say; `cmid` makes saying it twice harmless."""

    cmid: str
    text: str
    kind: MessageKind = MessageKind.TEXT
    reply_to: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendMessage:
    sessions: Sessions
    find_session: FindSession
    log: Log
    change_session: ChangeSession
    announce: Announce
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, message: NewMessage) -> Message:
        """The durable message; for a repeat the one that is already there.

        Raises NotFound (a stranger), SessionEnded, Conflict (another text under this cmid), BadRequest,
        TooLarge, Unavailable.
        """
        text = clean_text(message.text)
        if message.kind is MessageKind.FILE:
            raise NotFound("no such file")
        try:
            return await self._send(person, session_id, message, text)
        except NotFound:
            stored = await self._sent_before(person, session_id, message)
            if stored is None or stored.text != text:
                raise
            return stored

    async def _send(self, person: Person, session_id: SessionId, message: NewMessage, text: str) -> Message:
        session = await self.find_session.quick(session_id, person)
        for _ in range(_TRIES):
            draft = self._draft(session, person, message, text)
            try:
                session = await self._let_supervisor_in(session, person)
                appended = await self._append(session, draft)
            except StaleFence:
                session = await self.find_session.fresh(session_id, person)
                # The log may be behind a change whose process died before it could write it down.
                await self.change_session.settle(session)
                continue
            if not appended.is_repeat:
                self.announce(MessagePosted(appended.message, session))
            return appended.message
        raise Unavailable("the session is being changed by too many at once")

    async def _sent_before(
        self, person: Person, session_id: SessionId, message: NewMessage
    ) -> Message | None:
        """What somebody said who is no member any more: a resend that only lost its ack must not be refused.

        The log is asked once it has the change that refuses us: until then an earlier copy could still land.
        """
        await self.change_session.settle(await self.sessions.get(session_id))
        return await self.log.find(session_id, sender_id=person.id, cmid=message.cmid)

    async def _append(self, session: Session, draft: Draft) -> Appended:
        if session.is_open:
            try:
                return await self.log.append(draft)
            except SessionEnded:
                pass
        else:
            await self.change_session.settle(await self.sessions.get(session.id))
        stored = await self.log.find(session.id, sender_id=draft.sender.id, cmid=draft.cmid)
        if stored is not None and stored.says_the_same_as(draft):
            return Appended(stored, is_repeat=True)
        raise SessionEnded("the session has ended")

    def _draft(self, session: Session, person: Person, message: NewMessage, text: str) -> Draft:
        return Draft(
            session_id=session.id,
            epoch=session.epoch,
            fence=session.log_fence,
            cmid=message.cmid,
            kind=message.kind,
            sender=sender_of(person),
            text=text,
            data={} if message.reply_to is None else {"reply_to": message.reply_to},
            created_at=self.clock(),
        )

    async def _let_supervisor_in(self, session: Session, person: Person) -> Session:
        """Nobody writes unseen: a supervisor's first message is preceded by `joined`."""
        if not person.role.sees_the_floor or not session.is_open or person.id in session.joined:
            return session
        await self.change_session(session.id, lambda one: one.note_join(person, now=self.clock()))
        raise StaleFence(session.log_fence)
