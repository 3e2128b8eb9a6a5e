"""What a site demands of whoever serves a session, and how the waiting person learns of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.people import Crowd
from tests.support.serving import RunningServer, running_server

RELAX_SECONDS = 4


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    async with running_server(
        tmp_path_factory.mktemp("demands"),
        mongo_url=mongo_url,
        redis_url=redis_url,
        bot={"enabled": False},
        routing={
            "new_sessions_per_minute": 3,
            "requirements": [
                {"topics": ["海商"], "needs_skills": ["海商法"]},
                {"topics": ["税务"], "needs_skills": ["税法"], "relax_after_seconds": RELAX_SECONDS},
            ],
        },
    ) as running:
        yield running


async def test_who_needs_what_nobody_present_brings_waits_in_its_place_and_is_told(crowd: Crowd) -> None:
    consultant = await crowd.consultant("lin-zhiyuan")
    await consultant.go_online()
    supervisor = await crowd.supervisor()
    held = await crowd.visitor()
    await held.start("船期延误的赔偿", topic="海商")
    queue = await held.until("queue", lambda one: "hold" in one)
    assert (queue["hold"], queue["eta_s"], queue["position"]) == ("no_such_skill", None, 1)
    assert (await held.fresh_session())["queue"]["hold"] == "no_such_skill"
    board = (await supervisor.call("board:open"))["board"]
    assert [(one["id"], one.get("hold")) for one in board["waiting"]] == [(held.session_id, "no_such_skill")]
    assert board["estimates"]["judged"] >= 0
    other = await crowd.visitor()
    await other.start("公司拖欠工资")
    assert (await other.until_status("active"))["consultant"]["id"] == consultant.id
    assert (await held.fresh_session())["status"] == "queued"


async def test_a_demand_that_relaxes_lets_anybody_serve_in_time(crowd: Crowd) -> None:
    consultant = await crowd.consultant("lin-zhiyuan")
    await consultant.go_online()
    visitor = await crowd.visitor()
    await visitor.start("个人所得税怎么申报", topic="税务")
    queue = await visitor.until("queue", lambda one: one["eta_s"] is not None)
    assert "hold" not in queue
    assert queue["eta_s"]["p90"] >= RELAX_SECONDS - 1
    session = await visitor.until_status("active", seconds=RELAX_SECONDS + 10)
    assert session["consultant"]["id"] == consultant.id


async def test_a_preview_shows_who_does_not_meet_a_demand(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")
    asked = {"text": "船期延误的赔偿", "topic": "海商", "language": "zh"}
    answer = await admin.request("POST", "/api/matching/preview", asked)
    assert answer.status == 200
    assert answer.json["candidates"] == []
    assert {one["reason"] for one in answer.json["excluded"]} == {"requirement"}
