"""Outside business hours sessions wait; and where it is allowed, consultants take them by hand."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from tests.support.people import Consultant, Crowd, Refused
from tests.support.serving import RunningServer, running_server

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def opening() -> datetime:
    """Two days from now."""
    return (datetime.now(UTC) + timedelta(days=2)).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """Closed until `opening`, so that only hands take sessions."""
    hours = dict.fromkeys(WEEKDAYS, ()) | {WEEKDAYS[opening().weekday()]: ("09:00-18:00",)}
    async with running_server(
        tmp_path_factory.mktemp("closed"),
        mongo_url=mongo_url,
        redis_url=redis_url,
        bot={"enabled": False},
        routing={"manual_claim": True},
        site={"timezone": "UTC"},
        hours=hours,
    ) as running:
        yield running


async def test_after_hours_a_session_waits_and_says_when_somebody_comes(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online()
    visitor = await crowd.visitor()
    await visitor.start("明天再说也行")
    queue = await visitor.until("queue")
    assert (queue["position"], queue["eta_s"]) == (1, None)
    assert datetime.fromisoformat(queue["opens_at"]) == opening()
    assert (await visitor.fresh_session())["queue"]["opens_at"] == queue["opens_at"]
    sent = await visitor.say("还有一句")
    assert sent["seq"] == (await visitor.sync(tail=1))["session"]["last_seq"]
    assert (await visitor.fresh_session())["status"] == "queued"


async def test_a_claimed_session_is_the_consultants(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online()
    visitor = await crowd.visitor()
    await visitor.start("请接我")
    claimed = await consultant.call("queue:claim", session_id=visitor.session_id)
    assert claimed["session"]["consultant"]["id"] == consultant.id
    assert "请接我" in [one["text"] for one in claimed["messages"]]
    await visitor.until_status("active")
    await consultant.say("您好", session_id=visitor.session_id)
    await visitor.until_text("您好")
    assert (await consultant.call("queue:claim", session_id=visitor.session_id))["session"][
        "status"
    ] == "active"


async def test_of_many_who_claim_at_once_one_gets_it(crowd: Crowd) -> None:
    consultants: list[Consultant] = []
    for username in ("lin-zhiyuan", "zhou-minhua", "emily-hart", "chen-boyan"):
        consultants.append(await crowd.consultant(username))
        await consultants[-1].go_online()
    for _ in range(5):
        visitor = await crowd.visitor()
        await visitor.start()
        outcomes = await asyncio.gather(
            *(one.call("queue:claim", session_id=visitor.session_id) for one in consultants),
            return_exceptions=True,
        )
        refused = [one for one in outcomes if isinstance(one, Refused)]
        assert len(refused) == 3
        assert {one.code for one in refused} == {"conflict"}
        log = await visitor.read_log()
        assert [one.get("data", {}).get("event") for one in log].count("assigned") == 1


async def test_a_claim_needs_presence_and_room(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    first, second = await crowd.visitors(2)
    await first.start()
    await second.start()
    assert await consultant.refused("queue:claim", session_id=first.session_id) == "conflict"
    await consultant.go_online(capacity=1)
    await consultant.call("queue:claim", session_id=first.session_id)
    assert await consultant.refused("queue:claim", session_id=second.session_id) == "at_capacity"
    assert (await second.fresh_session())["status"] == "queued"
    assert await consultant.refused("queue:claim", session_id="s_unknown") == "not_found"
    assert await second.refused("queue:claim", session_id=second.session_id) == "forbidden"
