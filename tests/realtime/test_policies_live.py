"""Two servers follow which policy is in force, log what they decide, and run a shadow beside it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any

import pytest
import pytest_asyncio

from matching.policies import SHIPPED
from matching.scoring import Weights
from server.command_line.stores import stores_at
from server.settings import Settings, Storage
from tests.server.test_command_line import wenjin
from tests.support.people import Supervisor
from tests.support.serving import RunningServer
from tests.support.two_nodes import Node, people_at, talking, two_servers

_SECONDS = 30
"""Generous: the promise is 5 s on a machine that does nothing else."""
CONTRARY = {
    "name": "contrary-1",
    "weights": {one.name: -one.default for one in fields(Weights) if isinstance(one.default, float)},
    "note": "总是选最不合适的",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[RunningServer, RunningServer]]:
    folder = tmp_path_factory.mktemp("two_nodes_with_policies")
    routing = {"shadow_policy": CONTRARY["name"]}
    async with two_servers(folder, mongo_url, redis_url, routing=routing) as both:
        yield both


@pytest_asyncio.fixture
async def nodes(servers: tuple[RunningServer, RunningServer]) -> AsyncIterator[tuple[Node, Node]]:
    async with people_at(servers) as both:
        yield both


async def policy_at(admin: Supervisor) -> str:
    shown = await admin.request("POST", "/api/matching/preview", {"text": "工资被拖欠怎么办"})
    assert shown.status == 200, shown
    return str(shown.json["policy"])


async def until_in_force(admins: list[Supervisor], name: str) -> None:
    async with asyncio.timeout(_SECONDS):
        while [await policy_at(one) for one in admins] != [name] * len(admins):  # noqa: ASYNC110  no event
            await asyncio.sleep(0.2)


async def test_both_nodes_follow_an_activation_and_its_roll_back_and_the_log_can_be_replayed(
    nodes: tuple[Node, Node],
) -> None:
    server = nodes[0].server

    async def command(*arguments: str, ends_with: int = 0) -> str:
        ended = await asyncio.to_thread(wenjin, *arguments, folder=server.folder)
        assert ended.returncode == ends_with, ended.stderr
        return ended.stdout if ends_with == 0 else ended.stderr

    (server.folder / "contrary.json").write_text(json.dumps(CONTRARY), encoding="utf-8")
    await command("policy", "add", "contrary.json")
    admins = [await one.crowd.supervisor("admin") for one in nodes]
    await until_in_force(admins, SHIPPED.name)
    _, busy = await talking(nodes)
    idle = await nodes[0].crowd.consultant("chen-boyan")
    await idle.go_online()
    # Until the models know the shadow, and the node that assigns has seen who is there.
    await asyncio.sleep(5)

    visitor = await nodes[0].crowd.visitor()
    await visitor.queue_up("公司拖欠工资怎么办")
    chosen = (await visitor.until_status("active"))["consultant"]["id"]
    (opposite,) = {busy.id, idle.id} - {chosen}
    path = f"/api/sessions/{visitor.session_id}/assignment"
    [explanation] = (await admins[0].get(path))["items"]
    assert explanation["policy"] == SHIPPED.name
    await visitor.end()
    await visitor.call("session:rate", session_id=visitor.session_id, score=5)

    decision = await logged(server, str(visitor.session_id))
    assert (decision.policy, decision.consultant_id, decision.rating) == (SHIPPED.name, chosen, 5)
    assert {one.consultant_id: one.score for one in decision.candidates} == {
        one["consultant_id"]: pytest.approx(one["score"], abs=2e-3) for one in explanation["candidates"]
    }
    assert decision.shadow is not None
    assert (decision.shadow.policy, decision.shadow.consultant_id) == ("contrary-1", opposite)
    assert decision.shadow.gain > 0 > decision.shadow.live_gain
    figures = [await one.figures() for one in nodes]
    assert sum(one["wenjin_decisions_recorded_total"] for one in figures) >= 2
    assert sum(one["wenjin_shadow_choices_total"] for one in figures) >= 1

    replayed: Any = json.loads(await command("replay", "--policy", "contrary-1", "--json"))
    assert (replayed["decisions"], replayed["differ"]) == (2, 1), "the first had nobody else to go to"
    compared: Any = json.loads(await command("policy", "compare", "contrary-1", "--json"))
    assert (compared["rated"], compared["refusal_reason"]) == (1, "too_few")
    assert compared["shadow"]["differ"] == 1

    assert "add --yes" in await command("policy", "activate", "contrary-1", ends_with=1)
    await command("policy", "activate", "contrary-1", "--yes")
    await until_in_force(admins, "contrary-1")
    await command("policy", "rollback")
    await until_in_force(admins, SHIPPED.name)


async def logged(server: RunningServer, session_id: str) -> Any:
    """The one decision about a session, once it has been written."""
    storage = server.settings["storage"]
    settings = Settings(storage=Storage(mongo_url=storage["mongo_url"], database=storage["database"]))
    async with stores_at(settings.storage.mongo_url, settings) as stores, asyncio.timeout(_SECONDS):
        while True:
            span = await stores.decisions.span()
            if span is not None:
                read = await stores.decisions.read(since=span[0], until=span[1].replace(year=2100))
                found = [one for one in read if one.session_id == session_id]
                if found:
                    (decision,) = found
                    return decision
            await asyncio.sleep(0.2)
