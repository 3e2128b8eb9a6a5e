"""Stories that need two servers for themselves: other settings, or a Redis that is killed."""

import asyncio

import pytest

from tests.support.own_redis import OwnRedis
from tests.support.people import Consultant, Visitor
from tests.support.raw import raw_client
from tests.support.two_nodes import people_at, talking, two_servers


async def test_offers_and_their_end_reach_a_desk_on_the_other_node(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    routing = {"acceptance": "offer", "offer_seconds": 4}
    folder = tmp_path_factory.mktemp("offering")
    async with two_servers(folder, mongo_url, redis_url, routing=routing) as both, people_at(both) as nodes:
        one, two = nodes[0].crowd, nodes[1].crowd
        first, second = await nodes[0].crowd.consultant(), await two.consultant("zhou-minhua")
        visitors = []
        for asked, crowd in ((first, two), (second, one)):
            await asked.go_online()
            visitor = await crowd.visitor()
            await visitor.queue_up("请转人工")
            offer = await asked.until("offer", seconds=6)
            assert offer["session_id"] == visitor.session_id
            assert offer["session"]["user"]["id"] == visitor.id
            visitors.append((visitor, offer))
            await asked.set_presence("away")
        visitor, offer = visitors[0]
        await first.call("offer:accept", session_id=visitor.session_id, fence=offer["fence"])
        assert (await first.until("offer:revoked", seconds=3))["reason"] == "accepted"
        await visitor.until_status("active", seconds=3)
        await visitors[1][0].call("session:cancel", session_id=visitors[1][0].session_id)
        assert (await second.until("offer:revoked", seconds=3))["reason"] == "left"


async def test_a_persons_connections_are_limited_over_all_nodes(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    limits = {"enabled": True, "connections_per_person": 3}
    folder = tmp_path_factory.mktemp("limited")
    async with two_servers(folder, mongo_url, redis_url, limits=limits) as both, people_at(both) as nodes:
        visitor = await nodes[0].crowd.visitor()
        tabs = [Visitor(nodes[1].crowd.base, nodes[1].crowd.http, visitor.account) for _ in range(2)]
        for tab in tabs:
            await tab.connect()
        for node in nodes:
            async with raw_client(node.crowd.base, node.crowd.http) as raw:
                refusal = await raw.refusal({"token": visitor.account.access_token})
            assert refusal["code"] == "too_many_connections"
        await tabs[0].disconnect()
        await asyncio.sleep(0.3)
        await visitor.another_tab()
        await tabs[1].disconnect()


async def test_without_redis_messages_still_arrive_and_with_it_live_again(
    mongo_url: str, own_redis: OwnRedis, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with (
        two_servers(tmp_path_factory.mktemp("outage"), mongo_url, own_redis.url) as both,
        people_at(both) as nodes,
    ):
        visitor, consultant = await talking(nodes)
        await own_redis.kill()
        await visitor.say("没有 Redis")
        await consultant.until_text("没有 Redis", seconds=7)
        await consultant.say("看到了")
        await visitor.until_text("看到了", seconds=4)
        second = await nodes[0].crowd.consultant("zhou-minhua")
        signed_out = await nodes[1].crowd.consultant("emily-hart")
        elsewhere = Consultant(nodes[0].server.base, nodes[0].crowd.http, signed_out.account)
        answer = await elsewhere.request("POST", "/api/auth/logout", {})
        assert answer.status < 300, answer
        await own_redis.start()
        await signed_out.until_closed(seconds=8)
        async with asyncio.timeout(10):
            while (await nodes[0].figures())["wenjin_bus_other_nodes"] < 1:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        await asyncio.sleep(3)
        repaired = [(await node.figures())["wenjin_hints_repaired_total"] for node in nodes]
        await visitor.say("Redis 回来了")
        await consultant.until_text("Redis 回来了", seconds=2)
        await second.go_online()
        await consultant.transfer(consultant_id=second.id)
        await second.until_given(visitor, seconds=4)
        assert repaired == [(await node.figures())["wenjin_hints_repaired_total"] for node in nodes]
