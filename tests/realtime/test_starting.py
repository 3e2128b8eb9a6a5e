"""A session begins, is resumed, and ends."""

import asyncio

import pytest

from tests.support.people import Crowd, Refused, new_cmid


async def test_a_start_opens_a_session_that_the_bot_leads(crowd: Crowd) -> None:
    visitor = await crowd.visitor("小明")
    started = await visitor.start(topic="退款", language="zh")
    session = started["session"]
    assert started["resumed"] is False
    assert session["status"] == "bot"
    assert session["topic"] == "退款"
    assert session["user"] == {"id": visitor.id, "name": "小明"}
    assert session["receipts"] == {
        "user": {"delivered": 0, "read": 0},
        "consultant": {"delivered": 0, "read": 0},
    }
    [first] = started["messages"]
    assert (first["seq"], first["kind"], first["data"]["event"]) == (1, "system", "session_started")
    assert session["last_seq"] == 1


async def test_two_tabs_that_start_at_once_share_one_session(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    other_tab = await visitor.another_tab()
    starts = await asyncio.gather(*(tab.start() for tab in (visitor, other_tab) for _ in range(4)))
    assert len({one["session"]["id"] for one in starts}) == 1
    assert sorted(one["resumed"] for one in starts) == [False] + 7 * [True]
    sent = await visitor.say("两个标签页都能看到")
    assert (await other_tab.until_text("两个标签页都能看到"))["seq"] == sent["seq"]
    await other_tab.disconnect()


async def test_the_text_of_a_start_is_a_message_and_a_repeat_is_harmless(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    argument = {"text": "你好", "cmid": new_cmid()}
    first = await visitor.start(**argument)
    assert [one["text"] for one in first["messages"] if one["from"]["role"] == "user"] == ["你好"]
    again = await visitor.start(**argument)
    assert again["resumed"] is True
    assert again["session"]["id"] == first["session"]["id"]
    said = [one for one in await visitor.read_log() if one["from"]["role"] == "user"]
    assert [(one["text"], one["cmid"]) for one in said] == [("你好", argument["cmid"])]


async def test_a_start_with_other_text_under_the_same_cmid_is_a_conflict(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    cmid = new_cmid()
    await visitor.start(text="one", cmid=cmid)
    assert await visitor.refused("session:start", text="two", cmid=cmid) == "conflict"


async def test_text_without_cmid_is_refused_and_opens_nothing(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    assert await visitor.refused("session:start", text="hello") == "bad_request"
    assert (await visitor.get("/api/sessions"))["items"] == []


async def test_a_wished_price_class_stays_with_the_session(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    assert await visitor.refused("session:start", price_class="luxury") == "bad_request"
    started = await visitor.start(price_class="premium")
    assert started["session"]["price_class"] == "premium"
    assert (await visitor.start(price_class="economy"))["session"]["price_class"] == "premium"
    assert "price_class" not in (await (await crowd.visitor()).start())["session"]


async def test_a_named_consultant_is_waited_for_in_the_queue(crowd: Crowd) -> None:
    consultant = await crowd.consultant("zhou-minhua")
    visitor = await crowd.visitor()
    started = await visitor.start(consultant_id=consultant.id)
    assert started["session"]["status"] == "queued"
    await consultant.go_online()
    await consultant.until_given(visitor)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_system_messages_speak_the_language_of_the_session(crowd: Crowd, language: str) -> None:
    visitor = await crowd.visitor(language=language)
    started = await visitor.start()
    assert started["session"]["language"] == language
    assert started["messages"][0]["text"] == {"zh": "会话已开始", "en": "The session has started"}[language]


async def test_asking_for_a_person_twice_changes_nothing(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    first = await visitor.ask_for_person()
    assert first["status"] == "queued"
    assert "queued_at" in first
    again = await visitor.ask_for_person()
    assert (again["status"], again["queued_at"]) == ("queued", first["queued_at"])
    events = [one["data"]["event"] for one in await visitor.read_log()]
    assert events == ["session_started", "bot_handoff", "queued"]


async def test_asking_for_a_person_while_talking_to_one_just_returns_the_session(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    session = await visitor.ask_for_person()
    assert (session["status"], session["consultant"]["id"]) == ("active", consultant.id)


async def test_leaving_the_queue_ends_the_session(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up()
    session = (await visitor.call("session:cancel", session_id=visitor.session_id))["session"]
    assert (session["status"], session["ended_by"]) == ("ended", "user")
    assert (await visitor.start())["resumed"] is False


async def test_who_talks_to_a_consultant_cannot_leave_the_queue_any_more(crowd: Crowd) -> None:
    visitor, _ = await crowd.pair()
    assert await visitor.refused("session:cancel", session_id=visitor.session_id) == "conflict"


@pytest.mark.parametrize("who_ends", ["user", "consultant"])
async def test_ending_is_idempotent_and_its_message_is_the_last(crowd: Crowd, who_ends: str) -> None:
    visitor, consultant = await crowd.pair()
    ender = visitor if who_ends == "user" else consultant
    ends = [(await ender.call("session:end", session_id=visitor.session_id))["session"] for _ in range(3)]
    assert {(one["status"], one["ended_by"], one["ended_at"]) for one in ends} == {
        ("ended", who_ends, ends[0]["ended_at"])
    }
    for person in (visitor, consultant):
        await person.until_status("ended")
        assert (await person.until_system("session_ended"))["seq"] == ends[0]["last_seq"]
        assert await person.refused(
            "message:send", session_id=visitor.session_id, cmid=new_cmid(), text="还在吗"
        ) == ("session_ended")
        log = await person.read_log()
        assert log[-1]["data"]["event"] == "session_ended"
        assert [one["seq"] for one in log] == list(range(1, ends[0]["last_seq"] + 1))


async def test_nothing_lands_behind_the_end_however_close_the_race(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()

    says = [asyncio.create_task(consultant.say(f"第{number}句")) for number in range(30)]
    await consultant.until_text("第5句")
    ended = await visitor.end()
    outcomes = await asyncio.gather(*says, return_exceptions=True)
    acknowledged = {one["seq"] for one in outcomes if isinstance(one, dict)}
    refused = [one for one in outcomes if not isinstance(one, dict)]
    assert {one.code for one in refused if isinstance(one, Refused)} <= {"session_ended"}
    assert len(acknowledged) + len(refused) == 30
    log = await visitor.read_log()
    assert log[-1]["data"]["event"] == "session_ended"
    assert ended["last_seq"] == log[-1]["seq"]
    assert {one["seq"] for one in log if one["kind"] == "text"} == acknowledged


async def test_after_the_end_a_new_session_begins(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    first = await visitor.start()
    await visitor.end()
    second = await visitor.start()
    assert second["resumed"] is False
    assert second["session"]["id"] != first["session"]["id"]
