"""One connection of the bus that listens: which channels it has asked for, and what it hears on them."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

_CHANNELS_A_COMMAND = 500
_MESSAGES_A_TURN = 50


@dataclass(slots=True, kw_only=True)
class BusLink:
    """Follows `wanted`, a set that its owner changes: `look_at` says which channel to look at again.

    `in_force` is called once, when everything that was wanted at the beginning is heard.
    """

    connection: Any
    prefix: str
    wanted: AbstractSet[str]
    heard: Callable[[str, bytes], None]
    in_force: Callable[[], None]
    _asked: set[str] = field(default_factory=set)
    _unconfirmed: Counter[str] = field(default_factory=Counter)
    _touched: set[str] = field(default_factory=set)
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, "asyncio.Future[None]"] = field(default_factory=dict)
    _initial: set[str] | None = None
    _is_in_force: bool = False

    @property
    def subscriptions(self) -> int:
        return len(self._asked)

    async def connect(self) -> None:
        await self.connection.connect()

    async def hold(self) -> None:
        """Until the connection ends, by an exception."""
        self._touched = set(self.wanted)
        self._news.set()
        asking = asyncio.create_task(self._ask_for_ever(), name="bus subscriptions")
        try:
            await self._read_for_ever()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def close(self) -> None:
        """Whoever waits for a confirmation goes on without."""
        for channel in list(self._waiting):
            self._end_waiting(channel)
        await self.connection.disconnect(nowait=True)

    def look_at(self, channel: str) -> None:
        self._touched.add(channel)
        self._news.set()

    async def confirmed(self, channel: str, *, within_seconds: float) -> None:
        if channel in self._asked and not self._unconfirmed[channel]:
            return
        waiting = self._waiting.get(channel)
        if waiting is None:
            waiting = self._waiting[channel] = asyncio.get_running_loop().create_future()
        await asyncio.wait([waiting], timeout=within_seconds)

    async def _ask_for_ever(self) -> None:
        """What changes while one command is on its way goes into the next."""
        while True:
            await self._news.wait()
            self._news.clear()
            touched, self._touched = self._touched, set()
            new = [one for one in touched if one in self.wanted and one not in self._asked]
            unwanted = touched - self.wanted
            old = [one for one in unwanted if one in self._asked]
            if self._initial is None:
                self._initial = set(new)
            self._asked.update(new)
            self._unconfirmed.update(new)
            self._asked.difference_update(old)
            for channel in unwanted:
                self._end_waiting(channel)
            await self._send("SUBSCRIBE", new)
            await self._send("UNSUBSCRIBE", old)

    async def _send(self, command: str, channels: Iterable[str]) -> None:
        names = iter(self.prefix + one for one in channels)
        while part := list(islice(names, _CHANNELS_A_COMMAND)):
            await self.connection.send_command(command, *part)

    async def _read_for_ever(self) -> None:
        read, skip = self.connection.read_response, len(self.prefix)
        while True:
            for _ in range(_MESSAGES_A_TURN):
                kind, name, data = await read(timeout=math.inf)
                channel = name.decode()[skip:]
                if kind == b"message":
                    self.heard(channel, data)
                elif kind == b"subscribe":
                    self._confirm(channel)
            # What has piled up is read without waiting: the others get their turn here.
            await asyncio.sleep(0)

    def _confirm(self, channel: str) -> None:
        """A channel may have been given up and asked for again meanwhile: the last answer counts."""
        self._unconfirmed[channel] -= 1
        if self._unconfirmed[channel] <= 0:
            del self._unconfirmed[channel]
            self._end_waiting(channel)
        # People come and go all the time: what they want from now on is no part of the beginning.
        if not self._is_in_force and self._initial is not None:
            self._initial.discard(channel)
            if not self._initial:
                self._is_in_force = True
                self.in_force()

    def _end_waiting(self, channel: str) -> None:
        waiting = self._waiting.pop(channel, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
