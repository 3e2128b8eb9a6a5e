"""From a question without an answer to one that the bot answers, over the wire and with the real model."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.realtime.test_bot_turns import bot_answer
from tests.support.people import Crowd

QUESTION = "你们的自动售货机里有没有无糖乌龙茶卖？"
REPLY = "一楼大厅的自动售货机里有无糖乌龙茶，五元一瓶，可以扫码付款。"
_SECONDS = 40


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    """What `look` finds, once it finds something."""
    async with asyncio.timeout(_SECONDS):
        while not (found := await look()):  # noqa: ASYNC110  the server sets no event here
            await asyncio.sleep(0.5)
    return found


async def test_what_a_consultant_has_answered_is_drafted_approved_and_then_answered_by_the_bot(
    crowd: Crowd,
) -> None:
    consultant = await crowd.consultant()
    await consultant.go_online()
    visitor = await crowd.visitor()
    await visitor.start()
    asked = await visitor.say(QUESTION)
    answer = await bot_answer(visitor, asked["seq"])
    if answer["data"]["bot"]["decision"] != "handoff":
        await visitor.ask_for_person()
    await consultant.until_given(visitor)
    await consultant.say(REPLY)
    admin = await crowd.supervisor("admin")

    async def drafted() -> Any:
        drafts = (await admin.get("/api/faq/drafts?status=pending"))["items"]
        return next((one for one in drafts if one["answer"] == REPLY), None)

    draft = await until(drafted)
    whole = await admin.get(f"/api/faq/drafts/{draft['id']}")
    assert [(one["session_id"], one["seq"]) for one in whole["sources"]] == [
        (visitor.session_id, asked["seq"])
    ]
    path = f"/api/faq/drafts/{draft['id']}"
    assert await admin.get(f"{path}/rejections") == {"items": [], "next_cursor": None}
    body = {"version": whole["version"]}
    early = await admin.request("POST", f"{path}/approve", body)
    assert (early.status, early.code) == (409, "conflict")
    rehearsal = await admin.request("POST", f"{path}/rehearse", body)
    assert rehearsal.status == 200
    assert rehearsal.json["asked"] > 50
    assert rehearsal.json["newly_wrong"] == 0
    approved = await admin.request("POST", f"{path}/approve", {**body, "reason": "常有人问"})
    assert approved.status == 200, approved
    assert approved.json["rehearsal"]["asked"] == rehearsal.json["asked"]
    entry_id = approved.json["decision"]["entry_id"]

    async def answered() -> Any:
        other = await crowd.visitor()
        await other.start()
        again = await other.say(QUESTION)
        bot = (await bot_answer(other, again["seq"]))["data"]["bot"]
        return bot["decision"] == "answer" and bot["entries"][0]["id"] == entry_id

    await until(answered)
    await admin.request("DELETE", f"/api/faq/{entry_id}")


async def test_answers_that_did_not_help_put_their_entry_in_doubt_until_it_is_reviewed(crowd: Crowd) -> None:
    entry_id = "refund-how.zh"
    for _ in range(2):
        visitor = await crowd.visitor()
        await visitor.start()
        asked = await visitor.say("怎么申请退款？")
        answer = await bot_answer(visitor, asked["seq"])
        assert answer["data"]["bot"]["entries"][0]["id"] == entry_id
        await visitor.call("bot:feedback", session_id=visitor.session_id, seq=answer["seq"], helpful=False)
    admin = await crowd.supervisor("admin")
    doubted = (await admin.get("/api/faq/doubted"))["items"]
    assert [(one["entry_id"], one["not_helpful"]) for one in doubted] == [(entry_id, 2)]
    unanswered = (await admin.get("/api/faq/unanswered"))["items"]
    assert [one["why"] for one in unanswered if one["text"] == "怎么申请退款？"] == ["not_helpful"] * 2
    reviewed = await admin.request("POST", f"/api/faq/{entry_id}/review", {})
    assert reviewed.json["trust"] == 1.0
    assert (await admin.get("/api/faq/doubted"))["items"] == []


async def test_the_bot_shows_how_it_judges_itself(crowd: Crowd) -> None:
    admin = await crowd.supervisor("admin")
    judgement = await admin.get("/api/bot/judgement")
    assert judgement["asked"] > 50
    assert judgement["risk"][-1]["coverage"] == 1.0
    assert 0 <= judgement["answered_share"] <= 1
