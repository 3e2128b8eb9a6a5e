"""A Socket.IO client that costs next to nothing, so that a benchmark measures the server."""

import asyncio
import time
from types import TracebackType
from typing import Any, Self

import aiohttp
import orjson


class WireClient:
    """One connection: `call` waits for the ack. Events are counted and otherwise passed over."""

    def __init__(self, http: aiohttp.ClientSession, base: str, token: str) -> None:
        self._http, self._base, self._token = http, base, token
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._next_id = 0
        self.events = 0
        self.on_event: Any = None

    async def __aenter__(self) -> Self:
        self._socket = await self._http.ws_connect(f"{self._base}/socket.io/?EIO=4&transport=websocket")
        await self._socket.receive_str()
        await self._socket.send_str("40" + orjson.dumps({"token": self._token}).decode())
        answer = await self._socket.receive_str()
        if not answer.startswith("40"):
            raise RuntimeError(f"not let in: {answer[:200]}")
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.cancel()
        await self._socket.close()

    async def call(self, event: str, argument: dict[str, Any]) -> dict[str, Any]:
        self._next_id += 1
        answered = self._acks[self._next_id] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"42{self._next_id}" + orjson.dumps([event, argument]).decode())
        ack: dict[str, Any] = await answered
        if not ack.get("ok"):
            raise RuntimeError(f"{event}: {ack}")
        return ack

    async def timed_call(self, event: str, argument: dict[str, Any], *, due: float) -> float:
        """Seconds from `due` (when the call should have been made: open loop) to the ack."""
        await self.call(event, argument)
        return time.perf_counter() - due

    async def _read(self) -> None:
        try:
            await self._read_frames()
        finally:
            for waiting in self._acks.values():
                if not waiting.done():
                    waiting.set_exception(ConnectionError("the server closed the connection"))

    async def _read_frames(self) -> None:
        async for frame in self._socket:
            data: str = frame.data
            if data == "2":
                await self._socket.send_str("3")
            elif data.startswith("43"):
                bracket = data.index("[")
                waiting = self._acks.pop(int(data[2:bracket]), None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(orjson.loads(data[bracket:])[0])
            elif data.startswith("42"):
                self.events += 1
                if self.on_event is not None:
                    self.on_event(*orjson.loads(data[2:]))
