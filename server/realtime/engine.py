"""Engine.IO, hardened: websocket only, no compression, bounded queues; bad frames end the connection.

python-engineio leaves a phantom connection behind an invalid frame, queues without a bound for clients that
never read, and keeps the TCP connection of a client that no longer answers. This subclass closes those gaps.
"""

import asyncio
import contextlib
from collections import Counter
from typing import Any

import engineio
import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from engineio import packet as eio  # the library is untyped
from engineio.async_drivers import aiohttp as aiohttp_driver
from engineio.async_socket import AsyncSocket

from server.realtime.outbox import Outbox

logger = structlog.get_logger(__name__)

PING_INTERVAL_SECONDS = 8
PING_TIMEOUT_SECONDS = 7
FRAME_BYTES = 64 * 1024
_FAREWELL_SECONDS = 1.0


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

    async def send(self, message: str) -> None:
        await self._response.send_str(message)

    async def wait(self, timeout_seconds: float) -> str | None:
        """The next text frame; None when the connection is over. Raises ValueError for a binary frame."""
        message = await self._response.receive(timeout=timeout_seconds)
        if message.type is WSMsgType.TEXT:
            text: str = message.data
            return text
        if message.type is WSMsgType.BINARY:
            raise ValueError("binary frame")
        return None

    async def close(self) -> None:
        await self._response.close(code=WSCloseCode.OK)


class GuardedSocket(AsyncSocket):  # type: ignore[misc]
    """One client's connection."""

    def __init__(self, server: "GuardedEngine", sid: str, request: web.Request) -> None:
        super().__init__(server, sid)
        self.request = request
        self.queue = Outbox(self._overflowed)

    def abort(self) -> None:
        """Ends the TCP connection now, whatever is still queued."""
        transport = self.request.transport
        if transport is not None:
            transport.abort()

    def _overflowed(self) -> None:
        self.server.count("slow_reader")
        self.abort()

    async def _websocket_handler(self, ws: PlainWebSocket) -> None:
        self.connected = self.upgraded = True
        writer = asyncio.create_task(self._write(ws))
        try:
            await self._read(ws)
        finally:
            self.queue.put_nowait(None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await writer
            writer.cancel()
            await self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)
            self.abort()

    async def _read(self, ws: PlainWebSocket) -> None:
        patience_seconds = self.server.ping_interval + self.server.ping_timeout
        while not self.closed:
            try:
                frame = await ws.wait(patience_seconds)
                if frame is None:
                    return
                await self._receive_frame(frame)
            except (TimeoutError, ConnectionError):
                return
            except ValueError:
                self.server.count("bad_frame")
                return
            except Exception:
                self.server.count("handler_error")
                logger.exception("a frame could not be handled")
                return

    async def _receive_frame(self, frame: str) -> None:
        kind, body = frame[:1], frame[1:]
        if kind == "4":
            await self.server.handlers["message"](self.sid, body)
        elif kind == "3":
            self.schedule_ping()
        elif kind == "1":
            self.closed = True
        else:
            raise ValueError("unexpected Engine.IO packet")

    async def _write(self, ws: PlainWebSocket) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while (packet := await self.queue.get()) is not None:
                await ws.send(packet.encode())
                if packet.packet_type == eio.CLOSE:
                    break
            await ws.close()

    async def close(self, wait: bool = True, abort: bool = False, reason: Any = None) -> None:  # noqa: ARG002
        was_open = not self.closing
        await super().close(wait=False, abort=abort, reason=reason)
        if was_open and not abort:
            # The farewell may never be read; a client that is gone must not keep its TCP connection.
            asyncio.get_running_loop().call_later(_FAREWELL_SECONDS, self.abort)


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
        self._is_watched = False

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
        if not self._is_watched:
            self._is_watched = True
            self.service_task_handle = self.start_background_task(self._service_task)
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
        socket.schedule_ping()
        try:
            return await socket.handle_get_request(environ)
        finally:
            self.sockets.pop(sid, None)
