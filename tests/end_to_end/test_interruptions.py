"""Reloads, second devices and lost networks: nothing is lost, nothing comes twice."""

import contextlib
import secrets

from playwright.async_api import Error, expect

from tests.end_to_end.browsing import DESKTOP
from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.visiting import Company

PASSWORD = "a password nobody guesses"
DIZZY = "最近血压有点高，早上起来头晕，需要挂什么科？"


async def own_words(chat: ChatPage) -> list[str]:
    """What this user has said, as the server's log has it."""
    return [message["text"] for message in await chat.stored_log() if message["from"]["role"] == "user"]


async def test_reloads_in_the_middle_lose_neither_words_nor_drafts(company: Company) -> None:
    desk = await company.consultant("chen-boyan")
    chat = await company.user()
    await chat.say(DIZZY)
    await chat.ask_for_person() if await chat.part("talk-to-person").is_visible() else None
    await chat.until("active")
    session_id = (await chat.stored_session())["id"]
    await desk.select(session_id)
    await desk.say("您好，早上量过血压吗？")
    await expect(chat.words_of("consultant").last).to_have_text("您好，早上量过血压吗？")

    await chat.part("composer").fill("量过，还没写完")
    await desk.part("composer").fill("建议先")
    await chat.seat.page.reload()
    await desk.seat.page.reload()
    await chat.until("active")
    await expect(chat.words_of("user").first).to_have_text(DIZZY)
    await expect(chat.words_of("consultant")).to_have_text(["您好，早上量过血压吗？"])
    await expect(chat.part("composer")).to_have_value("量过，还没写完")
    await expect(desk.part("conversation")).to_have_attribute("data-session", session_id)
    await expect(desk.part("composer")).to_have_value("建议先")
    await expect(desk.part("presence")).to_have_attribute("data-status", "online")

    await chat.part("send").click()
    await expect(desk.words_of("user").last).to_have_text("量过，还没写完")
    await desk.part("send").click()
    await expect(chat.words_of("consultant").last).to_have_text("建议先")


async def test_a_second_device_of_the_same_account_sees_everything(company: Company) -> None:
    username = f"yu-{secrets.token_hex(4)}"
    phone = await company.user()
    await phone.say("咨询怎么收费？")
    await phone.expect_answer("单次咨询按顾问的资历定价")
    await phone.fill_account("menu-register", username, PASSWORD)
    await expect(phone.words_of("user").first).to_have_text("咨询怎么收费？")

    computer = await company.user("zh", DESKTOP)
    await computer.fill_account("menu-sign-in", username, PASSWORD)
    await expect(computer.words_of("user").first).to_have_text("咨询怎么收费？")
    await computer.say("怎么开发票")
    await expect(phone.words_of("user").last).to_have_text("怎么开发票")
    await phone.expect_answer("点“申请发票”")
    await computer.expect_answer("点“申请发票”")
    await computer.end()
    await phone.until("ended")


async def test_what_is_written_offline_goes_out_once_and_in_order(company: Company) -> None:
    chat = await company.user()
    await chat.ask_for_person()
    await chat.say("第一句，还有网络")
    await expect(chat.own("第一句")).to_have_attribute("data-state", "sent")

    await chat.seat.lose_network()
    await expect(chat.part("offline-banner")).to_be_visible()
    written = [f"离线写的第{number}句" for number in "二三四"]
    for text in written:
        await chat.say(text)
        await expect(chat.own(text)).to_have_attribute("data-state", "waiting")
    assert await own_words_online(chat, 1) == ["第一句，还有网络"]
    await chat.seat.find_network()
    await expect(chat.part("offline-banner")).to_be_hidden()
    for text in written:
        await expect(chat.own(text)).to_have_attribute("data-state", "sent")
    assert await own_words(chat) == ["第一句，还有网络", *written]
    await expect(chat.words_of("user")).to_have_text(["第一句，还有网络", *written])
    await chat.seat.settle()


async def own_words_online(chat: ChatPage, count: int) -> list[str]:
    """As the page shows them: the server cannot be asked without a network."""
    sent = chat.seat.page.locator('[data-testid="message"][data-role="user"][data-seq] .bubble')
    await expect(sent).to_have_count(count)
    return await sent.all_inner_texts()


async def test_what_is_written_offline_survives_a_reload_without_network(company: Company) -> None:
    chat = await company.user()
    await chat.ask_for_person()
    await chat.seat.lose_network()
    await expect(chat.part("offline-banner")).to_be_visible()
    await chat.say("地铁里写的一句")
    await chat.say("地铁里写的又一句")
    await chat.part("composer").fill("没发出去的草稿")
    # The page itself cannot come without a network; what was written must not depend on it.
    with contextlib.suppress(Error):
        await chat.seat.page.reload()
    await chat.seat.find_network()
    await chat.open()
    await expect(chat.own("地铁里写的又一句")).to_have_attribute("data-state", "sent")
    await expect(chat.part("composer")).to_have_value("没发出去的草稿")
    await chat.seat.page.reload()
    await expect(chat.words_of("user")).to_have_text(["地铁里写的一句", "地铁里写的又一句"])
    assert await own_words(chat) == ["地铁里写的一句", "地铁里写的又一句"]
    await chat.seat.settle()


async def test_a_first_question_written_offline_begins_the_conversation_later(company: Company) -> None:
    chat = await company.user("en")
    await chat.seat.lose_network()
    await expect(chat.part("offline-banner")).to_be_visible()
    await chat.say("What does a consultation cost?")
    await expect(chat.own("What does")).to_have_attribute("data-state", "waiting")
    await chat.seat.find_network()
    await chat.expect_answer("A single consultation costs between")
    assert await own_words(chat) == ["What does a consultation cost?"]
    await chat.seat.settle()
