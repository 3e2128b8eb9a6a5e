"""Two servers on one database: what is edited at one is what the bot of the other says."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.realtime.test_bot_turns import bot_answer
from tests.support.people import Supervisor
from tests.support.serving import RunningServer, running_server
from tests.support.two_nodes import Node, people_at

QUESTION = "你们的自动售货机里有没有无糖乌龙茶卖？"
_SECONDS = 30
"""Generous: the promise is 5 s on a machine that does nothing else."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[RunningServer, RunningServer]]:
    folder = tmp_path_factory.mktemp("two_nodes_that_know")
    async with running_server(
        folder / "one", mongo_url=mongo_url, redis_url=redis_url, has_knowledge=True
    ) as first:
        second = RunningServer(folder=folder / "two", settings=first.settings)
        try:
            await second.start()
            yield first, second
        finally:
            await second.stop()


@pytest_asyncio.fixture
async def nodes(servers: tuple[RunningServer, RunningServer]) -> AsyncIterator[tuple[Node, Node]]:
    async with people_at(servers) as both:
        yield both


async def first_found(admin: Supervisor) -> str:
    found = await admin.request("POST", "/api/faq/search", {"text": QUESTION})
    assert found.status == 200, found
    entries = found.json["entries"]
    return str(entries[0]["answer"]) if entries else ""


async def until_found(admin: Supervisor, answer: str) -> None:
    async with asyncio.timeout(_SECONDS):
        while await first_found(admin) != answer:  # noqa: ASYNC110  the server sets no event here
            await asyncio.sleep(0.2)


async def test_what_one_node_is_taught_edited_and_made_to_forget_the_other_one_follows(
    nodes: tuple[Node, Node],
) -> None:
    here = await nodes[0].crowd.supervisor("admin")
    there = await nodes[1].crowd.supervisor("admin")
    for admin in (here, there):
        assert "乌龙茶" not in await first_found(admin)

    async def change(method: str, path: str, body: Any = None) -> Any:
        answer = await here.request(method, path, body)
        assert answer.status == 200, answer
        return answer.json

    written = await change("POST", "/api/faq", {"question": QUESTION, "answer": "有，五元一瓶乌龙茶。"})
    await until_found(there, "有，五元一瓶乌龙茶。")
    visitor = await nodes[1].crowd.visitor()
    await visitor.start()
    asked = await visitor.say(QUESTION)
    said = await bot_answer(visitor, asked["seq"])
    assert (said["data"]["bot"]["decision"], said["text"]) == ("answer", "有，五元一瓶乌龙茶。")

    await change("PUT", f"/api/faq/{written['id']}", {"answer": "乌龙茶卖完了。"})
    await until_found(there, "乌龙茶卖完了。")
    listed = await there.get("/api/faq?q=乌龙茶&limit=5")
    assert [(one["id"], one["answer"]) for one in listed["items"]] == [(written["id"], "乌龙茶卖完了。")]

    await change("DELETE", f"/api/faq/{written['id']}")
    async with asyncio.timeout(_SECONDS):
        while "乌龙茶" in await first_found(there):  # noqa: ASYNC110  the server sets no event here
            await asyncio.sleep(0.2)
    asked = await visitor.say(f"请问{QUESTION}")
    assert "乌龙茶" not in (await bot_answer(visitor, asked["seq"]))["text"]
