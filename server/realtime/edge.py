"""The edge as a whole: who may connect, and how all connections end."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from aiohttp import web
from pydantic import ValidationError

from server.domain.errors import BadRequest, ServerBusy, TooManyConnections, Unauthorized, Unavailable
from server.domain.ids import AccountId
from server.domain.people import Person, Role
from server.domain.session import Session
from server.realtime.connections import Connection, Connections
from server.realtime.engine import GuardedSocket
from server.realtime.event_table import HANDLER_SECONDS, EventFunnel
from server.realtime.gateway import Ack, Gateway, refusal_ack
from server.realtime.lease_keeper import LeaseKeeper
from server.realtime.push import Push
from server.realtime.token_watch import TokenWatch
from server.use_cases.identify_person import IdentifyPerson, Identity
from server.wire.fields import Request, Token
from server.wire.peers import Origins, PeerAddresses, address_key

logger = structlog.get_logger(__name__)

RESTART_SPREAD_MS = 3_000
_LEASES_SECONDS = 1.0
PROTOCOL_VERSION = 1


class OpenSession(Protocol):
    async def find_open_of(self, user_id: AccountId) -> Session | None: ...


class Handshake(Request):
    token: Token
    v: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How many connections there may be; `is_limited` False lifts the first two."""

    per_person: int
    per_address: int
    is_limited: bool
    per_process: int = 10_000


@dataclass(slots=True, kw_only=True)
class RealtimeEdge:
    identify: IdentifyPerson
    connections: Connections
    push: Push
    funnel: EventFunnel
    leases: LeaseKeeper
    tokens: TokenWatch
    sessions: OpenSession
    origins: Origins
    peers: PeerAddresses
    crowd: Crowd
    gateway: Gateway = field(init=False)
    _by_address: Counter[str] = field(default_factory=Counter)
    _is_closing: bool = False
    _in_flight: set[asyncio.Timeout] = field(default_factory=set)
    _one_is_done: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gateway = Gateway(on_connect=self._connect, on_event=self._event, on_disconnect=self._disconnect)

    @property
    def is_closing(self) -> bool:
        return self._is_closing

    # -- life ------------------------------------------------------------------------------------------------

    def attach(self, app: web.Application) -> None:
        app.router.add_route("*", "/socket.io/", self._request)

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self.leases.renew_for_ever(), name="lease renewal"),
            asyncio.create_task(self.tokens.watch_for_ever(), name="token watch"),
        ]

    def say_farewell(self) -> None:
        """Nobody new from here on; every client is told to come back, each at a moment of its own."""
        self._is_closing = True
        for connection in self.connections.by_sid.values():
            delay_ms = random.randrange(RESTART_SPREAD_MS)  # noqa: S311  jitter, not a secret
            connection.emit("server:restart", {"retry_in_ms": delay_ms})

    async def finish_events(self, *, within_seconds: float) -> None:
        """Waits for the events that are being handled; those that take longer are told that it is unknown."""
        deadline = asyncio.get_running_loop().time() + within_seconds
        for limit in self._in_flight:
            if not limit.expired():  # or it is being stopped already, and can't be told otherwise
                limit.reschedule(min(deadline, limit.when() or deadline))
        while self._in_flight:
            self._one_is_done.clear()
            await self._one_is_done.wait()

    async def close(self) -> None:
        """Ends all leases and connections; what waits in an outbox, acks among it, is still sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        connections = list(self.connections.by_sid.values())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LEASES_SECONDS):
                await self.leases.all_left()
        await asyncio.gather(*(one.socket.close(wait=False) for one in connections), return_exceptions=True)
        await self.gateway.shutdown()

    async def _request(self, request: web.Request) -> web.StreamResponse:
        if not self.origins.allow(request.headers.get("Origin"), host=request.host):
            self.gateway.eio.count("foreign_origin")
            error = {"code": "forbidden", "message": "this origin is not allowed"}
            return web.json_response({"error": error}, status=403)
        response: web.StreamResponse = await self.gateway.eio.handle_request(request)
        return response

    # -- coming and going ------------------------------------------------------------------------------------

    async def _connect(self, sid: str, socket: GuardedSocket, environ: dict[str, Any], auth: Any) -> None:
        request: web.Request = environ["aiohttp.request"]
        address = self.peers.of(request.remote, request.headers.getall("X-Forwarded-For", []))
        self._check_open()
        if len(self.connections.by_sid) >= self.crowd.per_process:
            raise ServerBusy("no room for more connections, try again later")
        identity = await self._identity(auth)
        self._check_crowd(identity.person, address)
        self._check_open()
        connection = Connection(
            sid=sid,
            socket=socket,
            person=identity.person,
            address=address,
            expires_at=identity.expires_at,
            family=identity.family,
        )
        self.connections.add(connection)
        self._by_address[address_key(address)] += 1
        try:
            await self._settle(connection)
        except BaseException:
            await self._let_go(connection)
            raise

    async def _settle(self, connection: Connection) -> None:
        """The connection is known already, so that nothing that happens from now on passes it by. What is
        pushed to it is held back by its socket until the library has confirmed it."""
        person = connection.person
        session = await self.sessions.find_open_of(person.id) if person.role is Role.USER else None
        if session is not None:
            self.push.follow(connection, session)
        count = await self.leases.came(connection)
        if self.crowd.is_limited and count > self.crowd.per_person:
            raise TooManyConnections("this person has too many connections")
        if connection.socket.closed:
            # Its token ran out meanwhile. The library tells of no end before it has confirmed the beginning.
            raise Unauthorized("the connection is over")

    async def _identity(self, auth: Any) -> Identity:
        if auth is None:
            raise Unauthorized("an access token is needed")
        try:
            handshake = Handshake.model_validate(auth)
        except ValidationError as error:
            raise BadRequest("auth must be an object with a token") from error
        if handshake.v not in (None, PROTOCOL_VERSION):
            raise BadRequest(f"this server speaks version {PROTOCOL_VERSION} of the protocol")
        return await self.identify(token=handshake.token)

    def _check_open(self) -> None:
        if self._is_closing:
            raise ServerBusy("this server is restarting")

    def _check_crowd(self, person: Person, address: str) -> None:
        if not self.crowd.is_limited:
            return
        if len(self.connections.of(person.id)) >= self.crowd.per_person:
            raise TooManyConnections("this person has too many connections")
        if self._by_address[address_key(address)] >= self.crowd.per_address:
            raise TooManyConnections("this address has too many connections")

    async def _disconnect(self, sid: str) -> None:
        connection = self.connections.by_sid.get(sid)
        if connection is not None:
            await self._let_go(connection)

    async def _let_go(self, connection: Connection) -> None:
        self.connections.remove(connection)
        key = address_key(connection.address)
        self._by_address[key] -= 1
        if self._by_address[key] <= 0:
            del self._by_address[key]
        if not self._is_closing:
            await self.leases.left(connection)

    async def _event(
        self, sid: str, name: str, arguments: list[Any]
    ) -> tuple[Ack, Callable[[], None] | None]:
        if self._is_closing:
            return refusal_ack(Unavailable("this server is restarting: come back and send it again")), None
        try:
            async with asyncio.timeout(HANDLER_SECONDS) as limit:  # `finish_events` may shorten it
                self._in_flight.add(limit)
                try:
                    return await self.funnel(self.connections.by_sid[sid], name, arguments)
                finally:
                    self._in_flight.discard(limit)
                    self._one_is_done.set()
        except TimeoutError:
            return self.funnel.too_slow(name), None
