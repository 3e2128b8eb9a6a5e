"""A user begins a consultation, or comes back to the one that is open."""

from dataclasses import dataclass

from server.domain.errors import Forbidden, Unavailable
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.message import Message
from server.domain.people import Person, Role
from server.domain.session import Named, Session
from server.use_cases.change_session import ChangeSession
from server.use_cases.ports import Clock, Consultants, Log, Sessions
from server.use_cases.send_message import NewMessage, SendMessage
from server.use_cases.sync_session import PAGE_MESSAGES

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Started:
    session: Session
    messages: list[Message]
    is_resumed: bool


@dataclass(frozen=True, slots=True)
class _Wish:
    topic: str
    language: str
    price_class: str
    consultant_id: AccountId | None


@dataclass(frozen=True, slots=True)
class StartSession:
    sessions: Sessions
    log: Log
    consultants: Consultants
    change_session: ChangeSession
    send_message: SendMessage
    clock: Clock
    bot_is_enabled: bool

    async def __call__(
        self,
        *,
        person: Person,
        message: NewMessage | None,
        topic: str = "",
        language: str = "",
        price_class: str = "",
        consultant_id: AccountId | None = None,
    ) -> Started:
        """One open session a user: another start returns the open one with `is_resumed`.

        A `message` is sent to the returned session exactly as SendMessage would. A named consultant, or a
        switched-off bot, puts a new session into the queue at once. `price_class` is the one that the user of
        a new session wishes, or empty. Raises as SendMessage does, NotFound for an unknown consultant, and
        Forbidden for anybody but users.
        """
        if person.role is not Role.USER:
            raise Forbidden("only users start sessions")
        if consultant_id is not None:
            await self.consultants.get(consultant_id)
        wished = _Wish(topic, language or person.language, price_class, consultant_id)
        session, is_resumed = await self._open(person, wished)
        if message is not None:
            await self.send_message(person=person, session_id=session.id, message=message)
        if not is_resumed and (consultant_id is not None or not self.bot_is_enabled):
            await self.change_session(session.id, lambda one: one.ask_for_person(now=self.clock()))
        session = await self.sessions.get(session.id)
        messages = await self._newest(session.id)
        return Started(session, messages, is_resumed)

    async def _open(self, person: Person, wished: _Wish) -> tuple[Session, bool]:
        for _ in range(_TRIES):
            existing = await self.sessions.find_open_of(person.id)
            if existing is not None:
                return existing, True
            session = self._new(person, wished)
            self.log.begin_empty(session.id)
            if await self.sessions.insert(session):
                await self.change_session.settle(session)
                return session, False
        raise Unavailable("sessions of this user open and close too fast")

    def _new(self, person: Person, wished: _Wish) -> Session:
        now = self.clock()
        session = Session(
            id=SessionId(new_id("s")),
            # Any number that differs from a rebuilt log's will do; the moment of creation is one.
            epoch=int(now.timestamp()),
            user=Named(person.id, person.name),
            language=wished.language,
            topic=wished.topic,
            price_class=wished.price_class,
            wanted_consultant_id=wished.consultant_id,
            created_at=now,
        )
        session.begin(now=now)
        return session

    async def _newest(self, session_id: SessionId) -> list[Message]:
        tail = await self.log.tail(session_id)
        return await self.log.read_before(session_id, before=tail + 1, limit=PAGE_MESSAGES)
