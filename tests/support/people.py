"""People for tests: they sign in, talk over Socket.IO as any client would, and remember what they hear."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import aiohttp
import pytest
import socketio

from tests.support.serving import PASSWORD

Json = dict[str, Any]
Predicate = Callable[[Json], bool]

_CONNECT_SECONDS = 10

PATIENCE_SECONDS = 15.0
_SHOWN_EVENTS = 25


class Refused(Exception):
    """The server's ack said no."""

    def __init__(self, error: Json) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.retry: bool = error["retry"]
        self.details: Json = error.get("details", {})


@dataclass(frozen=True, slots=True)
class SignedIn:
    id: str
    name: str
    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    json: Any

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


def new_cmid() -> str:
    return str(uuid.uuid4())


def anything(_payload: Json) -> bool:
    return True


@dataclass(eq=False)
class Client:
    """One connection of one person. `heard` is every event in the order in which it arrived."""

    base: str
    http: aiohttp.ClientSession
    account: SignedIn
    session_id: str = ""
    heard: list[tuple[str, Json]] = field(default_factory=list)
    tabs: list[Self] = field(default_factory=list)
    _socket: socketio.AsyncClient | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def is_connected(self) -> bool:
        return self._socket is not None and self._socket.connected

    async def connect(self, token: str = "") -> Self:
        socket = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=self.http)
        socket.on("*", self._hear)
        closed = self._closed = asyncio.Event()
        socket.on("disconnect", lambda _reason: closed.set())
        await socket.connect(
            self.base,
            auth={"token": token or self.account.access_token, "v": 1},
            transports=["websocket"],
            wait_timeout=_CONNECT_SECONDS,
        )
        self._socket = socket
        return self

    async def disconnect(self) -> None:
        """Of this connection; other tabs stay."""
        if self._socket is not None:
            await self._socket.disconnect()
            # Otherwise the library closes the shared HTTP session when this client is collected.
            self._socket.eio.http = None

    async def leave(self) -> None:
        """With all tabs."""
        for tab in self.tabs:
            await tab.disconnect()
        await self.disconnect()

    async def another_tab(self) -> Self:
        """The same person, connected once more."""
        tab = type(self)(self.base, self.http, self.account, self.session_id)
        self.tabs.append(tab)
        return await tab.connect()

    def _hear(self, event: str, payload: Json) -> None:
        self.heard.append((event, payload))
        self._news.set()

    # -- asking ----------------------------------------------------------------------------------------------

    async def call(self, event: str, argument: Any = None, **fields: Any) -> Json:
        """The ack's result. Raises Refused."""
        assert self._socket is not None
        sent = fields if argument is None else argument
        ack = await self._socket.call(event, sent, timeout=PATIENCE_SECONDS)
        assert isinstance(ack, dict), f"{event} was acknowledged with {ack!r}"
        if not ack.pop("ok"):
            raise Refused(ack["error"])
        return ack

    async def refused(self, event: str, **fields: Any) -> str:
        """The code with which the server says no."""
        with pytest.raises(Refused) as refusal:
            await self.call(event, **fields)
        return refusal.value.code

    async def request(self, method: str, path: str, body: object = None) -> HttpAnswer:
        headers = {"Authorization": f"Bearer {self.account.access_token}"}
        async with self.http.request(method, self.base + path, json=body, headers=headers) as response:
            is_json = response.content_type == "application/json"
            return HttpAnswer(response.status, await response.json() if is_json else await response.text())

    async def get(self, path: str) -> Any:
        answer = await self.request("GET", path)
        assert answer.status == 200, answer
        return answer.json

    # -- what was heard --------------------------------------------------------------------------------------

    def all_of(self, event: str) -> list[Json]:
        return [payload for name, payload in self.heard if name == event]

    def forget(self) -> None:
        """From here on `until` and `all_of` see only what is new."""
        self.heard.clear()

    async def until(
        self, event: str, is_right: Predicate = anything, *, seconds: float = PATIENCE_SECONDS
    ) -> Json:
        """The first such event, heard already or still to come."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    for payload in self.all_of(event):
                        if is_right(payload):
                            return payload
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            recent = "\n".join(f"  {name}: {payload}"[:300] for name, payload in self.heard[-_SHOWN_EVENTS:])
            pytest.fail(f"{self.account.name} waited {seconds} s in vain for {event}; heard:\n{recent}")

    async def until_message(self, is_right: Predicate, *, seconds: float = PATIENCE_SECONDS) -> Json:
        heard = await self.until("message", lambda payload: is_right(payload["message"]), seconds=seconds)
        message: Json = heard["message"]
        return message

    async def until_system(self, event: str, *, seconds: float = PATIENCE_SECONDS) -> Json:
        """The system message of this `data.event`."""
        return await self.until_message(
            lambda message: message.get("data", {}).get("event") == event, seconds=seconds
        )

    async def until_text(self, text: str, *, seconds: float = PATIENCE_SECONDS) -> Json:
        return await self.until_message(lambda message: message["text"] == text, seconds=seconds)

    async def until_status(self, status: str, *, seconds: float = PATIENCE_SECONDS) -> Json:
        """The session as pushed with this status."""
        heard = await self.until(
            "session",
            lambda payload: (
                payload["session"]["status"] == status
                and (not self.session_id or payload["session"]["id"] == self.session_id)
            ),
            seconds=seconds,
        )
        session: Json = heard["session"]
        return session

    async def until_closed(self, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Raises TimeoutError when the connection lives on."""
        async with asyncio.timeout(seconds):
            await self._closed.wait()

    # -- talking ---------------------------------------------------------------------------------------------

    async def say(self, text: str, *, cmid: str = "", session_id: str = "") -> Json:
        return await self.call(
            "message:send", session_id=session_id or self.session_id, cmid=cmid or new_cmid(), text=text
        )

    async def sync(self, *, session_id: str = "", **fields: Any) -> Json:
        return await self.call("session:sync", session_id=session_id or self.session_id, **fields)

    async def read_log(self) -> list[Json]:
        """The whole log, page by page."""
        messages: list[Json] = []
        while True:
            page = await self.sync(last=messages[-1]["seq"] if messages else 0)
            messages += page["messages"]
            if not page["more"]:
                return messages

    async def fresh_session(self) -> Json:
        session: Json = await self.get(f"/api/sessions/{self.session_id}")
        return session


