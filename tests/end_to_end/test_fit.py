"""Nothing overflows: every main screen in both languages, on phones down to 320 px."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.async_api import expect

from tests.end_to_end.browsing import DESKTOP, PHONE, SMALL_PHONE, Language, Seat
from tests.end_to_end.visiting import Company

DEVICES = pytest.mark.parametrize("device", [PHONE, SMALL_PHONE], ids=["390", "320"])
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
LONG = {
    "zh": "我的问题比较长：" + "合同里写的工作地点和实际完全不一样，" * 6 + "https://example.org/" + "a" * 90,
    "en": "This is a long one: " + "the place of work differs from the contract, " * 6 + "w" * 90,
}


async def assert_fits(seat: Seat, screen: str) -> None:
    """What still moves may come to rest first."""
    overflowing = await seat.overflowing()
    for _ in range(10):
        if not overflowing:
            break
        await asyncio.sleep(0.1)
        overflowing = await seat.overflowing()
    assert overflowing == [], screen


@DEVICES
@LANGUAGES
async def test_the_chat_fits(company: Company, device: Mapping[str, Any], language: Language) -> None:
    chat = await company.user(language, device)
    await assert_fits(chat.seat, "welcome")
    await chat.part("menu").click()
    await assert_fits(chat.seat, "menu")
    await chat.part("menu-register").click()
    await expect(chat.part("account-dialog")).to_be_visible()
    await assert_fits(chat.seat, "register")
    await chat.seat.page.keyboard.press("Escape")
    await expect(chat.part("account-dialog")).to_be_hidden()
    await chat.say({"zh": "退款", "en": "refund"}[language])
    await expect(chat.part("choices")).to_be_visible()
    await assert_fits(chat.seat, "choices")
    await chat.ask_for_person()
    await chat.say(LONG[language])
    await expect(chat.own(LONG[language][:20])).to_have_attribute("data-state", "sent")
    await assert_fits(chat.seat, "queue")
    await chat.leave_queue()
    await assert_fits(chat.seat, "ended")
    await chat.part("rate").click()
    await chat.part("stars").locator("label").nth(4).click()
    await assert_fits(chat.seat, "rating")
    await chat.part("rating-submit").click()
    await expect(chat.part("rating")).to_be_visible()
    await chat.choose_in_menu("menu-history")
    await expect(chat.part("history-entry").first).to_be_visible()
    await assert_fits(chat.seat, "history")


@DEVICES
@LANGUAGES
async def test_the_desk_fits(company: Company, device: Mapping[str, Any], language: Language) -> None:
    chat = await company.user(language)
    await chat.ask_for_person()
    await chat.say(LONG[language])
    desk = await company.consultant("qiao-yi", language, device)
    await expect(desk.part("desk-session").first).to_be_visible()
    await assert_fits(desk.seat, "list")
    await desk.select((await chat.stored_session())["id"])
    await desk.part("suggest").click()
    await expect(desk.part("suggestions")).to_be_visible()
    await assert_fits(desk.seat, "conversation")
    await desk.part("pane-context").click()
    await expect(desk.part("explanation")).to_be_visible()
    await assert_fits(desk.seat, "details")
    await desk.part("pane-talk").click()
    await desk.part("more").click()
    await desk.part("transfer").click()
    await expect(desk.part("transfer-target").first).to_be_visible()
    await assert_fits(desk.seat, "transfer")


@DEVICES
@LANGUAGES
async def test_the_board_fits(company: Company, device: Mapping[str, Any], language: Language) -> None:
    chat = await company.user(language)
    await chat.ask_for_person()
    await chat.say(LONG[language])
    board = await company.staff("admin", language, device)
    await expect(board.part("board-waiting")).to_be_visible()
    await assert_fits(board.seat, "floor")
    await board.part("board-waiting").get_by_role("button").click()
    await expect(board.part("session-panel").get_by_test_id("message").first).to_be_visible()
    await assert_fits(board.seat, "session")
    await board.part("panel-close").click()
    for page, row in (
        ("sessions", "session-row"),
        ("knowledge", "faq-row"),
        ("consultants", "consultant-row"),
        ("accounts", "account-row"),
    ):
        await board.go(page)
        await expect(board.part(row).first).to_be_visible()
        await assert_fits(board.seat, page)


@LANGUAGES
async def test_desktops_fit(company: Company, language: Language) -> None:
    chat = await company.user(language, DESKTOP)
    await assert_fits(chat.seat, "chat")
    desk = await company.consultant("qiao-yi", language)
    await chat.ask_for_person()
    await chat.say(LONG[language])
    await desk.select((await chat.stored_session())["id"])
    await expect(desk.part("explanation")).to_be_visible()
    await assert_fits(desk.seat, "desk")
    board = await company.staff("admin", language)
    await expect(board.part("board-active")).to_be_visible()
    for page in ("floor", "sessions", "knowledge", "consultants", "accounts"):
        await board.go(page)
        await assert_fits(board.seat, page)
