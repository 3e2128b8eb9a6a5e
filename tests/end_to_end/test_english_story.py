"""The story in English: a wait, a transfer, an end by the user, and all still there after a restart."""

from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.desk_page import DeskPage
from tests.end_to_end.visiting import Company

DEPOSIT = "My landlord refuses to return my rental deposit and claims damage that was there before."
HANDING_ON = "Has photos and a signed check-in report; the quarrel keeps her awake at night."
COMMENT = "Clear steps and a letter I can send today."


async def test_the_bot_answers_and_asks_back_in_english(company: Company) -> None:
    chat = await company.user("en")
    await expect(chat.part("welcome")).to_contain_text("What would you like to ask?")
    await chat.say("Is what I say kept confidential?")
    await chat.expect_answer("Only you, your consultant and the supervisors")
    assert (await chat.stored_log())[-1]["data"]["bot"]["entries"][0]["id"] == "confidentiality.en"
    await chat.seat.page.get_by_role("button", name="Not helpful").tap()
    await expect(chat.part("feedback")).to_contain_text("Thank you")

    await chat.say("invoice")
    await chat.part("choices").last.get_by_role("button", name="When will my invoice arrive?").tap()
    await chat.expect_answer("The electronic invoice is sent to your e")


async def test_a_waiting_user_gets_the_english_consultant_who_comes_and_rates_her(
    company: Company, tmp_path: Path
) -> None:
    board = await company.staff("supervisor", "en")
    chat = await company.user("en")
    await chat.say(DEPOSIT)
    await chat.until("queued")
    session_id = (await chat.stored_session())["id"]
    await expect(chat.part("queue-banner")).to_have_attribute("data-position", "1")
    await expect(chat.part("queue-banner")).to_contain_text("You are next.")
    await expect(board.of_session("board-waiting", session_id)).to_contain_text("English")

    lawyer = await company.consultant("emily-hart", "en")
    await chat.until("active")
    await expect(chat.part("consultant")).to_contain_text("Emily Hart")
    await expect(board.of_session("board-waiting", session_id)).to_be_hidden()
    await expect(board.of_session("board-active", session_id)).to_contain_text("Emily Hart")

    await lawyer.select(session_id)
    await expect(lawyer.part("explanation").locator('[data-term="similarity"]')).to_contain_text(
        "Fits the question"
    )
    await lawyer.say("Hello, I am Emily. Did you sign a check-in report?")
    await expect(chat.words_of("consultant").last).to_contain_text("check-in report")
    await chat.say("Yes, with photos.")
    await expect(lawyer.words_of("user").last).to_have_text("Yes, with photos.")
    await expect(chat.own("with photos").get_by_role("img", name="Read", exact=True)).to_be_visible()

    colleague = await the_case_is_handed_on(company, chat, lawyer, session_id)

    await chat.end()
    await expect(chat.part("ended-panel")).to_contain_text("You ended it.")
    await expect(colleague.part("closed")).to_contain_text("The user ended the conversation.")
    await chat.rate(4, COMMENT)
    await expect(board.of_session("board-rating", session_id)).to_contain_text(COMMENT)
    await all_is_there_after_a_restart(company, chat, tmp_path)
    assert not any(HANDING_ON in frame for frame in chat.seat.heard_frames)


async def the_case_is_handed_on(
    company: Company, chat: ChatPage, lawyer: DeskPage, session_id: str
) -> DeskPage:
    colleague = await company.consultant("daniel-okafor", "en")
    await lawyer.transfer("Daniel Okafor", HANDING_ON)
    await expect(chat.part("consultant")).to_contain_text("Daniel Okafor")
    await expect(lawyer.row(session_id)).to_be_hidden()
    await colleague.select(session_id)
    await expect(colleague.words_of("user").first).to_have_text(DEPOSIT)
    await expect(colleague.part("note").filter(has_text=HANDING_ON)).to_be_visible()
    await colleague.say("Hello, I am Daniel. Emily told me the background.")
    await expect(chat.words_of("consultant").last).to_contain_text("Emily told me the background")
    assert not any("Emily told me the background" in frame for frame in lawyer.seat.heard_frames)
    return colleague


async def all_is_there_after_a_restart(company: Company, chat: ChatPage, folder: Path) -> None:
    await company.restart_everything()
    await chat.seat.page.reload()
    await chat.until("ended")
    await chat.seat.settle()
    await expect(chat.part("rating")).to_have_attribute("data-score", "4")
    transcript = await chat.download("txt", folder)
    for words in ("Emily Hart", "Daniel Okafor", "Yes, with photos.", f"4/5 · {COMMENT}"):
        assert words in transcript
    assert HANDING_ON not in transcript
