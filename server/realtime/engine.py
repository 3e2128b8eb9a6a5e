"""Engine.IO, hardened: websocket only, no compression, bounded buffers; bad frames end the connection.

python-engineio leaves a phantom connection behind an invalid frame, queues without a bound for clients that
never read, keeps the TCP connection of a client that no longer answers, and lets PONGs wait behind a client's
own events. It also spends a task, a queue and a timer on each connection and packet. This subclass closes the
gaps and writes straight into the transport, whose buffer is the outbox.
"""

import asyncio
import contextlib
import struct
import time
from collections import Counter
from typing import Any

import engineio
import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from engineio import packet as eio  # the library is untyped
from engineio.async_drivers import aiohttp as aiohttp_driver
from engineio.async_socket import AsyncSocket

logger = structlog.get_logger(__name__)

PING_INTERVAL_SECONDS = 8
PING_TIMEOUT_SECONDS = 7
FRAME_BYTES = 64 * 1024
MAX_UNSENT_BYTES = 1024 * 1024  # several sync pages of 128 KiB
MAX_UNHANDLED_FRAMES = 64
_FAREWELL_SECONDS = 1.0
_LAST_EVENTS_SECONDS = 5.0
_LOOK_SECONDS = 0.5
_LOOKS_A_TURN = 200

Frame = bytes
"""A websocket frame, ready for the transport: made once, written to many."""

_TEXT_FRAME = 0x81  # the last and only fragment of a text
_SHORT, _MEDIUM, _LONG = struct.Struct("!BB"), struct.Struct("!BBH"), struct.Struct("!BBQ")
_LONGEST_SHORT, _LONGEST_MEDIUM = 125, 65_535
_MEDIUM_FOLLOWS, _LONG_FOLLOWS = 126, 127


def text_frame(payload: bytes) -> Frame:
    """A server's text frame, which is not masked (RFC 6455, section 5.2)."""
    length = len(payload)
    if length <= _LONGEST_SHORT:
        return _SHORT.pack(_TEXT_FRAME, length) + payload
    if length <= _LONGEST_MEDIUM:
        return _MEDIUM.pack(_TEXT_FRAME, _MEDIUM_FOLLOWS, length) + payload
    return _LONG.pack(_TEXT_FRAME, _LONG_FOLLOWS, length) + payload


_CLOSE = "1"
_PING_FRAME = text_frame(b"2")


class PlainWebSocket:
    """aiohttp's websocket without permessage-deflate, which would cost 100 kB a connection."""

    def __init__(self, handler: Any, server: Any) -> None:
        self._handler = handler
        self._server = server
        self._response = web.WebSocketResponse(
            compress=False, max_msg_size=FRAME_BYTES, timeout=_FAREWELL_SECONDS, autoping=True
        )

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        await self._response.prepare(environ["aiohttp.request"])
        await self._handler(self)
        return self._response

    async def wait(self) -> str | None:
        """The next text frame; None when the connection is over. Raises ValueError for a binary frame."""
        message = await self._response.receive()
        if message.type is WSMsgType.TEXT:
            text: str = message.data
            return text
        if message.type is WSMsgType.BINARY:
            raise ValueError("binary frame")
        return None

    async def close(self) -> None:
        await self._response.close(code=WSCloseCode.OK)


