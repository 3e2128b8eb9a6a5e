"""The server stops and starts again: everybody is told, nothing is gone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.people import Crowd, crowd_at, new_cmid
from tests.support.serving import RunningServer, running_server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    async with running_server(
        tmp_path_factory.mktemp("restart"), mongo_url=mongo_url, redis_url=redis_url, bot={"enabled": False}
    ) as running:
        yield running


async def test_after_a_restart_everything_is_still_there(server: RunningServer, crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair("重启之前")
    cmid = new_cmid()
    said = await consultant.say("您好", cmid=cmid)
    await consultant.call("note:add", session_id=visitor.session_id, cmid=new_cmid(), text="记一笔")
    await consultant.call("tags:set", session_id=visitor.session_id, tags=["重要"])
    await consultant.set_presence("busy")
    waiting = await crowd.visitor("排队的人")
    await waiting.queue_up()
    ended = await crowd.visitor("说完的人")
    await ended.queue_up()
    await ended.end()
    await ended.call("session:rate", session_id=ended.session_id, score=4)
    before = [await one.read_log() for one in (visitor, waiting, ended)]
    states = [await one.fresh_session() for one in (visitor, waiting, ended)]

    await server.stop()
    for one in (visitor, consultant, waiting):
        assert 0 <= (await one.until("server:restart"))["retry_in_ms"] <= 10_000
        await one.until_closed()
    await server.start()

    crowd.base = server.base
    for everybody in crowd.here:
        everybody.base = server.base
        await everybody.connect()
    assert [await one.read_log() for one in (visitor, waiting, ended)] == before
    for person, state in zip((visitor, waiting, ended), states, strict=True):
        now = await person.fresh_session()
        assert {**now, "queue": None} == {**state, "queue": None}
    assert await consultant.say("您好", cmid=cmid) == said
    desk = await consultant.open_desk()
    assert [one["id"] for one in desk["sessions"]] == [visitor.session_id]
    assert [
        one["text"] for one in (await consultant.get(f"/api/sessions/{visitor.session_id}/notes"))["items"]
    ] == ["记一笔"]
    following = await visitor.say("重启之后")
    assert following["seq"] == before[0][-1]["seq"] + 1
    await consultant.until_text("重启之后")
    await consultant.set_presence("online", capacity=3)
    await consultant.until_given(waiting)


async def test_a_session_can_go_on_from_another_server_on_the_same_data(
    server: RunningServer, crowd: Crowd
) -> None:
    """Two nodes: what one has stored, the other one reads."""
    visitor, consultant = await crowd.pair("在第一个节点上")
    twin = RunningServer(folder=server.folder.with_name("twin"), settings=server.settings)
    try:
        await twin.start()
        async with crowd_at(twin.base, {}) as other_crowd:
            moved = await other_crowd.visitor()
            moved.account, moved.session_id = visitor.account, visitor.session_id
            await moved.disconnect()
            await moved.connect()
            sent = await moved.say("在第二个节点上")
            moved.session_id = ""
        assert (await consultant.until_text("在第二个节点上"))["seq"] == sent["seq"]
        assert (await consultant.say("收到"))["seq"] == sent["seq"] + 1
    finally:
        await twin.stop()
