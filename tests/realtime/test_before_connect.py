"""What happens to somebody while they are being let in: told behind the confirmation, and not lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from server.domain.errors import Unauthorized
from server.realtime.engine import GuardedSocket, text_frame
from server.realtime.gateway import Ack, Gateway
from tests.support.raw import raw_client


class Door:
    """Pushes something to whoever is let in, or refused, before it says so."""

    def __init__(self) -> None:
        self.is_refusing = False

    async def connect(self, sid: str, socket: GuardedSocket, environ: Any, auth: Any) -> None:
        socket.write(text_frame(b'42["session",{}]'))
        await asyncio.sleep(0.01)
        if self.is_refusing:
            raise Unauthorized("not you")
        socket.write(text_frame(b'42["message",{}]'))

    async def event(self, sid: str, name: str, arguments: list[Any]) -> tuple[Ack, None]:
        return {"ok": True}, None

    async def disconnect(self, sid: str) -> None:
        pass


@pytest.fixture
def door() -> Door:
    return Door()


@pytest_asyncio.fixture
async def base(door: Door) -> AsyncIterator[str]:
    gateway = Gateway(on_connect=door.connect, on_event=door.event, on_disconnect=door.disconnect)
    app = web.Application()
    app.router.add_route("*", "/socket.io/", gateway.eio.handle_request)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{cast(tuple[str, int], runner.addresses[0])[1]}"
    finally:
        await gateway.shutdown()
        await runner.cleanup()


async def test_pushes_follow_the_confirmation_in_order(base: str) -> None:
    async with aiohttp.ClientSession() as http, raw_client(base, http) as raw:
        await raw.send("40")
        frames = [await raw.next() for _ in range(3)]
        assert (frames[0] or "").startswith("40{")
        assert frames[1:] == ['42["session",{}]', '42["message",{}]']


async def test_who_is_refused_is_told_nothing_else(base: str, door: Door) -> None:
    async with aiohttp.ClientSession() as http, raw_client(base, http) as raw:
        door.is_refusing = True
        await raw.send("40")
        assert (await raw.next() or "").startswith("44{")
        door.is_refusing = False
        await raw.send("40")
        assert (await raw.next() or "").startswith("40{")
        assert [await raw.next() for _ in range(2)] == ['42["session",{}]', '42["message",{}]']
