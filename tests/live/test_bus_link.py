"""The listening connection of the bus, against answers that come late or never."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from server.live.bus_link import BusLink


@dataclass
class SlowRedis:
    """Answers when the test says so."""

    answers: "asyncio.Queue[tuple[bytes, bytes, Any]]" = field(default_factory=asyncio.Queue)
    asked: list[str] = field(default_factory=list)

    async def send_command(self, command: str, *channels: str) -> None:
        self.asked += [f"{command} {one}" for one in channels]

    async def read_response(self, *, timeout: float) -> tuple[bytes, bytes, Any]:  # noqa: ASYNC109
        return await self.answers.get()

    async def until_asked(self, command: str) -> None:
        async with asyncio.timeout(5):
            while command not in self.asked:  # noqa: ASYNC110  what is waited for has no event
                await asyncio.sleep(0.001)

    async def confirm(self, channel: str) -> None:
        self.answers.put_nowait((b"subscribe", channel.encode(), 1))
        for _ in range(3):
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def held(link: BusLink) -> AsyncIterator[None]:
    holding = asyncio.create_task(link.hold())
    try:
        yield
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


async def test_who_comes_meanwhile_does_not_put_off_the_beginning() -> None:
    redis, wanted, began = SlowRedis(), {"site"}, asyncio.Event()
    link = BusLink(
        connection=redis, prefix="", wanted=wanted, heard=lambda _channel, _data: None, in_force=began.set
    )
    async with held(link):
        await redis.until_asked("SUBSCRIBE site")
        wanted.add("person/1")
        link.look_at("person/1")
        await redis.until_asked("SUBSCRIBE person/1")
        await redis.confirm("site")
        assert began.is_set()


async def test_nobody_waits_for_a_channel_that_is_no_longer_wanted() -> None:
    redis, wanted = SlowRedis(), {"site", "session/1"}
    link = BusLink(
        connection=redis, prefix="", wanted=wanted, heard=lambda _channel, _data: None, in_force=lambda: None
    )
    async with held(link):
        await redis.until_asked("SUBSCRIBE session/1")
        waiting = asyncio.create_task(link.confirmed("session/1", within_seconds=60))
        await asyncio.sleep(0)
        wanted.discard("session/1")
        link.look_at("session/1")
        async with asyncio.timeout(5):
            await waiting
