"""Two servers on one database and one Redis, with people on each of them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.support.people import Consultant, Crowd, Visitor, crowd_at
from tests.support.serving import RunningServer, running_server


@dataclass
class Node:
    server: RunningServer
    crowd: Crowd

    async def figures(self) -> dict[str, float]:
        """Its metrics, summed over labels."""
        async with (
            aiohttp.ClientSession() as http,
            http.get(self.server.base + "/metrics") as response,
        ):
            text = await response.text()
        figures: dict[str, float] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                name = name.partition("{")[0]
                figures[name] = figures.get(name, 0.0) + float(value)
        return figures


@contextlib.asynccontextmanager
async def two_servers(
    folder: Any, mongo_url: str, redis_url: str, **sections: Any
) -> AsyncIterator[tuple[RunningServer, RunningServer]]:
    async with running_server(
        folder / "one", mongo_url=mongo_url, redis_url=redis_url, bot={"enabled": False}, **sections
    ) as first:
        second = RunningServer(folder=folder / "two", settings=first.settings)
        try:
            await second.start()
            yield first, second
        finally:
            await second.stop()


@contextlib.asynccontextmanager
async def people_at(servers: tuple[RunningServer, RunningServer]) -> AsyncIterator[tuple[Node, Node]]:
    async with crowd_at(servers[0].base, {}) as one, crowd_at(servers[1].base, {}) as two:
        yield Node(servers[0], one), Node(servers[1], two)


async def talking(nodes: tuple[Node, Node]) -> tuple[Visitor, Consultant]:
    """A visitor on the first node in a session with a consultant on the second."""
    consultant = await nodes[1].crowd.consultant()
    await consultant.go_online()
    visitor = await nodes[0].crowd.visitor()
    await visitor.queue_up("劳动合同到期了怎么办")
    await visitor.until_status("active", seconds=5)
    await consultant.until_given(visitor, seconds=5)
    return visitor, consultant
