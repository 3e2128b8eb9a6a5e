"""What administrators change on the board, and who feels it."""

import json
import secrets
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.end_to_end.board_page import BoardPage
from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.visiting import Company

LIVE_SECONDS = 5.0
"""Edited knowledge and profiles are used within this time."""


def entry_row(board: BoardPage, question: str) -> Locator:
    return board.part("faq-row").filter(has_text=question)


async def find(board: BoardPage, question: str) -> Locator:
    await board.part("faq-search").fill(question)
    row = entry_row(board, question)
    await expect(row).to_have_count(1)
    return row


async def seconds_until_told(chat: ChatPage, question: str, answer: str) -> float:
    """Asks again and again; how long the first asking was that got this answer, from when it all began."""
    began = time.monotonic()
    for asked in range(1, 20):
        asked_at = time.monotonic() - began
        await chat.say(question)
        answers = chat.words_of("bot")
        await expect(answers).to_have_count(asked)
        if answer in await answers.last.inner_text():
            return asked_at
    pytest.fail(f"the bot never said {answer!r}")


async def try_question(board: BoardPage, text: str) -> Locator:
    await board.part("faq-try-text").fill(text)
    await board.part("faq-try-submit").click()
    return board.part("faq-trial")


async def test_an_edited_answer_is_given_at_once_and_an_archived_one_no_more(company: Company) -> None:
    board = await company.staff("admin")
    await board.go("knowledge")
    row = await find(board, "可以匿名咨询吗？")
    await row.get_by_role("button", name="可以匿名咨询吗？", exact=True).click()
    fresh = f"当然可以，暗号是 {secrets.token_hex(3)}。"
    await board.part("faq-answer").fill(fresh)
    await board.part("faq-save").click()
    await expect(board.part("faq-form")).to_be_hidden()
    await expect(row).to_contain_text(fresh)
    trial = await try_question(board, "可以匿名咨询吗？")
    await expect(trial).to_contain_text(fresh)
    await expect(trial).to_have_attribute("data-decision", "answer")

    chat = await company.user()
    assert await seconds_until_told(chat, "可以匿名咨询吗？", fresh) <= LIVE_SECONDS

    await row.get_by_test_id("faq-archive").click()
    await board.seat.page.get_by_role("dialog").get_by_role("button").last.click()
    await expect(entry_row(board, "可以匿名咨询吗？").get_by_text("已归档")).to_be_visible()
    await board.part("toast-action").click()
    await expect(entry_row(board, "可以匿名咨询吗？").get_by_text("已发布")).to_be_visible()


async def test_an_import_with_a_wrong_line_names_it_and_changes_nothing(
    company: Company, tmp_path: Path
) -> None:
    board = await company.staff("admin", "en")
    await board.go("knowledge")
    lines = [
        {"question": "Is there parking?", "answer": "Yes, behind the house.", "language": "en"},
        {"question": "", "answer": "Nobody asked.", "language": "en"},
    ]
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    await board.part("import").click()
    await board.part("import-file").set_input_files(wrong)
    await expect(board.part("import-error")).to_have_attribute("data-line", "2")
    await expect(board.part("import-errors")).to_contain_text("question is missing")
    await expect(board.part("import-submit")).to_be_disabled()

    right = tmp_path / "right.jsonl"
    right.write_text(json.dumps(lines[0]), encoding="utf-8")
    await board.part("import-file").set_input_files(right)
    await expect(board.part("import-change")).to_contain_text("Is there parking?")
    await board.part("import-submit").click()
    await expect(board.part("import-dialog")).to_be_hidden()
    row = await find(board, "Is there parking?")

    await board.part("import").click()
    await board.part("undo-import").first.click()
    question = board.seat.page.get_by_role("dialog", name="Undo this import?")
    await question.get_by_role("button", name="Undo").click()
    await expect(board.part("past-import").first).to_contain_text("Undone by")
    await board.seat.page.keyboard.press("Escape")
    await expect(row.get_by_text("Archived")).to_be_visible()