class Visitor(Client):
    """Somebody with a question."""

    async def start(self, text: str = "", **fields: Any) -> Json:
        """Begins (or resumes) a session; this is the one that the visitor talks in from now on."""
        if text:
            fields = {"text": text, "cmid": new_cmid(), **fields}
        result = await self.call("session:start", fields)
        self.session_id = result["session"]["id"]
        return result

    async def ask_for_person(self) -> Json:
        session: Json = (await self.call("session:handoff", session_id=self.session_id))["session"]
        return session

    async def queue_up(self, text: str = "", **fields: Any) -> Json:
        """Starts a session, asks for a person, says what it is about. The bot has no say in it."""
        await self.start(**fields)
        session = await self.ask_for_person()
        if text:
            await self.say(text)
        return session

    async def end(self) -> Json:
        session: Json = (await self.call("session:end", session_id=self.session_id))["session"]
        return session

    async def go_home(self) -> None:
        """Leaves no open session behind."""
        if self.session_id:
            if not self.is_connected:
                await self.connect()
            with contextlib.suppress(Refused):
                await self.end()
        await self.leave()


class Consultant(Client):
    """Somebody with answers."""

    async def open_desk(self) -> Json:
        return await self.call("desk:open", {})

    async def go_online(self, *, capacity: int = 5) -> Json:
        """A desk, and ready for sessions."""
        desk = await self.open_desk()
        await self.set_presence("online", capacity=capacity)
        return desk

    async def set_presence(self, status: str, **fields: Any) -> Json:
        presence: Json = (await self.call("presence:set", status=status, **fields))["presence"]
        return presence

    async def until_given(self, visitor: Visitor, *, seconds: float = PATIENCE_SECONDS) -> Json:
        """The visitor's session is this consultant's, who talks in it from now on."""
        heard = await self.until(
            "session",
            lambda payload: (
                payload["session"]["id"] == visitor.session_id
                and payload["session"].get("consultant", {}).get("id") == self.id
                and payload["session"]["status"] == "active"
            ),
            seconds=seconds,
        )
        self.session_id = visitor.session_id
        session: Json = heard["session"]
        return session

    async def transfer(self, **fields: Any) -> Json:
        session: Json = (await self.call("session:transfer", session_id=self.session_id, **fields))["session"]
        return session

    async def go_home(self) -> None:
        connections: list[Consultant] = [self]
        connections += self.tabs
        for one in connections:
            if one.is_connected:
                with contextlib.suppress(Refused):
                    await one.set_presence("offline")
        await self.leave()


