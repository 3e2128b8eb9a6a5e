"""Who is connected to this process, and which sessions each connection follows."""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson

from server.domain.ids import AccountId, SessionId
from server.domain.message import Message
from server.domain.people import Person
from server.realtime.engine import Frame, GuardedSocket, text_frame
from server.wire.objects import message_json

_BEHIND_EVERY_PAGE = 2**63
_HEARD_OF_SECONDS = 1.0


class Feed(Protocol):
    """Something that a connection follows beside sessions: a desk or a board."""

    def close(self) -> None: ...


class Interest(Protocol):
    """Told what this process serves: who is connected here, and which sessions are followed from here."""

    def person_came(self, account_id: AccountId) -> None: ...
    def person_left(self, account_id: AccountId) -> None: ...
    def session_followed(self, session_id: SessionId) -> None: ...
    def session_left(self, session_id: SessionId) -> None: ...


class NoInterest:
    def person_came(self, account_id: AccountId) -> None:
        pass

    def person_left(self, account_id: AccountId) -> None:
        pass

    def session_followed(self, session_id: SessionId) -> None:
        pass

    def session_left(self, session_id: SessionId) -> None:
        pass


def event_packet(event: str, payload: Any) -> Frame:
    """Encoded once, sent to many."""
    return text_frame(b"42" + orjson.dumps([event, payload]))


def _when_it_is_heard_of() -> float:
    return time.monotonic() + _HEARD_OF_SECONDS


@dataclass(eq=False, slots=True, kw_only=True)
class Connection:
    """One Socket.IO connection of one person.

    While it syncs a session, pushes of that session wait in `held` until the page has been sent. Whether its
    log-in still lives is to be asked at `log_in_is_due_at`: for the first time when this process hears what
    happens to the person, for nobody has told it what happened before.
    """

    sid: str
    socket: GuardedSocket
    person: Person
    address: str
    expires_at: datetime
    family: str
    sessions: set[SessionId] = field(default_factory=set)
    held: dict[SessionId, list[tuple[int, Frame]]] = field(default_factory=dict)
    desk: Feed | None = None
    board: Feed | None = None
    expiry_is_announced: bool = False
    log_in_is_due_at: float = field(default_factory=_when_it_is_heard_of)

    def send(self, packet: Frame) -> None:
        """Never waits: a client that does not read is let go."""
        self.socket.write(packet)

    def emit(self, event: str, payload: Any) -> None:
        self.send(event_packet(event, payload))

    def send_message(self, session_id: SessionId, seq: int, packet: Frame) -> None:
        held = self.held.get(session_id)
        if held is None:
            self.send(packet)
        else:
            held.append((seq, packet))

    def send_state(self, session_id: SessionId, packet: Frame) -> None:
        """Waits for the page as well: the state that goes with the page may be older than this one."""
        self.send_message(session_id, _BEHIND_EVERY_PAGE, packet)

    def release(self, session_id: SessionId, *, after_seq: int) -> None:
        """The page up to `after_seq` has been sent: what came in meanwhile follows."""
        for seq, packet in self.held.pop(session_id, []):
            if seq > after_seq:
                self.send(packet)


@dataclass(slots=True)
class Connections:
    """All connections of this process, by connection, person and session.

    `interest` is told of the first and of the last of each.
    """

    by_sid: dict[str, Connection] = field(default_factory=dict)
    by_person: dict[AccountId, set[Connection]] = field(default_factory=lambda: defaultdict(set))
    followers: dict[SessionId, set[Connection]] = field(default_factory=lambda: defaultdict(set))
    interest: Interest = field(default_factory=NoInterest)

    def add(self, connection: Connection) -> None:
        self.by_sid[connection.sid] = connection
        of_person = self.by_person[connection.person.id]
        if not of_person:
            self.interest.person_came(connection.person.id)
        of_person.add(connection)

    def remove(self, connection: Connection) -> None:
        self.by_sid.pop(connection.sid, None)
        for session_id in list(connection.sessions):
            self.unfollow(connection, session_id)
        of_person = self.by_person.get(connection.person.id, set())
        of_person.discard(connection)
        if not of_person and self.by_person.pop(connection.person.id, None) is not None:
            self.interest.person_left(connection.person.id)
        for feed in (connection.desk, connection.board):
            if feed is not None:
                feed.close()

    def follow(self, connection: Connection, session_id: SessionId) -> None:
        if connection.sid not in self.by_sid:
            return  # it has gone while somebody was at work for it: nobody would ever unfollow
        connection.sessions.add(session_id)
        following = self.followers[session_id]
        if not following:
            self.interest.session_followed(session_id)
        following.add(connection)

    def unfollow(self, connection: Connection, session_id: SessionId) -> None:
        connection.sessions.discard(session_id)
        connection.held.pop(session_id, None)
        following = self.followers.get(session_id)
        if following is not None:
            following.discard(connection)
            if not following:
                del self.followers[session_id]
                self.interest.session_left(session_id)

    def of(self, account_id: AccountId) -> set[Connection]:
        return set(self.by_person.get(account_id, ()))

    def desks_of(self, account_id: AccountId) -> list[Connection]:
        return [one for one in self.by_person.get(account_id, ()) if one.desk is not None]


def message_packet(message: Message) -> Frame:
    return event_packet("message", {"message": message_json(message)})
