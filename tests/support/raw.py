"""A websocket client that says whatever it is told to, frame by frame."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

SOCKET_PATH = "/socket.io/?EIO=4&transport=websocket"


@dataclass(eq=False)
class RawClient:
    """Answers PINGs; everything else is up to the test."""

    socket: aiohttp.ClientWebSocketResponse
    opening: dict[str, Any]

    async def send(self, frame: str) -> None:
        with contextlib.suppress(ConnectionError, aiohttp.ClientConnectionError):
            await self.socket.send_str(frame)

    async def send_bytes(self, frame: bytes) -> None:
        await self.socket.send_bytes(frame)

    async def next(self, *, seconds: float = 15.0) -> str | None:
        """The next frame that is not a PING; None when the connection has been closed."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.socket.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return None
                if message.data == "2":
                    await self.send("3")
                    continue
                frame: str = message.data
                return frame

    async def until(self, prefix: str, *, seconds: float = 15.0) -> str:
        """The next frame that begins so; pushes in between are passed over."""
        async with asyncio.timeout(seconds):
            while (frame := await self.next(seconds=seconds)) is not None:
                if frame.startswith(prefix):
                    return frame
        raise AssertionError(f"closed while waiting for {prefix}")

    async def connect(self, token: str) -> str:
        """CONNECT as every client does; the server's answer."""
        await self.send("40" + json.dumps({"token": token, "v": 1}))
        return await self.next() or "closed"

    async def refusal(self, auth: Any) -> dict[str, Any]:
        """The `data` of the CONNECT_ERROR that this `auth` gets."""
        await self.send("40" + (auth if isinstance(auth, str) else json.dumps(auth)))
        frame = await self.next() or "closed"
        assert frame.startswith("44"), frame
        data: dict[str, Any] = json.loads(frame[2:])["data"]
        return data

    async def ack(self, number: int) -> dict[str, Any]:
        """The ack of this event."""
        prefix = f"43{number}["
        frame = await self.until(prefix)
        result: dict[str, Any] = json.loads(frame[len(prefix) - 1 :])[0]
        return result

    async def ask(self, event: str, argument: Any, *, number: int = 1) -> dict[str, Any]:
        await self.send(f"42{number}" + json.dumps([event, argument]))
        return await self.ack(number)

    async def is_closed_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while await self.next(seconds=seconds) is not None:
                    pass
        except TimeoutError:
            return False
        return True


@contextlib.asynccontextmanager
async def raw_client(
    base: str, http: aiohttp.ClientSession, *, path: str = SOCKET_PATH, **options: Any
) -> AsyncIterator[RawClient]:
    """Open, and told so by the server, but not yet connected to the namespace."""
    async with http.ws_connect(base + path, **options) as socket:
        opening = await socket.receive_str()
        assert opening.startswith("0"), opening
        yield RawClient(socket, json.loads(opening[1:]))
