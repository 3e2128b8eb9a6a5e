"""Boards, live: one state for all of this process, read as often as its size allows, told as differences."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from server.realtime.connections import Connection
from server.use_cases.shared_reading import SharedReading

logger = structlog.get_logger(__name__)

LEAST_SECONDS_BETWEEN = 0.5
SAFETY_NET_SECONDS = 5.0

Parts = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class BoardState:
    """A part that is as it was before is the same object, and is encoded once for all boards."""

    parts: Parts
    encoded: dict[str, orjson.Fragment]

    def followed_by(self, parts: Parts) -> "BoardState":
        kept = {part for part, value in parts.items() if self.parts.get(part) == value}
        return BoardState(
            {part: self.parts[part] if part in kept else value for part, value in parts.items()},
            {
                part: self.encoded[part] if part in kept else orjson.Fragment(orjson.dumps(value))
                for part, value in parts.items()
            },
        )


@dataclass(slots=True, eq=False)
class BoardWindow:
    connection: Connection
    leave: "Callable[[BoardWindow], None]"
    told: BoardState
    version: int = 0
    told_at: float = 0.0

    def close(self) -> None:
        self.leave(self)

    def tell(self, state: BoardState) -> None:
        changes = {
            part: state.encoded[part]
            for part, value in state.parts.items()
            if self.told.parts.get(part) is not value
        }
        self.told = state
        if changes:
            self.version += 1
            self.told_at = time.monotonic()
            self.connection.emit("board", {"version": self.version, **changes})


@dataclass(slots=True)
class BoardFeeds:
    """All open boards of this process. `read` gives the parts of a board as they are now."""

    read: Callable[[], Awaitable[Parts]]
    shared: SharedReading[BoardState] = field(init=False)
    _last: BoardState = field(default_factory=lambda: BoardState({}, {}))
    _windows: set[BoardWindow] = field(default_factory=set)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.shared = SharedReading(self._read)

    async def _read(self) -> BoardState:
        self._last = self._last.followed_by(await self.read())
        return self._last

    def touch(self) -> None:
        self.shared.touch()
        self._wake.set()

    async def open(self, connection: Connection) -> BoardWindow:
        """A window whose next event has the version after its own."""
        state = await self.shared.current()
        window = connection.board
        if not isinstance(window, BoardWindow):
            window = BoardWindow(connection, self._windows.discard, state)
            connection.board = window
            self._windows.add(window)
        window.told = state
        window.version += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="board feeds")
        return window

    async def _run(self) -> None:
        while self._windows:
            try:
                async with asyncio.timeout(SAFETY_NET_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self._tell(await self.shared.current())
            except Exception:
                logger.exception("boards could not be read")
            await asyncio.sleep(LEAST_SECONDS_BETWEEN)

    async def _tell(self, state: BoardState) -> None:
        for window in list(self._windows):
            if window.connection.socket.closed:
                self._windows.discard(window)
            else:
                window.tell(state)
                await asyncio.sleep(0)
