"""The whole story in Chinese: bot, person, transfer, rating, and everything still there after a restart."""

import json
from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.board_page import BoardPage
from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.desk_page import DeskPage
from tests.end_to_end.visiting import Company

DISMISSAL = "公司说业务调整要裁掉我，只肯给一个月工资，这样合法吗？"
NOTE = "当事人工龄八年，手里有劳动合同和工资流水。"
HANDING_ON = "法律部分讲清楚了，请帮忙看看接下来怎么找工作。"
COMMENT = "讲得很清楚，心里有底了。"


async def test_a_question_is_answered_found_helpful_and_asked_back_when_unclear(company: Company) -> None:
    chat = await company.user()
    await expect(chat.part("welcome")).to_contain_text("您想咨询什么")

    await chat.say("怎么开发票")
    await chat.expect_answer("在“我的—订单”里打开已完成的订单，点“申请发票”")
    decision = (await chat.stored_log())[-1]["data"]["bot"]
    assert (decision["decision"], decision["entries"][0]["id"]) == ("answer", "invoice-request.zh")
    helpful = chat.seat.page.get_by_role("button", name="有帮助", exact=True)
    await helpful.tap()
    await expect(helpful).to_have_attribute("aria-pressed", "true")
    await expect(chat.part("feedback")).to_contain_text("感谢您的反馈")

    await chat.say("退款")
    choices = chat.part("choices").last
    await expect(choices.get_by_role("button")).not_to_have_count(0)
    await choices.get_by_role("button", name="退款多久到账？").tap()
    await chat.expect_answer("审核通过后，钱会原路退回")
    assert (await chat.stored_log())[-1]["data"]["bot"]["entries"][0]["id"] == "refund-arrival.zh"
    await expect(choices.get_by_role("button").first).to_be_disabled()


async def test_the_fitting_consultant_helps_hands_on_and_the_rating_survives_a_restart(
    company: Company, tmp_path: Path
) -> None:
    lawyer = await company.consultant("lin-zhiyuan")
    adviser = await company.consultant("xu-ke")
    await company.consultant("su-wanqing")
    board = await company.staff("supervisor")
    chat = await company.user()
    await chat.say(DISMISSAL)
    await chat.until("active")
    session_id = (await chat.stored_session())["id"]

    await the_lawyer_knows_why(chat, lawyer, board, session_id)
    await both_talk(chat, lawyer)
    await the_lawyer_is_assisted(chat, lawyer)
    await the_case_is_handed_on(chat, lawyer, adviser, session_id)
    await the_end_is_rated(chat, adviser, board, session_id)
    await all_is_there_after_a_restart(company, chat, tmp_path)
    assert not any(NOTE in frame or HANDING_ON in frame for frame in chat.seat.heard_frames)


async def the_lawyer_knows_why(chat: ChatPage, lawyer: DeskPage, board: BoardPage, session_id: str) -> None:
    await expect(board.of_session("board-active", session_id)).to_contain_text("林致远")
    await expect(chat.part("consultant")).to_contain_text("林致远")
    await expect(chat.part("consultant")).to_contain_text("劳动法律师")
    await expect(chat.part("assigned-reason")).to_be_visible()
    await lawyer.select(session_id)
    await expect(lawyer.words_of("user").first).to_have_text(DISMISSAL)
    explanation = lawyer.part("explanation")
    await expect(explanation).to_be_visible()
    await expect(explanation.locator('[data-term="similarity"]')).to_contain_text("与问题契合")
    await expect(explanation.get_by_test_id("candidate").first).to_contain_text("林致远")
    await expect(explanation.get_by_test_id("candidate")).to_have_count(3)


