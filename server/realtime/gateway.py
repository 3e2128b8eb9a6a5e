"""Socket.IO, hardened: only CONNECT, EVENT and DISCONNECT on the one namespace, each at its time.

python-socketio would let a client invoke the `connect` and `disconnect` handlers with forged arguments, mute
its connection with an unfinished binary event and break callbacks with a forged acknowledgement. So packets
are read here, against an allow-list, before the library sees them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
import socketio
import structlog
from socketio import packet as sio

from server.domain.errors import BadRequest, Refusal
from server.realtime.engine import GuardedEngine, GuardedSocket, text_frame

logger = structlog.get_logger(__name__)

HANDSHAKE_SECONDS = 10.0
MAX_UNREADABLE = 20
_MAX_ACK_DIGITS = 15
_NAMESPACE = "/"

Ack = dict[str, Any]
OnConnect = Callable[[str, GuardedSocket, dict[str, Any], Any], Awaitable[None]]
OnEvent = Callable[[str, str, list[Any]], Awaitable[tuple[Ack, Callable[[], None] | None]]]
OnDisconnect = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """`arguments` is None when they could not be read as JSON."""

    ack_id: int | None
    name: str
    arguments: list[Any] | None


def refusal_ack(refusal: Refusal) -> Ack:
    error: dict[str, Any] = {"code": refusal.code, "message": refusal.message, "retry": refusal.retry}
    if refusal.details is not None:
        error["details"] = dict(refusal.details)
    return {"ok": False, "error": error}


class OrjsonCodec:
    """orjson in the shape that python-socketio expects of a json module."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)


class RoomlessManager(socketio.AsyncManager):  # type: ignore[misc]
    """Knows who is connected and keeps no rooms: a disconnection would be looked for in everybody's."""

    def basic_enter_room(
        self, sid: str, namespace: str, room: str | None, eio_sid: str | None = None
    ) -> None:
        if room is None:
            super().basic_enter_room(sid, namespace, room, eio_sid)


class Gateway(socketio.AsyncServer):  # type: ignore[misc]
    """Calls `on_connect`, `on_event` and `on_disconnect` with this namespace's connection ids."""

    def __init__(self, *, on_connect: OnConnect, on_event: OnEvent, on_disconnect: OnDisconnect) -> None:
        super().__init__(
            async_handlers=False,
            namespaces=[_NAMESPACE],
            json=OrjsonCodec,
            client_manager=RoomlessManager(),
        )
        self._on_event = on_event
        self._on_connect = on_connect
        self._unreadable: dict[str, int] = {}
        self.on("connect", self._connect)
        self.on("disconnect", self._disconnect(on_disconnect))

    def _engineio_server_class(self) -> type[GuardedEngine]:
        return GuardedEngine

    # -- connecting ------------------------------------------------------------------------------------------

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        socket = self.eio.sockets[self.manager.eio_sid_from_sid(sid, _NAMESPACE)]
        try:
            await self._on_connect(sid, socket, environ, auth)
            environ.clear()  # the library keeps it as long as the connection, and nobody reads it any more
        except Refusal as refusal:
            socket.drop_held()
            data = {"code": refusal.code, "message": refusal.message}
            raise socketio.exceptions.ConnectionRefusedError(refusal.message, data) from refusal
        except Exception as error:
            logger.exception("connect failed")
            socket.drop_held()
            data = {"code": "internal", "message": "the connection could not be set up"}
            raise socketio.exceptions.ConnectionRefusedError("internal", data) from error

    def _disconnect(self, on_disconnect: OnDisconnect) -> Callable[[str, Any], Awaitable[None]]:
        async def disconnect(sid: str, reason: Any) -> None:  # noqa: ARG001  the library's signature
            await on_disconnect(sid)

        return disconnect

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        await super()._handle_eio_connect(eio_sid, environ)
        asyncio.get_running_loop().call_later(HANDSHAKE_SECONDS, self._close_if_silent, eio_sid)

    def _close_if_silent(self, eio_sid: str) -> None:
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None and self.manager.sid_from_eio_sid(eio_sid, _NAMESPACE) is None:
            self.eio.count("no_connect")
            socket.abort()

    async def _handle_eio_disconnect(self, eio_sid: str, reason: Any) -> None:
        self._unreadable.pop(eio_sid, None)
        await super()._handle_eio_disconnect(eio_sid, reason)

    # -- packets ---------------------------------------------------------------------------------------------

    async def _handle_eio_message(self, eio_sid: str, data: str) -> None:
        kind, body = data[:1], data[1:]
        sid = self.manager.sid_from_eio_sid(eio_sid, _NAMESPACE)
        if kind == "0":
            await self._read_connect(eio_sid, sid, body)
        elif kind == "2" and sid is not None and self.manager.is_connected(sid, _NAMESPACE):
            await self._read_event(eio_sid, sid, body)
        elif kind == "1" and sid is not None:
            await self.eio.sockets[eio_sid].close(reason=self.reason.CLIENT_DISCONNECT)
        else:
            raise ValueError("packet out of place")

    async def _read_connect(self, eio_sid: str, sid: str | None, body: str) -> None:
        if body.startswith("/"):
            namespace = body.partition(",")[0][:64]
            refusal = {
                "message": "Invalid namespace",
                "data": {"code": "bad_request", "message": "no such namespace"},
            }
            await self._send_packet(eio_sid, sio.Packet(sio.CONNECT_ERROR, data=refusal, namespace=namespace))
            return
        if sid is not None:
            raise ValueError("connected twice")
        try:
            auth = orjson.loads(body) if body else None
        except orjson.JSONDecodeError:
            auth = "unreadable"
        socket: GuardedSocket = self.eio.sockets[eio_sid]
        socket.hold()
        try:
            await self._handle_connect(eio_sid, _NAMESPACE, auth)
        finally:
            socket.release()

    async def _read_event(self, eio_sid: str, sid: str, body: str) -> None:
        event = read_event(body)
        after: Callable[[], None] | None = None
        if event.arguments is None:
            self._count_unreadable(eio_sid)
            ack = refusal_ack(BadRequest("the event is not a readable JSON array"))
        else:
            ack, after = await self._on_event(sid, event.name, event.arguments)
        if event.ack_id is not None:
            socket = self.eio.sockets.get(eio_sid)
            if socket is not None:
                socket.write(text_frame(b"43%d[%b]" % (event.ack_id, orjson.dumps(ack))))
        if after is not None:
            after()

    def _count_unreadable(self, eio_sid: str) -> None:
        """Garbage is answered a few times, so that its author can see why, then ends the talk."""
        self.eio.count("unreadable_event")
        self._unreadable[eio_sid] = self._unreadable.get(eio_sid, 0) + 1
        if self._unreadable[eio_sid] > MAX_UNREADABLE:
            raise ValueError("too many unreadable events")


def read_event(body: str) -> ClientEvent:
    """`12["name",{…}]` → ack id, name and arguments. Raises ValueError for an ack id beyond reason."""
    digits = 0
    while digits < len(body) and body[digits] in "0123456789":
        digits += 1
        if digits > _MAX_ACK_DIGITS:
            raise ValueError("ack id too long")
    ack_id = int(body[:digits]) if digits else None
    try:
        parts = orjson.loads(body[digits:])
    except orjson.JSONDecodeError:
        return ClientEvent(ack_id, "", None)
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        return ClientEvent(ack_id, "", None)
    return ClientEvent(ack_id, parts[0], parts[1:])
