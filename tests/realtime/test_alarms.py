"""Danger in what users write to consultants is shown to staff alone, until they have dealt with it."""

from typing import Any

from tests.support.people import Client, Crowd, Visitor

DANGER = "我站在天台上，不想活了"
CALM = "合同我看过了，没有问题。"


async def until_alarm(person: Client, visitor: Visitor, *, is_open: bool = True) -> dict[str, Any]:
    """The session as pushed with, or without, an alarm."""
    heard = await person.until(
        "session",
        lambda told: told["session"]["id"] == visitor.session_id and ("alarm" in told["session"]) is is_open,
    )
    session: dict[str, Any] = heard["session"]
    return session


async def test_the_consultant_is_told_with_the_help_lines_and_the_user_is_not(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    said = await visitor.say(DANGER)
    await consultant.until_text(DANGER)
    session = await until_alarm(consultant, visitor)
    assert session["alarm"]["seq"] == said["seq"]
    assert "120" in session["alarm"]["text"]
    assert (await consultant.fresh_session())["alarm"] == session["alarm"]
    desk = await consultant.open_desk()
    assert next(one for one in desk["sessions"] if one["id"] == visitor.session_id)["alarm"]
    synced = await visitor.sync(last=0)
    assert "alarm" not in synced["session"]
    assert "alarm" not in await visitor.fresh_session()
    assert all("alarm" not in told["session"] for told in visitor.all_of("session"))
    assert all(one.get("data", {}).get("event") != "emergency_notice" for one in synced["messages"])


async def test_ordinary_words_raise_nothing(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.say(CALM)
    await visitor.say(DANGER)
    # One after the other: the second is known only once the first has been listened to.
    session = await until_alarm(consultant, visitor)
    assert session["alarm"]["seq"] == session["last_seq"]


async def test_of_many_messages_at_once_the_alarm_names_the_one_that_sounds_so(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    said = [await visitor.say(text) for text in [CALM] * 5 + [DANGER] + [CALM] * 5]
    session = await until_alarm(consultant, visitor)
    assert session["alarm"]["seq"] == said[5]["seq"]


async def test_it_stands_until_it_is_dealt_with_and_may_be_raised_again(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.say(DANGER)
    first = (await until_alarm(consultant, visitor))["alarm"]
    await visitor.say("我真的想死")
    await visitor.say(CALM)
    consultant.forget()
    settled = await consultant.call("alarm:settle", session_id=visitor.session_id, seq=first["seq"])
    assert "alarm" not in settled["session"]
    await until_alarm(consultant, visitor, is_open=False)
    again = await visitor.say("药已经吃下去了，永别了")
    second = (await until_alarm(consultant, visitor))["alarm"]
    assert second["seq"] == again["seq"]
    old = await consultant.call("alarm:settle", session_id=visitor.session_id, seq=first["seq"])
    assert old["session"]["alarm"]["seq"] == second["seq"]


async def test_supervisors_see_it_on_the_floor_and_may_deal_with_it(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    supervisor = await crowd.supervisor()
    await supervisor.open_board()
    await visitor.say(DANGER)
    board = await supervisor.until(
        "board",
        lambda told: any(
            one["id"] == visitor.session_id and "alarm" in one for one in told.get("active", ())
        ),
    )
    shown = next(one for one in board["active"] if one["id"] == visitor.session_id)
    await supervisor.call("alarm:settle", session_id=visitor.session_id, seq=shown["alarm"]["seq"])
    consultant.forget()
    assert "alarm" not in await consultant.fresh_session()


async def test_who_goes_back_to_the_queue_in_danger_waits_in_front(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.say(DANGER)
    await until_alarm(consultant, visitor)
    await consultant.set_presence("away")
    await consultant.transfer(note="请接力")
    waiting = next(one for one in (await consultant.open_desk())["queue"] if one["id"] == visitor.session_id)
    assert (waiting["priority"], waiting["priority_reason"]) == (2, "danger")
    assert "alarm" not in await visitor.fresh_session()


async def test_nobody_else_deals_with_it(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.say(DANGER)
    alarm = (await until_alarm(consultant, visitor))["alarm"]
    asked = {"session_id": visitor.session_id, "seq": alarm["seq"]}
    assert await visitor.refused("alarm:settle", **asked) == "forbidden"
    other = await crowd.consultant("zhou-minhua")
    assert await other.refused("alarm:settle", **asked) == "not_found"
    assert (await consultant.fresh_session())["alarm"] == alarm
