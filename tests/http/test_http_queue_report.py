"""The state of the queue for supervisors: who waits, how the last waits ended, how right estimates were."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio

from server.domain.people import Role
from server.domain.session import Session
from server.domain.times import utc_now
from server.domain.waiting import KeptOrNot, WaitPromise
from tests.http.conftest import Edge
from tests.support.made_sessions import new_session

PATH = "/api/reports/queue"


@pytest_asyncio.fixture(loop_scope="session")
async def supervisor(edge: Edge) -> AsyncIterator[str]:
    """Their token; before and afterwards nobody waits, and nobody has waited."""

    async def clear() -> None:
        database = edge.stores.sessions.database
        await database["sessions"].delete_many({"status": "queued"})
        await database["wait_promises"].delete_many({})

    await clear()
    yield (await edge.person(Role.SUPERVISOR))["access_token"]
    await clear()


async def wait(edge: Edge, *, priority: int, seconds: float) -> Session:
    session = new_session(utc_now() - timedelta(seconds=seconds))
    session.begin(now=session.created_at)
    session.ask_for_person(now=session.created_at)
    session.priority = priority
    assert await edge.stores.sessions.insert(session)
    return session


async def waits_over(edge: Edge, *ends: tuple[float, bool]) -> None:
    now = utc_now()
    promises = [WaitPromise(new_session(now).id, now, (20.0, 60.0), (20.0, 60.0)) for _ in ends]
    await edge.stores.wait_promises.keep(promises)
    kept = [KeptOrNot(one, *end) for one, end in zip(promises, ends, strict=True)]
    await edge.stores.wait_promises.settle(kept, now)


async def report(edge: Edge, token: str, query: str = "") -> Any:
    answer = await edge.ask("GET", PATH + query, token=token)
    assert answer.status == 200, answer.text
    return answer.json


async def test_an_empty_queue_says_so(edge: Edge, supervisor: str) -> None:
    found = await report(edge, supervisor)
    assert (found["waiting"], found["longest_wait_s"], found["by_priority"]) == (0, 0, [])
    assert found["lately"] == {
        "waits": 0, "served": 0, "within_s": 60,
        "service_level": None, "waited_p50_s": None, "waited_p95_s": None,
    }  # fmt: skip
    assert found["estimates"] == {"judged": 0, "covered_p50": None, "covered_p90": None}


async def test_those_who_wait_are_counted_by_priority_the_most_urgent_first(
    edge: Edge, supervisor: str
) -> None:
    for priority, seconds in ((0, 600), (0, 30), (2, 90)):
        await wait(edge, priority=priority, seconds=seconds)
    found = await report(edge, supervisor)
    assert found["waiting"] == 3
    assert [(one["priority"], one["waiting"]) for one in found["by_priority"]] == [(2, 1), (0, 2)]
    assert 90 <= found["by_priority"][0]["longest_wait_s"] < 600 <= found["longest_wait_s"]


async def test_who_left_at_once_does_not_count_against_the_service_level(edge: Edge, supervisor: str) -> None:
    await waits_over(edge, (10, True), (30, True), (50, True), (80, True), (5, False), (200, False))
    found = await report(edge, supervisor)
    assert found["lately"] == {
        "waits": 6, "served": 4, "within_s": 60,
        "service_level": 0.6, "waited_p50_s": 30, "waited_p95_s": 80,
    }  # fmt: skip
    assert found["estimates"] == {"judged": 5, "covered_p50": 0.2, "covered_p90": 0.6}
    assert (await report(edge, supervisor, "?within=90"))["lately"]["service_level"] == 0.8


async def test_it_is_for_supervisors_and_wants_a_time_that_makes_sense(edge: Edge, supervisor: str) -> None:
    consultant = (await edge.person(Role.CONSULTANT))["access_token"]
    assert (await edge.ask("GET", PATH, token=consultant)).code == "forbidden"
    for within in ("0", "86401", "soon"):
        assert (await edge.ask("GET", f"{PATH}?within={within}", token=supervisor)).code == "bad_request"
