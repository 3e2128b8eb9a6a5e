"""A message is taken back by its sender, everywhere, and leaves its place."""

from tests.support.people import Crowd, new_cmid


async def test_a_recalled_message_loses_its_text_everywhere_and_keeps_its_place(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair("你好")
    cmid = new_cmid()
    said = await visitor.say("不该说的话", cmid=cmid)
    await consultant.until_text("不该说的话")
    recall = {"session_id": visitor.session_id, "seq": said["seq"]}
    await visitor.call("message:recall", **recall)
    for person in (visitor, consultant):
        assert (await person.until_system("recalled"))["data"]["seq"] == said["seq"]
        log = await person.read_log()
        assert [one["seq"] for one in log] == list(range(1, len(log) + 1))
        emptied = log[said["seq"] - 1]
        assert (emptied["text"], emptied["data"]["recalled"]) == ("", True)
    length = len(await visitor.read_log())
    await visitor.call("message:recall", **recall)
    assert (await visitor.say("不该说的话", cmid=cmid))["seq"] == said["seq"]
    assert len(await visitor.read_log()) == length


async def test_only_the_sender_recalls_and_only_what_exists(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair("你好")
    said = await visitor.say("我的话")
    stranger = await crowd.visitor("路人")
    session_id = visitor.session_id
    assert await consultant.refused("message:recall", session_id=session_id, seq=said["seq"]) == "forbidden"
    assert await stranger.refused("message:recall", session_id=session_id, seq=said["seq"]) == "not_found"
    assert await visitor.refused("message:recall", session_id=session_id, seq=9_999) == "not_found"
    await visitor.end()
    assert await visitor.refused("message:recall", session_id=session_id, seq=said["seq"]) == "session_ended"
