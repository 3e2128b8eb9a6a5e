"""Supervisors see every session, and never write unseen."""

from tests.support.people import Crowd


async def test_joining_is_visible_and_happens_once(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair("你好")
    supervisor = await crowd.supervisor()
    joined = await supervisor.call("session:join", session_id=visitor.session_id)
    assert joined["session"]["status"] == "active"
    assert "你好" in [one["text"] for one in joined["messages"]]
    for person in (visitor, consultant):
        message = await person.until_system("joined")
        assert message["data"]["supervisor_id"] == supervisor.id
        assert "王主管" in message["text"]
    await supervisor.call("session:join", session_id=visitor.session_id)
    await supervisor.say("我是主管，来协助一下", session_id=visitor.session_id)
    for person in (visitor, consultant):
        message = await person.until_text("我是主管，来协助一下")
        assert message["from"] == {"role": "supervisor", "id": supervisor.id, "name": "王主管"}
    log = await visitor.read_log()
    assert [one.get("data", {}).get("event") for one in log].count("joined") == 1


async def test_writing_without_joining_joins_first(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    supervisor = await crowd.supervisor("admin")
    sent = await supervisor.say("管理员说", session_id=visitor.session_id)
    page = await visitor.sync(last=sent["seq"] - 2)
    assert [one.get("data", {}).get("event", one["text"]) for one in page["messages"]] == [
        "joined",
        "管理员说",
    ]


async def test_reading_alone_leaves_no_trace(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    supervisor = await crowd.supervisor()
    supervisor.session_id = visitor.session_id
    before = await supervisor.read_log()
    await consultant.say("继续")
    await supervisor.until_text("继续")
    assert [one["text"] for one in await visitor.read_log()] == [*(one["text"] for one in before), "继续"]


async def test_a_session_that_has_ended_cannot_be_joined(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    await visitor.end()
    supervisor = await crowd.supervisor()
    assert await supervisor.refused("session:join", session_id=visitor.session_id) == "session_ended"


async def test_joining_is_for_supervisors(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    for person in (visitor, consultant):
        assert await person.refused("session:join", session_id=visitor.session_id) == "forbidden"
