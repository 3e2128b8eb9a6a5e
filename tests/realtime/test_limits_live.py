"""Limits: what is too much is refused with a time to come back, and nothing of it is stored."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.people import Crowd, Refused, new_cmid
from tests.support.raw import raw_client
from tests.support.serving import RunningServer, running_server

BURST = 5
CONNECTIONS = 3


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    async with running_server(
        tmp_path_factory.mktemp("limits"),
        mongo_url=mongo_url,
        # Requests are counted in Redis, by address: a database of its own for these.
        redis_url=redis_url.removesuffix("/0") + "/7",
        consultants=(),
        bot={"enabled": False},
        limits={
            "enabled": True,
            "message_burst": BURST,
            "messages_per_second": 1.0,
            "events_per_second": 4.0,
            "visitors_per_minute": 12,
            "connections_per_person": CONNECTIONS,
            "connections_per_address": 8,
        },
    ) as running:
        yield running


async def test_too_many_messages_are_refused_and_nothing_of_them_is_stored(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    cmids = [new_cmid() for _ in range(15)]
    outcomes = await asyncio.gather(
        *(visitor.say(f"{number}", cmid=cmid) for number, cmid in enumerate(cmids)), return_exceptions=True
    )
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) >= len(cmids) - BURST - 2
    for refusal in refused:
        assert (refusal.code, refusal.retry) == ("rate_limited", True)
        assert 0 < refusal.details["retry_after_ms"] <= 10_000
    await asyncio.sleep(max(one.details["retry_after_ms"] for one in refused) / 1000)
    log = await visitor.read_log()
    stored = {one["cmid"] for one in log if one["kind"] == "text"}
    assert stored == {cmid for cmid, one in zip(cmids, outcomes, strict=True) if not isinstance(one, Refused)}
    again = cmids[outcomes.index(refused[0])]
    assert (await visitor.say("现在可以", cmid=again))["seq"] == log[-1]["seq"] + 1


async def test_other_events_have_a_budget_of_their_own_shared_by_all_tabs(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    other_tab = await visitor.another_tab()
    other_tab.session_id = visitor.session_id
    outcomes = await asyncio.gather(
        *(
            tab.call("typing", session_id=visitor.session_id, on=True)
            for tab in (visitor, other_tab)
            for _ in range(10)
        ),
        return_exceptions=True,
    )
    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert len(refused) >= 10
    assert {one.code for one in refused} == {"rate_limited"}
    await visitor.say("消息不受影响")


async def test_a_person_has_only_so_many_connections(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    for _ in range(CONNECTIONS - 1):
        await visitor.another_tab()
    async with raw_client(crowd.base, crowd.http) as raw:
        refusal = await raw.refusal({"token": visitor.account.access_token})
    assert refusal["code"] == "too_many_connections"
    await visitor.tabs[0].disconnect()
    await visitor.another_tab()


async def test_an_address_has_only_so_many_connections(crowd: Crowd) -> None:
    people = [await crowd.visitor(str(number)) for number in range(3)]
    for one in people[:2]:
        for _ in range(CONNECTIONS - 1):
            await one.another_tab()
    await people[2].another_tab()
    async with raw_client(crowd.base, crowd.http) as raw:
        refusal = await raw.refusal({"token": people[2].account.access_token})
    assert refusal["code"] == "too_many_connections"


async def test_an_address_makes_only_so_many_visitors(crowd: Crowd) -> None:
    """A forged X-Forwarded-For is not believed."""
    answers = []
    for number in range(14):
        forged = {"X-Forwarded-For": f"203.0.113.{number}"}
        async with crowd.http.post(crowd.base + "/api/visitors", json={}, headers=forged) as answer:
            answers.append((answer.status, await answer.json()))
    status, body = answers[-1]
    assert status == 429
    assert body["error"]["code"] == "rate_limited"
    assert body["error"]["details"]["retry_after_ms"] > 0