async def both_talk(chat: ChatPage, lawyer: DeskPage) -> None:
    await lawyer.part("composer").press_sequentially("您好", delay=30)
    await expect(chat.part("typing")).to_contain_text("林致远正在输入")
    await lawyer.say("您好，我是林致远。您在公司工作几年了？")
    await expect(chat.words_of("consultant").last).to_have_text("您好，我是林致远。您在公司工作几年了？")
    await expect(chat.part("typing")).to_be_hidden()
    await expect(lawyer.own("工作几年了")).to_have_attribute("data-state", "read")

    await chat.part("composer").press_sequentially("八年", delay=30)
    await expect(lawyer.part("typing")).to_be_visible()
    await chat.say("八年了，一直没有换过岗位。")
    await expect(lawyer.words_of("user").last).to_have_text("八年了，一直没有换过岗位。")
    await expect(chat.own("八年了")).to_have_attribute("data-state", "read")
    await expect(chat.own("八年了").get_by_role("img", name="已读")).to_be_visible()


async def the_lawyer_is_assisted(chat: ChatPage, lawyer: DeskPage) -> None:
    await lawyer.add_note(NOTE)
    await chat.say("我说的内容会保密吗？")
    suggestion = lawyer.part("suggestion").filter(has_text="我说的内容会保密吗？")
    await suggestion.click()
    inserted = await lawyer.part("composer").input_value()
    assert inserted.startswith("会。能看到对话的只有您、接待您的顾问")
    await lawyer.part("send").click()
    await expect(chat.words_of("consultant").last).to_have_text(inserted)
    # Since the bot handed over it has kept silent.
    await expect(chat.words_of("bot")).to_have_count(1)


async def the_case_is_handed_on(chat: ChatPage, lawyer: DeskPage, adviser: DeskPage, session_id: str) -> None:
    await lawyer.transfer("徐可", HANDING_ON)
    await expect(chat.part("consultant")).to_contain_text("徐可")
    await expect(lawyer.row(session_id)).to_be_hidden()
    await adviser.select(session_id)
    await expect(adviser.words_of("user").first).to_have_text(DISMISSAL)
    await expect(adviser.part("note").filter(has_text=NOTE)).to_be_visible()
    await expect(adviser.part("note").filter(has_text=HANDING_ON)).to_be_visible()
    await adviser.say("您好，我是徐可，我们一起看看简历。")
    await expect(chat.words_of("consultant").last).to_contain_text("我们一起看看简历")
    # Whoever handed it on is out of it: what is said now does not reach the first desk any more.
    assert not any("我们一起看看简历" in frame for frame in lawyer.seat.heard_frames)
    await expect(lawyer.part("closed").or_(lawyer.part("no-conversation"))).to_be_visible()


async def the_end_is_rated(chat: ChatPage, adviser: DeskPage, board: BoardPage, session_id: str) -> None:
    await adviser.end()
    await chat.until("ended")
    await expect(chat.part("ended-panel")).to_contain_text("顾问结束了咨询")
    await expect(board.of_session("board-active", session_id)).to_be_hidden()
    await chat.rate(5, COMMENT)
    rating = board.of_session("board-rating", session_id)
    await expect(rating).to_have_attribute("data-score", "5")
    await expect(rating).to_contain_text(COMMENT)
    await rating.get_by_role("button").click()
    await expect(board.part("session-panel")).to_contain_text(NOTE)


async def all_is_there_after_a_restart(company: Company, chat: ChatPage, folder: Path) -> None:
    await company.restart_everything()
    await chat.seat.page.reload()
    await chat.until("ended")
    await chat.seat.settle()
    await expect(chat.part("rating")).to_have_attribute("data-score", "5")
    await expect(chat.words_of("user").first).to_have_text(DISMISSAL)
    text = ""
    for format_name in ("txt", "html", "json"):
        text = await chat.download(format_name, folder)
        for words in (DISMISSAL, "我们一起看看简历", "5/5" if format_name != "json" else COMMENT):
            assert words in text, f"{words} is missing in {format_name}"
        assert NOTE not in text
    assert json.loads(text)["session"]["rating"]["score"] == 5
    await chat.choose_in_menu("menu-history")
    await chat.part("history-entry").first.click()
    await expect(chat.part("past")).to_contain_text("八年了，一直没有换过岗位。")
