"""Consultants who are asked first: they accept, decline, or let the offer pass."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from tests.support.people import Consultant, Crowd, Json, Visitor
from tests.support.serving import RunningServer, running_server

OFFER_SECONDS = 3


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    async with running_server(
        tmp_path_factory.mktemp("offers"),
        mongo_url=mongo_url,
        redis_url=redis_url,
        bot={"enabled": False},
        routing={"acceptance": "offer", "offer_seconds": OFFER_SECONDS},
    ) as running:
        yield running


async def offered(consultant: Consultant, visitor: Visitor, *, seconds: float = 10) -> Json:
    return await consultant.until(
        "offer", lambda offer: offer["session_id"] == visitor.session_id, seconds=seconds
    )


async def ready(crowd: Crowd, *usernames: str) -> list[Consultant]:
    consultants = [await crowd.consultant(username) for username in usernames]
    for one in consultants:
        await one.go_online(capacity=2)
    return consultants


async def test_an_offer_says_what_it_is_about_and_accepting_takes_the_session(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    visitor = await crowd.visitor()
    await visitor.start("公司拖欠工资怎么办")
    offer = await offered(consultant, visitor)
    assert 0 < offer["expires_in_ms"] <= OFFER_SECONDS * 1000
    assert (offer["session"]["status"], offer["explanation"]["consultant_id"]) == ("queued", consultant.id)
    taken = await consultant.call("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
    assert taken["session"]["status"] == "active"
    assert "公司拖欠工资怎么办" in [one["text"] for one in taken["messages"]]
    assert taken["messages"][-1]["data"]["event"] == "assigned"
    await visitor.until_status("active")
    await consultant.say("您好", session_id=visitor.session_id)
    await visitor.until_text("您好")
    [explanation] = (await consultant.get(f"/api/sessions/{visitor.session_id}/assignment"))["items"]
    assert explanation == offer["explanation"]


async def test_before_accepting_the_session_is_not_the_consultants(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    visitor = await crowd.visitor()
    await visitor.start("秘密")
    await offered(consultant, visitor)
    assert await consultant.refused("session:sync", session_id=visitor.session_id, last=0) == "not_found"
    assert "秘密" not in str(consultant.heard)


async def test_an_offer_says_why_the_user_came_before_others(crowd: Crowd, server: RunningServer) -> None:
    storage = server.settings["storage"]
    visitor = await crowd.visitor()
    await visitor.start("等了三天了")
    await visitor.until_status("queued")
    client: AsyncIOMotorClient[Json] = AsyncIOMotorClient(storage["mongo_url"])
    heard = {"priority": 1, "priority_reason": "anger"}  # as the bot would have left it, which is off here
    await client[storage["database"]]["sessions"].update_one({"_id": visitor.session_id}, {"$set": heard})
    client.close()
    [consultant] = await ready(crowd, "lin-zhiyuan")
    offer = await offered(consultant, visitor)
    assert (offer["session"]["priority"], offer["priority_reason"]) == (1, "anger")
    assert "priority_reason" not in offer["session"]


async def test_a_stale_fence_is_refused(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    visitor = await crowd.visitor()
    await visitor.start()
    offer = await offered(consultant, visitor)
    for event in ("offer:accept", "offer:decline"):
        for fence in (offer["fence"] - 1, offer["fence"] + 1, 0):
            assert await consultant.refused(event, session_id=visitor.session_id, fence=fence) == "offer_gone"
    await consultant.call("offer:accept", session_id=visitor.session_id, fence=offer["fence"])


async def test_somebody_elses_offer_is_gone(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    other = await crowd.consultant("zhou-minhua")
    await other.open_desk()
    visitor = await crowd.visitor()
    await visitor.start()
    offer = await offered(consultant, visitor)
    for session_id in (visitor.session_id, "s_unknown"):
        assert (
            await other.refused("offer:accept", session_id=session_id, fence=offer["fence"]) == "offer_gone"
        )


async def test_declining_passes_it_on_to_the_next_one_and_never_back(crowd: Crowd) -> None:
    first, second = await ready(crowd, "lin-zhiyuan", "zhou-minhua")
    visitor = await crowd.visitor()
    await visitor.start("公司拖欠工资，想申请劳动仲裁")
    offer = await offered(first, visitor)
    await first.call("offer:decline", session_id=visitor.session_id, fence=offer["fence"], reason="忙")
    revoked = await first.until("offer:revoked", lambda one: one["session_id"] == visitor.session_id)
    assert revoked["reason"] == "declined"
    next_offer = await offered(second, visitor)
    assert next_offer["fence"] > offer["fence"]
    assert (
        await first.refused("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
        == "offer_gone"
    )
    await second.call("offer:decline", session_id=visitor.session_id, fence=next_offer["fence"])
    await visitor.until("queue", lambda queue: queue["position"] == 1)
    assert len(first.all_of("offer")) == 1
    assert (await visitor.fresh_session())["status"] == "queued"
    supervisor = await crowd.supervisor()
    declines = (await supervisor.get(f"/api/sessions/{visitor.session_id}/declines"))["items"]
    assert [(one["consultant_id"], one["how"], one.get("reason")) for one in declines] == [
        (first.id, "declined", "忙"),
        (second.id, "declined", None),
    ]
    assert (await first.request("GET", f"/api/sessions/{visitor.session_id}/declines")).status == 403


async def test_an_offer_that_nobody_answers_makes_its_consultant_away_and_goes_on(crowd: Crowd) -> None:
    first, second = await ready(crowd, "lin-zhiyuan", "zhou-minhua")
    visitor = await crowd.visitor()
    await visitor.start("公司拖欠工资，想申请劳动仲裁")
    offer = await offered(first, visitor)
    revoked = await first.until("offer:revoked", seconds=OFFER_SECONDS + 5)
    assert revoked == {"session_id": visitor.session_id, "reason": "expired"}
    await first.until("desk", lambda desk: desk.get("presence", {}).get("status") == "away")
    assert (
        await first.refused("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
        == "offer_gone"
    )
    next_offer = await offered(second, visitor)
    await second.call("offer:accept", session_id=visitor.session_id, fence=next_offer["fence"])
    presence = (await first.open_desk())["presence"]
    assert (presence["status"], presence["open"]) == ("away", 0)
    supervisor = await crowd.supervisor()
    [decline] = (await supervisor.get(f"/api/sessions/{visitor.session_id}/declines"))["items"]
    assert (decline["consultant_id"], decline["how"]) == (first.id, "silent")
    # Back at the desk, they are not asked for it again.
    await first.go_online(capacity=2)
    await second.call("session:transfer", session_id=visitor.session_id)
    await visitor.until("queue", lambda queue: queue["position"] == 1)
    assert {one["fence"] for one in first.all_of("offer")} == {offer["fence"]}


async def test_an_offer_is_revoked_when_the_user_leaves(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    visitor = await crowd.visitor()
    await visitor.start()
    offer = await offered(consultant, visitor)
    await visitor.call("session:cancel", session_id=visitor.session_id)
    assert await consultant.until("offer:revoked") == {"session_id": visitor.session_id, "reason": "left"}
    assert (
        await consultant.refused("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
        == "offer_gone"
    )
    await consultant.until("desk", lambda desk: desk.get("presence", {}).get("open") == 0)


async def test_an_offer_takes_a_place_and_a_reopened_desk_still_shows_it(crowd: Crowd) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online(capacity=1)
    first, second = await crowd.visitors(2)
    await first.start()
    offer = await offered(consultant, first)
    await second.start()
    desk = await (await consultant.another_tab()).open_desk()
    assert desk["presence"]["open"] == 1
    assert [(one["session_id"], one["fence"]) for one in desk["offers"]] == [
        (first.session_id, offer["fence"])
    ]
    await consultant.call("offer:accept", session_id=first.session_id, fence=offer["fence"])
    assert [one["session_id"] for one in consultant.all_of("offer")] == [first.session_id]


async def test_accepting_twice_takes_it_once(crowd: Crowd) -> None:
    [consultant] = await ready(crowd, "lin-zhiyuan")
    visitor = await crowd.visitor()
    await visitor.start()
    offer = await offered(consultant, visitor)
    await consultant.call("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
    assert (
        await consultant.refused("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
        == "offer_gone"
    )
    log = await visitor.read_log()
    assert [one["data"].get("event") for one in log if one["kind"] == "system"].count("assigned") == 1
