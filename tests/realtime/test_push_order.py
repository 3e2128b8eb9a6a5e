"""What is pushed while a connection syncs, and while the database is away."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import orjson

from server.domain.ids import AccountId, SessionId, new_id
from server.domain.members import Members
from server.domain.people import Person, Role
from server.domain.session import Named, Session
from server.domain.times import utc_now
from server.realtime.connections import Connection, Connections
from server.realtime.engine import Frame, GuardedSocket
from server.realtime.hints import Posted
from server.realtime.push import Push
from server.wire.session_views import SessionViews

USER = Person(AccountId("u_1"), Role.USER, "小明")


@dataclass
class Wire:
    """The end of a connection: what has been written to it, in order."""

    sid: str = "e_1"
    events: list[tuple[str, Any]] = field(default_factory=list)

    def write(self, frame: Frame) -> None:
        name, payload = orjson.loads(frame[frame.index(b"42[") + 2 :])
        self.events.append((name, payload))


@dataclass
class Tails:
    """The log's end, once the database answers."""

    failures: int = 0

    async def tail(self, session_id: SessionId) -> int:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("away")
        return 1

    async def tails(self, session_ids: Iterable[SessionId]) -> dict[SessionId, int]:
        return {one: await self.tail(one) for one in session_ids}


class NoQueue:
    places: dict[SessionId, Any] = {}  # noqa: RUF012  never written to


def session() -> Session:
    now = utc_now()
    user = Named(USER.id, USER.name)
    made = Session(id=SessionId(new_id("s")), epoch=1, user=user, language="zh", created_at=now)
    made.begin(now=now)
    return made


def connected(push: Push, wire: Wire) -> Connection:
    connection = Connection(
        sid="c_1",
        socket=cast(GuardedSocket, wire),
        person=USER,
        address="127.0.0.1",
        expires_at=utc_now() + timedelta(minutes=5),
        family="f_1",
    )
    push.connections.add(connection)
    return connection


async def until_told(wire: Wire, count: int) -> None:
    async with asyncio.timeout(10):
        while len(wire.events) < count:  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)


def hint(talk: Session, seq: int, *, fence: int, members: Members | None = None) -> Posted:
    return Posted(talk.id, seq, fence, members or talk.members, False, b'{"seq":%d}' % seq)


async def test_a_hint_is_shown_only_where_it_continues_what_is_known() -> None:
    wire, asked = Wire(), list[SessionId]()
    push = Push(Connections(), SessionViews(Tails(), NoQueue()), gap=asked.append)
    connection, talk = connected(push, wire), session()
    push.follow(connection, talk)
    told = push.told[talk.id]
    push.hinted(hint(talk, 10**9, fence=talk.log_fence))
    assert (told.seq, wire.events, asked) == (None, [], [talk.id]), "how far it is, the log says"
    push.is_told_up_to(talk.id, 3)
    push.hinted(hint(talk, 4, fence=talk.log_fence + 9, members=Members(AccountId("u_2"), None)))
    assert (told.members, told.fence, told.seq) == (talk.members, talk.log_fence, 3)
    assert (wire.events, asked) == ([], [talk.id] * 2)
    push.hinted(hint(talk, 4, fence=talk.log_fence))
    assert [payload["message"]["seq"] for _, payload in wire.events] == [4]
    assert len(asked) == 2, "what continues the known is shown without a look at the database"


async def test_a_change_during_a_sync_is_told_behind_the_page() -> None:
    wire, push = Wire(), Push(Connections(), SessionViews(Tails(), NoQueue()))
    connection, talk = connected(push, wire), session()
    push.follow(connection, talk)
    with push.joining(connection, talk.id):
        talk.ask_for_person(now=utc_now())
        push.session(talk)
        await asyncio.sleep(0.1)
        assert wire.events == [], "the page, which was read before, would come behind it and undo it"
    connection.release(talk.id, after_seq=5)
    assert [(name, payload["session"]["status"]) for name, payload in wire.events] == [("session", "queued")]


async def test_a_change_is_told_though_the_database_goes_away_meanwhile() -> None:
    wire, push = Wire(), Push(Connections(), SessionViews(Tails(failures=1), NoQueue()))
    connection, talk = connected(push, wire), session()
    push.follow(connection, talk)
    talk.ask_for_person(now=utc_now())
    push.session(talk)
    await until_told(wire, 1)
    assert [(name, payload["session"]["status"]) for name, payload in wire.events] == [("session", "queued")]