class GuardedSocket(AsyncSocket):  # type: ignore[misc]
    """One client's connection.

    Frames are read as they come, so that a PONG counts at once; events wait in an inbox and are handled one
    at a time, in order. A full inbox stops the reading.
    """

    def __init__(self, server: "GuardedEngine", sid: str, request: web.Request) -> None:
        super().__init__(server, sid)
        self.queue = None  # the transport's buffer takes its place
        self.request = request
        self._websocket: PlainWebSocket | None = None
        self._early: list[Frame] = []
        self._held: list[Frame] | None = None
        self._held_bytes = 0
        self._inbox: list[str] = []
        self._handling: asyncio.Task[None] | None = None
        self._goodbye: asyncio.Task[None] | None = None
        self._is_aborted = False
        self._ping_at = time.monotonic() + PING_INTERVAL_SECONDS
        self._pong_until: float | None = None

    # -- sending ---------------------------------------------------------------------------------------------

    def write(self, frame: Frame) -> None:
        """Never waits: a client that does not read is let go when its buffer is full."""
        if self._held is None:
            self._write_now(frame)
            return
        self._held_bytes += len(frame)
        if self._held_bytes > MAX_UNSENT_BYTES:
            self.server.count("slow_reader")
            self.abort()
        else:
            self._held.append(frame)

    def hold(self) -> None:
        """From here on only what the library sends goes out: nothing may come ahead of its CONNECT."""
        self._held, self._held_bytes = [], 0

    def release(self) -> None:
        """What was written meanwhile follows."""
        held, self._held = self._held or [], None
        for frame in held:
            self._write_now(frame)

    def drop_held(self) -> None:
        """What was written meanwhile was meant for a connection that has been refused."""
        if self._held is not None:
            self._held.clear()

    def _write_now(self, frame: Frame) -> None:
        transport = self.request.transport
        if self.closed or transport is None or transport.is_closing():
            return
        if self._websocket is None:
            self._early.append(frame)
        elif transport.get_write_buffer_size() + len(frame) > MAX_UNSENT_BYTES:
            self.server.count("slow_reader")
            self.abort()
        else:
            transport.write(frame)

    async def send(self, pkt: Any) -> None:
        self._write_now(text_frame(pkt.encode().encode()))

    def abort(self) -> None:
        """Ends the TCP connection now: nothing more is sent, and nothing more of what it sent is begun."""
        self._is_aborted = True
        self._inbox.clear()
        transport = self.request.transport
        if transport is not None:
            transport.abort()

    # -- receiving -------------------------------------------------------------------------------------------

    async def _websocket_handler(self, ws: PlainWebSocket) -> None:
        self.connected = self.upgraded = True
        self._websocket = ws
        early, self._early = self._early, []
        for frame in early:
            self._write_now(frame)
        try:
            await self._read(ws)
        finally:
            await self._finish_events()
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            self.abort()

    async def _read(self, ws: PlainWebSocket) -> None:
        while not self.closed:
            try:
                frame = await ws.wait()
                if frame is None or frame == _CLOSE or self._is_aborted:
                    return
                await self._receive_frame(frame)
            except ConnectionError:
                return
            except ValueError:
                self.server.count("bad_frame")
                self.abort()
                return

    async def _receive_frame(self, frame: str) -> None:
        kind = frame[:1]
        if kind == "4":
            self._inbox.append(frame[1:])
            if self._handling is None:
                self._handling = asyncio.create_task(self._handle_events())
            elif len(self._inbox) >= MAX_UNHANDLED_FRAMES:
                await asyncio.wait([self._handling])
        elif kind == "3":
            if self._pong_until is None:
                await asyncio.sleep(0)  # nobody asked: a flood of them is read without holding up the others
            else:
                self._pong_until = None
                self._ping_at = time.monotonic() + PING_INTERVAL_SECONDS
        else:
            raise ValueError("unexpected Engine.IO packet")

    async def _handle_events(self) -> None:
        handle = self.server.handlers["message"]
        try:
            while self._inbox:
                await handle(self.sid, self._inbox.pop(0))
        except ValueError:
            self.server.count("bad_frame")
            self.abort()
        except Exception:
            self.server.count("handler_error")
            logger.exception("a frame could not be handled")
            self.abort()
        finally:
            self._handling = None

    async def _finish_events(self) -> None:
        """What was sent before the end of the connection is still done, and then no more."""
        handling = self._handling
        if handling is not None:
            await asyncio.wait([handling], timeout=_LAST_EVENTS_SECONDS)
            self._inbox.clear()
            handling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await handling

    # -- keeping in touch ------------------------------------------------------------------------------------

    def look(self, now: float) -> None:
        """Called twice a second: sends the PING that is due, and ends a connection without a PONG."""
        if self._pong_until is not None:
            if now > self._pong_until:
                self.server.count("ping_timeout")
                self.abort()
        elif now >= self._ping_at:
            self._pong_until = now + PING_TIMEOUT_SECONDS
            self._write_now(_PING_FRAME)

    def forgive(self, seconds: float) -> None:
        """This process stood still for so long, and what came in meanwhile has not been read yet.

        A PING that is due stays due: the client counts the seconds, too.
        """
        if self._pong_until is not None:
            self._pong_until += seconds

    def schedule_ping(self) -> None:
        """`look` does it."""

    async def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: ARG002
        was_open = not self.closing
        await super().close(wait=False, abort=abort, reason=reason)
        if was_open and not abort:
            # The farewell may never be read; a client that is gone must not keep its TCP connection.
            asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, self.abort)
            if self._websocket is not None:
                self._goodbye = asyncio.create_task(self._say_goodbye(self._websocket))

    async def _say_goodbye(self, ws: PlainWebSocket) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            await ws.close()