async def test_an_edit_is_seen_in_the_history_and_taken_back(company: Company) -> None:
    board = await company.staff("admin")
    await board.go("knowledge")
    row = await find(board, "怎么开发票？")
    first = await row.locator(".cell-main__line").inner_text()
    await row.get_by_role("button", name="怎么开发票？", exact=True).click()
    fresh = f"可以，请在 {secrets.randbelow(80) + 10} 天内申请。"
    await board.part("faq-answer").fill(fresh)
    await board.part("faq-save").click()
    await expect(row).to_contain_text(fresh)
    await row.get_by_test_id("faq-history-open").click()
    newest = board.part("faq-version").first
    await expect(newest.locator("ins").first).to_be_visible()
    await expect(newest.locator("time")).to_be_visible()
    await newest.get_by_test_id("faq-undo").click()
    await expect(board.part("faq-version").first).to_contain_text("恢复到第")
    await board.seat.page.keyboard.press("Escape")
    await expect(row).to_contain_text(first[:20])


async def seconds_until_first(board: BoardPage, name: str) -> float:
    """Asks for the ranking again and again; when the first ranking that this person led was asked for."""
    began = time.monotonic()
    for _ in range(20):
        asked_at = time.monotonic() - began
        async with board.seat.page.expect_response("**/api/matching/preview"):
            await board.part("match-submit").click()
        await expect(board.part("match-submit")).to_be_enabled()
        if name in await board.part("match-row").first.inner_text():
            return asked_at
    pytest.fail(f"{name} never came first")


async def test_a_new_consultant_is_found_by_the_preview_of_matches(company: Company) -> None:
    board = await company.staff("admin")
    await board.go("consultants")
    username = f"bee-{secrets.token_hex(3)}"
    await board.part("consultant-new").click()
    await board.part("consultant-username").fill(username)
    await board.part("consultant-password").fill("a password for the desk")
    await board.part("consultant-name").fill("冯采蜜")
    await board.part("consultant-title").fill("养蜂顾问")
    await board.part("consultant-bio").fill("养蜂二十年，懂蜂群越冬、分蜂、蜂螨防治和蜂蜜的品质检验。")
    await board.part("consultant-price-class").select_option("premium")
    await board.part("consultant-save").click()
    await expect(board.part("consultant-form")).to_be_hidden()
    row = board.part("consultant-row").filter(has_text="冯采蜜")
    await row.click()
    await expect(board.part("consultant-price-class")).to_be_visible()
    await expect(board.part("consultant-price-class")).to_have_value("premium")
    await board.seat.page.keyboard.press("Escape")
    await expect(board.part("consultant-form")).to_be_hidden()

    await board.part("match-text").fill("我家的蜂群冬天死了一半，是不是蜂螨？")
    assert await seconds_until_first(board, "冯采蜜") <= LIVE_SECONDS

    company.site.passwords[username] = "a password for the desk"
    desk = await company.consultant(username)
    await board.go("accounts")
    await board.part("filter-username").fill(username)
    account = board.part("account-row").filter(has_text=username)
    await account.get_by_test_id("account-menu").click()
    desk.seat.is_refusal_expected = True
    await board.part("account-block").click()
    await board.seat.page.get_by_role("dialog").get_by_role("button").last.click()
    await expect(desk.part("sign-in")).to_be_visible()
    await desk.part("username").fill(username)
    await desk.part("password").fill("a password for the desk")
    await desk.part("sign-in-submit").click()
    await expect(desk.part("sign-in-error")).to_be_visible()


async def test_who_contradicts_another_entry_is_told_while_typing(company: Company) -> None:
    board = await company.staff("admin", "en")
    await board.go("knowledge")
    await board.part("faq-new").click()
    await board.part("faq-question").fill("Can I stay anonymous?")
    await board.part("faq-answer").fill("No, your real name is required.")
    warning = board.part("faq-warning").first
    await expect(warning).to_have_attribute("data-kind", "conflict")
    await expect(warning).to_contain_text("“no” here, “yes” there")
    await expect(board.part("faq-save")).to_be_enabled()
