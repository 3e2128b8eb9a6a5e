"""The queue, words of danger, and a bot that knows when to be silent."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.end_to_end.browsing import Language
from tests.end_to_end.visiting import Company

LISTENING_SECONDS = 3.0
"""The bot answers within one; silence longer than this is meant."""


async def test_who_leaves_the_queue_makes_room_for_those_behind(company: Company) -> None:
    board = await company.staff("supervisor")
    first = await company.user()
    await first.ask_for_person()
    second = await company.user()
    await second.ask_for_person()
    await expect(first.part("queue-banner")).to_have_attribute("data-position", "1")
    await expect(second.part("queue-banner")).to_have_attribute("data-position", "2")
    await expect(second.part("queue-banner")).to_contain_text("您前面还有 1 位")
    await expect(board.part("board-waiting")).to_have_count(2)

    await first.leave_queue()
    await expect(first.part("ended-panel")).to_contain_text("您结束了咨询")
    await expect(second.part("queue-banner")).to_have_attribute("data-position", "1")
    await expect(second.part("queue-banner")).to_contain_text("下一位就是您")
    await expect(board.part("board-waiting")).to_have_count(1)
    await first.part("start-anew").click()
    await expect(first.part("welcome")).to_be_visible()


async def test_the_bot_is_silent_once_a_person_was_asked_for(company: Company) -> None:
    chat = await company.user()
    await chat.say("转人工")
    await chat.until("queued")
    said_before = await chat.words_of("bot").count()
    await chat.say("怎么开发票")
    await expect(chat.own("怎么开发票")).to_have_attribute("data-state", "sent")
    await asyncio.sleep(LISTENING_SECONDS)
    assert await chat.words_of("bot").count() == said_before
    assert (await chat.stored_log())[-1]["text"] == "怎么开发票"


@pytest.mark.parametrize(
    ("language", "words", "part_of_answer"),
    [("zh", "我不想活了，活着没有意思", "12356"), ("en", "I want to kill myself tonight", "12356")],
)
async def test_words_of_danger_are_met_with_help_at_once(
    company: Company, language: Language, words: str, part_of_answer: str
) -> None:
    chat = await company.user(language)
    await chat.say(words)
    await chat.expect_answer(part_of_answer)
    last = chat.words_of("bot").last
    for number in ("120", "110", "12356"):
        await expect(last.locator(f'a[href="tel:{number}"]')).to_be_visible()
    await chat.until("queued")
    assert (await chat.stored_session())["status"] == "queued"
