"""A Socket.IO connection that costs next to nothing and can be broken in the middle of a frame."""

import asyncio
import contextlib
import os
import socket as sockets
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

Json = dict[str, Any]

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 16.0  # pings come every 8 s, and may be 7 s late


class Lost(Exception):
    """The connection ended, or nothing came in time: the outcome is unknown."""


class NotLetIn(Exception):
    """The server answered CONNECT with an error; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False, slots=True)
class Wire:
    """One connection. `hear` gets every event, `ended` is called once when it is over."""

    websocket: aiohttp.ClientWebSocketResponse
    hear: Callable[[str, Json], None]
    ended: Callable[[], None]
    _acks: "dict[int, asyncio.Future[Json]]" = field(default_factory=dict)
    _number: int = 0
    _reader: "asyncio.Task[None] | None" = None

    @classmethod
    async def connect(
        cls,
        http: aiohttp.ClientSession,
        base: str,
        token: str,
        hear: Callable[[str, Json], None],
        ended: Callable[[], None],
    ) -> "Wire":
        """Raises Lost or NotLetIn."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                websocket = await http.ws_connect(
                    f"{base}/socket.io/?EIO=4&transport=websocket", autoclose=False, max_msg_size=0
                )
                try:
                    await websocket.receive_str()
                    await websocket.send_str("40" + orjson.dumps({"token": token, "v": 1}).decode())
                    answer = await websocket.receive_str()
                except BaseException:
                    _transport(websocket).abort()
                    raise
        except (aiohttp.ClientError, OSError, TimeoutError, TypeError) as error:
            raise Lost(type(error).__name__) from error
        if not answer.startswith("40"):
            _transport(websocket).abort()
            raise NotLetIn(_code_of(answer))
        wire = cls(websocket, hear, ended)
        wire._reader = asyncio.create_task(wire._read())
        return wire

    @property
    def is_open(self) -> bool:
        return self._reader is not None and not self._reader.done()

    async def call(self, event: str, argument: Json, *, seconds: float) -> Json:
        """The ack. Raises Lost; then whatever was asked may have happened or not."""
        self._number += 1
        number = self._number
        answered = self._acks[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self.websocket.send_str(f"42{number}" + orjson.dumps([event, argument]).decode())
                ack: Json = await answered
                return ack
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Lost(type(error).__name__) from error
        finally:
            self._acks.pop(number, None)

    def abort(self) -> None:
        """Without a farewell, as when a phone loses its network."""
        with contextlib.suppress(AttributeError, RuntimeError):
            _transport(self.websocket).abort()

    def reset_mid_frame(self) -> None:
        """Half a frame, then RST."""
        with contextlib.suppress(AttributeError, RuntimeError, OSError):
            transport = _transport(self.websocket)
            # FIN, text; masked, 400 bytes follow. Only 60 of them do.
            transport.write(b"\x81\xfe\x01\x90" + os.urandom(4) + os.urandom(60))
            raw = transport.get_extra_info("socket")
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()

    async def _read(self) -> None:
        try:
            while await self._read_frame():
                pass
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        finally:
            self.abort()
            for waiting in self._acks.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError("the connection ended"))
            self.ended()

    async def _read_frame(self) -> bool:
        frame = await self.websocket.receive(timeout=SILENCE_SECONDS)
        if frame.type is not aiohttp.WSMsgType.TEXT:
            return False
        data: str = frame.data
        if data == "2":
            await self.websocket.send_str("3")
        elif data.startswith("43"):
            bracket = data.index("[")
            waiting = self._acks.get(int(data[2:bracket]))
            if waiting is not None and not waiting.done():
                waiting.set_result(orjson.loads(data[bracket:])[0])
        elif data.startswith("42"):
            name, payload = orjson.loads(data[2:])
            self.hear(name, payload)
        return not data.startswith(("1", "41"))


def _transport(websocket: aiohttp.ClientWebSocketResponse) -> Any:
    # aiohttp has no public way to break a connection off.
    return websocket._writer.transport


def _code_of(answer: str) -> str:
    try:
        return str(orjson.loads(answer[2:])["data"]["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return answer[:80]
