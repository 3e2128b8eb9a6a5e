"""The bot comes first, says how sure it is, hands over when it should and keeps quiet afterwards."""

import asyncio
from typing import Any

import pytest

from tests.support.people import Crowd, Visitor


async def bot_answer(visitor: Visitor, seq: int, *, seconds: float = 15) -> Any:
    """The bot's turn on this message."""
    return await visitor.until_message(
        lambda message: message["from"]["role"] == "bot" and message["data"].get("reply_to") == seq,
        seconds=seconds,
    )


async def test_it_answers_what_the_knowledge_covers_and_names_its_entries(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("退款多久到账？")
    answer = await bot_answer(visitor, asked["seq"])
    bot = answer["data"]["bot"]
    assert bot["decision"] == "answer"
    assert bot["entries"][0]["id"] == "refund-arrival.zh"
    assert 0 <= bot["confidence"] <= 1
    assert (answer["from"]["role"], answer["seq"]) == ("bot", asked["seq"] + 1)
    assert (await visitor.fresh_session())["status"] == "bot"


async def test_a_first_text_in_the_start_is_answered_once(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start("怎么申请退款？")
    asked = 2
    await bot_answer(visitor, asked)
    followed_up = await visitor.say("你好")
    await bot_answer(visitor, followed_up["seq"])
    answers = [one for one in await visitor.read_log() if one.get("data", {}).get("reply_to") == asked]
    assert len(answers) == 1


async def test_it_makes_small_talk(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("你好")
    assert (await bot_answer(visitor, asked["seq"]))["data"]["bot"]["decision"] == "smalltalk"


async def test_what_it_does_not_know_is_asked_back_or_handed_over(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("量子色动力学的渐近自由怎么推导？")
    answer = await bot_answer(visitor, asked["seq"])
    decision = answer["data"]["bot"]["decision"]
    assert decision in {"clarify", "handoff"}
    if decision == "handoff":
        await visitor.until_status("queued")


async def test_who_asks_for_a_person_gets_into_the_queue(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("我不要机器人，请帮我转人工")
    assert (await bot_answer(visitor, asked["seq"]))["data"]["bot"]["decision"] == "handoff"
    await visitor.until_status("queued")
    await visitor.until_system("queued")


@pytest.mark.parametrize(
    ("text", "language"),
    [("我不想活了，想今晚结束自己的生命", "zh"), ("I want to kill myself tonight", "en")],
)
async def test_who_is_in_danger_gets_numbers_and_the_front_of_the_queue(
    crowd: Crowd, text: str, language: str
) -> None:
    earlier = await crowd.visitor("先来的")
    await earlier.queue_up("一个普通的问题")
    visitor = await crowd.visitor(language=language)
    await visitor.start()
    asked = await visitor.say(text)
    answer = await bot_answer(visitor, asked["seq"])
    assert answer["data"]["bot"]["decision"] == "crisis"
    assert "120" in answer["text"]
    assert "12356" in answer["text"]
    await visitor.until_status("queued")
    await visitor.until("queue", lambda queue: queue["position"] == 1)
    await earlier.until("queue", lambda queue: queue["position"] == 2)


async def test_who_is_angry_waits_one_class_further_up_than_who_is_not(crowd: Crowd) -> None:
    priorities = []
    for text in ("请帮我转人工", "烦死了，你们这群骗子，转人工！"):
        visitor = await crowd.visitor()
        await visitor.start()
        asked = await visitor.say(text)
        answer = await bot_answer(visitor, asked["seq"])
        assert set(answer["data"]["bot"]) == {"decision", "confidence", "entries"}  # no word to them of mood
        await visitor.until_status("queued")
        priorities.append((await visitor.fresh_session())["priority"])
        assert "priority_reason" not in await visitor.fresh_session()
    assert priorities == [0, 1]


async def test_staff_are_told_why_somebody_waits_further_up(crowd: Crowd) -> None:
    said = {
        "anger": "烦死了，你们这群骗子，转人工！",
        "haste": "It's urgent, the court wants my papers today",
        "danger": "我现在就想跳楼，不想活了",
        None: "请帮我转人工",
    }
    waiting = []
    for text in said.values():
        visitor = await crowd.visitor()
        await visitor.start(text)
        await visitor.until_status("queued")
        waiting.append(visitor.session_id)
    consultant = await crowd.consultant()
    queue = [one for one in (await consultant.open_desk())["queue"] if one["id"] in waiting]
    classes = {one.get("priority_reason"): one["priority"] for one in queue}
    assert classes == {"danger": 2, "anger": 1, "haste": 1, None: 0}
    assert queue[0]["priority_reason"] == "danger"


async def test_danger_in_the_queue_is_not_passed_over(crowd: Crowd) -> None:
    earlier = await crowd.visitor("先来的")
    await earlier.queue_up()
    visitor = await crowd.visitor()
    await visitor.queue_up()
    await visitor.until("queue", lambda queue: queue["position"] == 2)
    await visitor.say("我现在就想跳楼，不想活了")
    notice = await visitor.until_system("emergency_notice", seconds=15)
    assert "120" in notice["text"]
    await visitor.until("queue", lambda queue: queue["position"] == 1)


async def test_it_is_silent_while_the_user_waits_for_a_person_or_talks_to_one(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.queue_up("退款多久到账？")
    consultant = await crowd.consultant()
    await consultant.go_online()
    await consultant.until_given(visitor)
    await visitor.say("怎么申请退款？")
    await consultant.say("您好")
    # Its turn on another session's message shows that the bot had the time to answer these.
    other = await crowd.visitor("另一位")
    await other.start()
    asked = await other.say("退款多久到账？")
    await bot_answer(other, asked["seq"])
    assert [one for one in await visitor.read_log() if one["from"]["role"] == "bot"] == []


async def test_it_keeps_quiet_when_a_person_is_asked_for_while_it_thinks(crowd: Crowd) -> None:
    for _ in range(5):
        visitor = await crowd.visitor()
        await visitor.start("退款多久到账？")
        await visitor.ask_for_person()
        log = await visitor.read_log()
        handoff = next(one["seq"] for one in log if one.get("data", {}).get("event") == "bot_handoff")
        await visitor.say("之后")
        other = await crowd.visitor()
        await other.start("退款多久到账？")
        await bot_answer(other, 2)
        later = [one for one in await visitor.read_log() if one["seq"] > handoff]
        assert [one["from"]["role"] for one in later] == ["system", "user"]


async def test_feedback_is_about_an_answer_of_the_bot(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("退款多久到账？")
    answer = await bot_answer(visitor, asked["seq"])
    supervisor = await crowd.supervisor()
    before = (await supervisor.open_board())["board"]["bot"]
    for helpful in (False, True, True):
        await visitor.call("bot:feedback", session_id=visitor.session_id, seq=answer["seq"], helpful=helpful)
    # The figures of the day are counted at a pace of their own.
    after = before
    for _ in range(40):
        after = (await supervisor.open_board())["board"]["bot"]
        if after["helpful"] != before["helpful"]:
            break
        await asyncio.sleep(0.5)
    assert (after["helpful"] - before["helpful"], after["not_helpful"] - before["not_helpful"]) == (1, 0)
    for seq in (asked["seq"], 1, 10_000):
        assert (
            await visitor.refused("bot:feedback", session_id=visitor.session_id, seq=seq, helpful=True)
            == "not_found"
        )


async def until_topic(visitor: Visitor, topic: str) -> None:
    await visitor.until("session", lambda told: told["session"].get("topic") == topic)


async def test_the_topic_is_that_of_what_was_asked(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say("退款多久到账？")
    await bot_answer(visitor, asked["seq"])
    await until_topic(visitor, "退款与支付")
    asked = await visitor.say("怎么预约咨询？")
    await bot_answer(visitor, asked["seq"])
    await until_topic(visitor, "预约")
    asked = await visitor.say("我要转人工")
    await bot_answer(visitor, asked["seq"])
    await visitor.until_status("queued")
    assert (await visitor.fresh_session())["topic"] == "预约"


async def test_a_topic_that_the_user_chose_stays(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start(topic="劳动合同")
    asked = await visitor.say("退款多久到账？")
    await bot_answer(visitor, asked["seq"])
    asked = await visitor.say("我要转人工")
    await bot_answer(visitor, asked["seq"])
    await visitor.until_status("queued")
    assert (await visitor.fresh_session())["topic"] == "劳动合同"


async def test_the_consultant_sees_at_a_glance_what_it_is_about(crowd: Crowd) -> None:
    visitor = await crowd.visitor()
    await visitor.start()
    for text in ("你好", "退款多久到账？", "订单号WJ20240503001，扣了300块"):
        asked = await visitor.say(text)
        await bot_answer(visitor, asked["seq"])
    await visitor.say("还没到，请转人工，电话13812345678")
    await visitor.until_status("queued")
    consultant = await crowd.consultant()
    await consultant.go_online()
    await visitor.until_status("active")
    summary = await consultant.get(f"/api/sessions/{visitor.session_id}/summary")
    assert (summary["topic"], summary["is_topic_guessed"]) == ("退款与支付", True)
    assert summary["need"][0]["text"].startswith("退款多久到账")
    assert "wants_person" in summary["intents"]
    assert {one["kind"]: one["value"] for one in summary["entities"]} == {
        "order_number": "WJ20240503001",
        "amount": "CNY 300",
        "phone": "+8613812345678",
    }
    assert summary["bot"][0]["question"] == "退款多久到账？"
    assert summary["bot"][-1]["decision"] == "handoff"
    await visitor.say("你们太让人失望了，钱扣了两次还没人管")
    asked = await visitor.say("WJ20240503001")
    summary = await consultant.get(f"/api/sessions/{visitor.session_id}/summary")
    assert summary["last_seq"] == asked["seq"]
    assert summary["mood"]["label"] == "negative"
    assert summary["mood"]["heard"][-1]["text"] == "你们太让人失望了，钱扣了两次还没人管"


async def test_of_whom_nothing_has_been_heard_no_mood_is_told(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair()
    await visitor.say("WJ20240503001")
    assert "mood" not in await consultant.get(f"/api/sessions/{visitor.session_id}/summary")


async def test_consultants_get_suggestions_from_the_same_knowledge(crowd: Crowd) -> None:
    visitor, consultant = await crowd.pair("退款多久到账？")
    suggested = await consultant.call("session:suggest", session_id=visitor.session_id)
    first = suggested["suggestions"][0]
    assert first["entry_id"] == "refund-arrival.zh"
    assert first["answer"]
    assert 0 <= first["confidence"] <= 1
    other = await consultant.call("session:suggest", session_id=visitor.session_id, text="怎么申请退款？")
    assert other["suggestions"][0]["entry_id"] == "refund-how.zh"
    assert await visitor.refused("session:suggest", session_id=visitor.session_id) == "forbidden"