class GuardedEngine(engineio.AsyncServer):  # type: ignore[misc]
    """`rejected` counts what was refused, by kind, for /metrics."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            async_mode="aiohttp",
            transports=["websocket"],
            ping_interval=PING_INTERVAL_SECONDS,
            ping_timeout=PING_TIMEOUT_SECONDS,
            max_http_buffer_size=FRAME_BYTES,
            # Origins are checked where the settings are known, before a request comes here.
            cors_allowed_origins=[],
            http_compression=False,
            async_handlers=False,
            **{name: options[name] for name in ("logger", "json") if name in options},
        )
        self._async = dict(aiohttp_driver._async) | {"websocket": PlainWebSocket}  # noqa: SLF001
        self.rejected: Counter[str] = Counter()
        self._watch: asyncio.Task[None] | None = None

    def count(self, kind: str) -> None:
        """Counts every case and tells of the first, so that a flood can't fill the log."""
        self.rejected[kind] += 1
        if self.rejected[kind] == 1:
            logger.warning("connection ended", kind=kind, hint="further cases are only counted")

    async def _handle_connect(
        self,
        environ: dict[str, Any],
        transport: str,
        jsonp_index: int | None = None,  # noqa: ARG002  the overridden signature
    ) -> Any:
        if transport != "websocket":
            return self._bad_request("websocket only")
        if self._watch is None:
            self._watch = asyncio.create_task(self._look_at_all(), name="pings")
        sid = self.generate_id()
        socket = GuardedSocket(self, sid, environ["aiohttp.request"])
        self.sockets[sid] = socket
        await socket.send(
            eio.Packet(
                eio.OPEN,
                {
                    "sid": sid,
                    "upgrades": [],
                    "pingTimeout": PING_TIMEOUT_SECONDS * 1000,
                    "pingInterval": PING_INTERVAL_SECONDS * 1000,
                    "maxPayload": FRAME_BYTES,
                },
            )
        )
        await self.handlers["connect"](sid, environ)
        try:
            return await socket.handle_get_request(environ)
        finally:
            self.sockets.pop(sid, None)

    async def _look_at_all(self) -> None:
        last_look = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            stood_still = time.monotonic() - last_look - _LOOK_SECONDS
            last_look = time.monotonic()
            for number, socket in enumerate(list(self.sockets.values()), start=1):
                try:
                    if stood_still > _LOOK_SECONDS:
                        socket.forgive(stood_still)
                    socket.look(time.monotonic())
                except Exception:
                    logger.exception("connection could not be looked at")
                if number % _LOOKS_A_TURN == 0:  # after a storm all pings are due in the same moment
                    await asyncio.sleep(0)

    async def shutdown(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
