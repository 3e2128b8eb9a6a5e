"""A Socket.IO client that costs next to nothing, so that a benchmark measures the server.

It reads websocket frames straight from the transport and parses JSON only where somebody asks for it.
Acks are told apart by their number, pushes are handed on as bytes.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Any, Self, cast
from urllib.parse import urlsplit

import orjson
from typing_extensions import override

_HANDSHAKE_SECONDS = 15.0
_TRIES = 20
_RETRY_PAUSE_SECONDS = 1.0
_MASKED = 0x80
_NO_MASK = bytes(4)
_TEXT_FRAME, _CLOSE_FRAME, _PING_FRAME, _PONG_FRAME = 0x81, 0x88, 0x89, 0x8A
_SHORT, _MEDIUM = 126, 127

OnAck = Callable[[bytes], None]
OnPush = Callable[[bytes], None]


class Refused(Exception):
    """The server said no, to a connection or to an event; `may_retry` is what its ack said of that."""

    def __init__(self, reason: str, *, may_retry: bool = False) -> None:
        super().__init__(reason)
        self.may_retry = may_retry


class WireClient(asyncio.Protocol):
    """One connection. `on_push` gets each event as its JSON array, `on_lost` is called once at the end."""

    def __init__(self) -> None:
        self.on_push: OnPush | None = None
        self.on_lost: Callable[[], None] | None = None
        self.is_open = False
        self.retries = 0
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._is_upgraded = False
        self._acks: dict[int, OnAck] = {}
        self._next_id = 0
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connect_packet = b""

    @classmethod
    async def connect(cls, address: str, token: str) -> Self:
        """Raises Refused, OSError, TimeoutError."""
        parts = urlsplit(address)
        client = cls()
        client._connect_packet = b"40" + orjson.dumps({"token": token, "v": 1})
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_HANDSHAKE_SECONDS):
            await loop.create_connection(lambda: client, parts.hostname or "", parts.port or 80)
            try:
                await client._opened
            except BaseException:
                client.abort()
                raise
        return client

    # -- asking ----------------------------------------------------------------------------------------------

    def send(self, event_and_argument: bytes, on_ack: OnAck) -> None:
        """`event_and_argument` is a JSON array."""
        self._next_id += 1
        self._acks[self._next_id] = on_ack
        self._write(_TEXT_FRAME, b"42%d" % self._next_id + event_and_argument)

    async def call(self, event: str, argument: dict[str, Any]) -> dict[str, Any]:
        """The ack's result. Raises Refused, ConnectionError."""
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if not self.is_open:
            raise ConnectionError("the connection is gone")

        def resolve(payload: bytes) -> None:
            if not answered.done():
                answered.set_result(payload)

        self.send(orjson.dumps([event, argument]), resolve)
        payload = await answered
        if not payload:
            raise ConnectionError("the connection ended before the ack")
        ack: dict[str, Any] = orjson.loads(payload)[0]
        if not ack.get("ok"):
            raise Refused(f"{event}: {ack.get('error')}", may_retry=bool(ack["error"].get("retry")))
        return ack

    async def call_patiently(self, event: str, argument: dict[str, Any]) -> dict[str, Any]:
        """As `call`, and again while the server asks for that; for events that are harmless twice."""
        for tries_left in range(_TRIES, -1, -1):
            try:
                return await self.call(event, argument)
            except Refused as refusal:
                if not refusal.may_retry or not tries_left:
                    raise
                self.retries += 1
                await asyncio.sleep(_RETRY_PAUSE_SECONDS)
        raise AssertionError

    def close(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._write(_TEXT_FRAME, b"41")
            self._write(_CLOSE_FRAME, b"\x03\xe8")
            self._transport.close()

    def abort(self) -> None:
        """As if the network were gone."""
        if self._transport is not None:
            self._transport.abort()

    # -- the transport ---------------------------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = sending = cast("asyncio.Transport", transport)  # uvloop's own is no subclass
        key = base64.b64encode(os.urandom(16)).decode()
        sending.write(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    @override
    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_upgraded:
            head, separator, data = data.partition(b"\r\n\r\n")
            if not separator:
                self._rest = head
                return
            if b" 101 " not in head[:16]:
                self._fail(Refused(head[:80].decode(errors="replace")))
                return
            self._is_upgraded = True
        self._rest = self._take_frames(data)

    def _take_frames(self, data: bytes) -> bytes:
        """What is left of an unfinished frame."""
        start, end_of_data = 0, len(data)
        while end_of_data - start >= 2:
            length, body = data[start + 1], start + 2
            if length == _SHORT:
                length, body = int.from_bytes(data[start + 2 : start + 4]), start + 4
            elif length == _MEDIUM:
                length, body = int.from_bytes(data[start + 2 : start + 10]), start + 10
            end = body + length
            if end > end_of_data or body > end_of_data:
                break
            self._frame(data[start], data[body:end])
            start = end
        return data[start:]

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == _TEXT_FRAME:
            self._packet(payload)
        elif kind == _PING_FRAME:
            self._write(_PONG_FRAME, payload)
        elif kind == _CLOSE_FRAME:
            self.abort()

    def _packet(self, payload: bytes) -> None:
        start = payload[:2]
        if start == b"42":
            if self.on_push is not None:
                self.on_push(payload[2:])
        elif start == b"43":
            bracket = payload.index(b"[")
            on_ack = self._acks.pop(int(payload[2:bracket]), None)
            if on_ack is not None:
                on_ack(payload[bracket:])
        elif payload == b"2":
            self._write(_TEXT_FRAME, b"3")
        elif start[:1] == b"0":
            self._write(_TEXT_FRAME, self._connect_packet)
        elif start == b"40":
            self.is_open = True
            if not self._opened.done():
                self._opened.set_result(None)
        elif start == b"44":
            self._fail(Refused(payload[2:200].decode(errors="replace")))

    def _write(self, kind: int, payload: bytes) -> None:
        """Masked with zeros: a mask that needs no work, and that the protocol allows."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        length = len(payload)
        if length < _SHORT:
            head = bytes((kind, _MASKED | length))
        else:
            head = bytes((kind, _MASKED | _SHORT)) + length.to_bytes(2)
        transport.write(head + _NO_MASK + payload)

    def _fail(self, error: Exception) -> None:
        if not self._opened.done():
            self._opened.set_exception(error)
        self.abort()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if not self._opened.done():
            self._opened.set_exception(ConnectionError("the connection ended before it was let in"))
        waiting, self._acks = list(self._acks.values()), {}
        for on_ack in waiting:
            on_ack(b"")
        if self.on_lost is not None:
            self.on_lost()
