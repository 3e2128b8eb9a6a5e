"""Two servers on one database and one Redis: people on different ones notice nothing of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.support.people import Consultant, Refused, SignedIn, Supervisor, Visitor, new_cmid
from tests.support.serving import RunningServer
from tests.support.two_nodes import Node, people_at, talking, two_servers

_QUIET_SECONDS = 1.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def servers(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[RunningServer, RunningServer]]:
    async with two_servers(tmp_path_factory.mktemp("two_nodes"), mongo_url, redis_url) as both:
        yield both


@pytest_asyncio.fixture
async def nodes(servers: tuple[RunningServer, RunningServer]) -> AsyncIterator[tuple[Node, Node]]:
    async with people_at(servers) as both:
        yield both


async def heard_nothing(is_heard: Callable[[], object]) -> None:
    await asyncio.sleep(_QUIET_SECONDS)
    assert not is_heard()


async def test_messages_arrive_live_in_both_directions_and_not_by_repair(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)
    before = [await node.figures() for node in nodes]
    for number in range(10):
        await visitor.say(f"问题{number}")
        await consultant.until_text(f"问题{number}", seconds=2)
        await consultant.say(f"回答{number}")
        await visitor.until_text(f"回答{number}", seconds=2)
    for node, earlier in zip(nodes, before, strict=True):
        now = await node.figures()
        assert now["wenjin_hints_heard_messages_total"] - earlier["wenjin_hints_heard_messages_total"] >= 10
        assert now["wenjin_hints_repaired_total"] == earlier["wenjin_hints_repaired_total"]
        assert now["wenjin_bus_other_nodes"] == 1
    for person in (visitor, consultant):
        seqs = [one["message"]["seq"] for one in person.all_of("message")]
        assert seqs == sorted(set(seqs)), "each message once, in order"


async def test_both_write_at_the_same_time_and_both_see_one_order(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)

    async def chatter(person: Visitor | Consultant, word: str) -> None:
        for number in range(25):
            await person.say(f"{word}{number}")

    await asyncio.gather(chatter(visitor, "甲"), chatter(consultant, "乙"))
    for person in (visitor, consultant):
        await person.until_text("甲24", seconds=5)
        await person.until_text("乙24", seconds=5)
    # Only now: what a sync brings is not pushed as well.
    log = [one["seq"] for one in await visitor.read_log()]
    assert log == list(range(1, len(log) + 1))
    for person in (visitor, consultant):
        seqs = [one["message"]["seq"] for one in person.all_of("message")]
        assert seqs == list(range(seqs[0], len(log) + 1))


async def test_typing_receipts_and_tags_are_seen_on_the_other_node(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)
    await visitor.call("typing", session_id=visitor.session_id, on=True)
    shown = await consultant.until("typing", seconds=2)
    assert (shown["from"]["id"], shown["on"]) == (visitor.id, True)
    sent = await consultant.say("请看合同第三条")
    await visitor.until_text("请看合同第三条", seconds=2)
    await visitor.call("message:receipt", session_id=visitor.session_id, read=sent["seq"])
    receipt = await consultant.until("receipt", lambda one: one["read"] == sent["seq"], seconds=2)
    assert receipt["by"] == "user"
    await consultant.call("tags:set", session_id=visitor.session_id, tags=["合同"])
    await visitor.until("session", lambda one: one["session"]["tags"] == ["合同"], seconds=2)


async def test_notes_reach_staff_on_the_other_node_and_never_the_user(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)
    supervisor = await nodes[0].crowd.supervisor()
    await supervisor.sync(session_id=visitor.session_id, last=0)
    await consultant.call("note:add", session_id=visitor.session_id, cmid=new_cmid(), text="客户很着急")
    note = (await supervisor.until("note", seconds=2))["note"]
    assert note["text"] == "客户很着急"
    await heard_nothing(lambda: visitor.all_of("note"))


async def test_a_strangers_sync_hears_nothing_of_a_session_elsewhere(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)
    stranger = await nodes[0].crowd.consultant("zhou-minhua")
    assert await stranger.refused("session:sync", session_id=visitor.session_id, last=0) == "not_found"
    await consultant.say("只给当事人")
    await consultant.call("note:add", session_id=visitor.session_id, cmid=new_cmid(), text="内部")
    await visitor.until_text("只给当事人", seconds=2)
    await heard_nothing(lambda: stranger.all_of("message") or stranger.all_of("note"))


async def test_a_second_tab_on_the_other_node_follows_a_session_that_starts_later(
    nodes: tuple[Node, Node],
) -> None:
    visitor = await nodes[0].crowd.visitor()
    tab = Visitor(nodes[1].server.base, nodes[1].crowd.http, visitor.account)
    nodes[1].crowd.here.append(tab)
    await tab.connect()
    await visitor.start("两个窗口")
    tab.session_id = visitor.session_id
    await tab.until("session", lambda one: one["session"]["id"] == visitor.session_id, seconds=3)
    await visitor.say("第二句")
    await tab.until_text("第二句", seconds=3)
    await tab.say("第三句")
    await visitor.until_text("第三句", seconds=3)
    tab.session_id = ""


async def test_a_session_passes_between_consultants_on_different_nodes(nodes: tuple[Node, Node]) -> None:
    visitor, first = await talking(nodes)
    second = await nodes[0].crowd.consultant("zhou-minhua")
    await second.go_online()
    await first.transfer(consultant_id=second.id)
    await second.until_given(visitor, seconds=3)
    await visitor.until(
        "session", lambda one: one["session"].get("consultant", {}).get("id") == second.id, seconds=3
    )
    first.forget()
    await visitor.say("换了人")
    await second.until_text("换了人", seconds=3)
    await heard_nothing(
        lambda: [one for one in first.all_of("message") if one["message"]["text"] == "换了人"]
    )
    with pytest.raises(Refused):
        await first.say("我还在吗")
    await second.transfer(consultant_id=first.id)
    await first.until_given(visitor, seconds=3)
    await visitor.say("又换回来")
    await first.until_text("又换回来", seconds=3)


async def test_desks_and_boards_show_what_happens_on_the_other_node(nodes: tuple[Node, Node]) -> None:
    supervisor: Supervisor = await nodes[0].crowd.supervisor()
    await supervisor.open_board()
    watching = await nodes[0].crowd.consultant("zhou-minhua")
    await watching.open_desk()
    consultant = await nodes[1].crowd.consultant()
    await consultant.go_online()

    def shows(status: str) -> Callable[[dict[str, Any]], bool]:
        return lambda board: any(
            one["id"] == consultant.id and (one["status"], one["present"]) == (status, status == "online")
            for one in board.get("consultants", [])
        )

    await supervisor.until("board", shows("online"), seconds=4)
    await consultant.set_presence("away")
    waiting = await nodes[1].crowd.visitor()
    await waiting.queue_up("排队")
    await watching.until(
        "desk", lambda one: any(item["id"] == waiting.session_id for item in one.get("queue", [])), seconds=4
    )
    await waiting.until("queue", seconds=4)


async def test_an_ended_session_is_ended_everywhere(nodes: tuple[Node, Node]) -> None:
    visitor, consultant = await talking(nodes)
    await visitor.end()
    await consultant.until_status("ended", seconds=3)
    await consultant.until_system("session_ended", seconds=3)
    assert (
        await consultant.refused("message:send", session_id=visitor.session_id, cmid=new_cmid(), text="等等")
        == "session_ended"
    )


async def test_a_blocked_accounts_sockets_end_on_the_other_node(nodes: tuple[Node, Node]) -> None:
    blocked = await nodes[1].crowd.consultant("chen-boyan")
    admin = await nodes[0].crowd.log_in("admin")
    supervisor = Supervisor(nodes[0].server.base, nodes[0].crowd.http, admin)
    answer = await supervisor.request("PUT", f"/api/accounts/{blocked.id}", {"status": "blocked"})
    assert answer.status == 200, answer
    await blocked.until_closed(seconds=3)
    answer = await supervisor.request("PUT", f"/api/accounts/{blocked.id}", {"status": "active"})
    assert answer.status == 200, answer


async def test_one_node_sweeps_and_the_other_takes_over_when_it_stops(
    servers: tuple[RunningServer, RunningServer], nodes: tuple[Node, Node]
) -> None:
    figures = [await node.figures() for node in nodes]
    assert sorted(one["wenjin_housekeeping_is_ours"] for one in figures) == [0, 1]
    leader = max(range(2), key=lambda number: figures[number]["wenjin_housekeeping_is_ours"])
    follower = nodes[1 - leader]
    await servers[leader].stop()
    try:
        async with asyncio.timeout(3):
            while not (await follower.figures())["wenjin_housekeeping_is_ours"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        consultant = await follower.crowd.consultant()
        await consultant.go_online()
        visitor = await follower.crowd.visitor()
        await visitor.queue_up("接着干活")
        await visitor.until_status("active", seconds=5)
    finally:
        await servers[leader].start()


async def test_what_redis_carries_is_not_trusted(
    nodes: tuple[Node, Node], redis_url: str, servers: tuple[RunningServer, RunningServer]
) -> None:
    visitor, consultant = await talking(nodes)
    stranger = await nodes[1].crowd.consultant("zhou-minhua")
    await stranger.open_desk()
    before = (await nodes[1].figures())["wenjin_hints_malformed_total"]
    channel = f"{servers[0].settings['storage']['database']}:bus:session/{visitor.session_id}"
    last = (await visitor.read_log())[-1]
    forged = {
        "kind": "message",
        "seq": last["seq"],
        "fence": 0,
        "user": visitor.id,
        "consultant": stranger.id,
        "system": True,
        "message": last,
    }
    redis: Redis = Redis.from_url(redis_url)
    for payload in (
        b"",
        b"x",
        b"x {",
        b"x []",
        b"x 7",
        b'x {"kind":"message"}',
        b'x {"kind":"session"',
        b"\xff",
        b'x {"kind":"session","more":"' + b"x" * 2_000_000 + b'"}',
    ):
        await redis.publish(channel, payload)
    await redis.publish(channel, b"x " + orjson.dumps({**forged, "seq": "7"}))
    await redis.publish(channel, b"x " + orjson.dumps(forged))
    for seq, fence in ((last["seq"] + 1, 10**9), (10**9, 10**9), (10**9, 0)):
        invented = {**forged, "seq": seq, "fence": fence, "message": {**last, "seq": seq, "text": "伪造"}}
        await redis.publish(channel, b"x " + orjson.dumps(invented))
    await redis.aclose()
    await visitor.say("照常")
    await consultant.until_text("照常", seconds=3)
    assert (await nodes[1].figures())["wenjin_hints_malformed_total"] - before >= 9
    assert not stranger.all_of("message"), "a hint brings nobody into a session"
    assert "伪造" not in [one["message"]["text"] for one in consultant.all_of("message")]


async def test_a_visitor_who_signs_in_on_the_other_node_keeps_the_session_there(
    nodes: tuple[Node, Node],
) -> None:
    visitor, consultant = await talking(nodes)
    headers = {"Authorization": f"Bearer {visitor.account.access_token}"}
    name = f"user-{new_cmid()[:8]}"
    http, base = nodes[1].crowd.http, nodes[1].server.base
    credentials = {"username": name, "password": "correct horse"}
    async with http.post(base + "/api/auth/register", json=credentials) as answer:
        assert answer.status == 200, await answer.text()
    async with http.post(base + "/api/auth/login", json=credentials, headers=headers) as answer:
        tokens = await answer.json()
    await visitor.until_closed(seconds=3)
    user = tokens["user"]
    known = SignedIn(user["id"], user["name"], tokens["access_token"], tokens["refresh_token"])
    returned = Visitor(nodes[0].server.base, nodes[0].crowd.http, known, visitor.session_id)
    visitor.session_id = ""
    nodes[0].crowd.here.append(returned)
    await returned.connect()
    await consultant.say("您回来了吗")
    await returned.until_text("您回来了吗", seconds=3)
    await returned.say("回来了")
    await consultant.until_text("回来了", seconds=3)