class Supervisor(Client):
    """Somebody who sees the whole floor."""

    async def open_board(self) -> Json:
        return await self.call("board:open", {})

    async def go_home(self) -> None:
        await self.leave()


ClientT = TypeVar("ClientT", Visitor, Consultant, Supervisor)


@dataclass
class Crowd:
    """Brings people to one server and sees everybody home at the end."""

    base: str
    http: aiohttp.ClientSession
    logged_in: dict[str, SignedIn] = field(default_factory=dict)
    here: list[Visitor | Consultant | Supervisor] = field(default_factory=list)

    async def visitor(self, name: str = "小明", *, language: str = "zh") -> Visitor:
        """Somebody new, connected."""
        account = await self.sign_in("/api/visitors", {"name": name, "language": language})
        return await self._bring(Visitor(self.base, self.http, account))

    async def visitors(self, count: int) -> list[Visitor]:
        return list(await asyncio.gather(*(self.visitor(f"访客{number}") for number in range(count))))

    async def consultant(self, username: str = "lin-zhiyuan") -> Consultant:
        """Connected, without a desk."""
        return await self._bring(Consultant(self.base, self.http, await self.log_in(username)))

    async def supervisor(self, username: str = "supervisor") -> Supervisor:
        return await self._bring(Supervisor(self.base, self.http, await self.log_in(username)))

    async def pair(self, text: str = "", *, username: str = "lin-zhiyuan") -> tuple[Visitor, Consultant]:
        """A visitor and a consultant in one active session."""
        consultant = await self.consultant(username)
        await consultant.go_online()
        visitor = await self.visitor()
        await visitor.queue_up(text)
        await visitor.until_status("active")
        await consultant.until_given(visitor)
        return visitor, consultant

    async def log_in(self, username: str) -> SignedIn:
        if username not in self.logged_in:
            credentials = {"username": username, "password": PASSWORD}
            self.logged_in[username] = await self.sign_in("/api/auth/login", credentials)
        return self.logged_in[username]

    async def sign_in(self, path: str, body: Json) -> SignedIn:
        async with self.http.post(self.base + path, json=body) as response:
            tokens = await response.json()
        assert response.status == 200, tokens
        user = tokens["user"]
        return SignedIn(user["id"], user["name"], tokens["access_token"], tokens["refresh_token"])

    async def go_home(self) -> None:
        await asyncio.gather(*(one.go_home() for one in self.here))

    async def _bring(self, person: ClientT) -> ClientT:
        await person.connect()
        self.here.append(person)
        return person


@contextlib.asynccontextmanager
async def crowd_at(base: str, logged_in: dict[str, SignedIn]) -> Any:
    """People for one test. `logged_in` may outlive it: a log-in costs a tenth of a second."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        crowd = Crowd(base, http, logged_in)
        try:
            yield crowd
        finally:
            await crowd.go_home()
