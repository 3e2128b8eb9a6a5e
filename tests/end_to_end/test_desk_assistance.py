"""The desk helps its consultant: what it is about at a glance, and answers that one key inserts."""

from playwright.async_api import expect

from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.desk_page import DeskPage
from tests.end_to_end.visiting import Company


async def talk_of(company: Company, *said: str) -> tuple[ChatPage, DeskPage]:
    desk = await company.consultant("lin-zhiyuan")
    chat = await company.user()
    for text in said:
        await chat.say(text)
        await expect(chat.words_of("bot").last).to_be_visible()
    await chat.ask_for_person()
    await chat.until("active")
    await desk.select((await chat.stored_session())["id"])
    return chat, desk


async def test_what_was_said_to_the_bot_is_summed_up_for_the_consultant(company: Company) -> None:
    chat, desk = await talk_of(company, "退款多久到账？")
    summary = desk.part("summary")
    await expect(summary).to_contain_text("退款多久到账？")
    await expect(desk.part("summary-topic")).to_contain_text("退款与支付")
    await expect(desk.part("summary-topic")).to_contain_text("机器人推测")
    await chat.say("订单号ＷＪ２０２４０５０３００１，扣了三百块，电话138 1234 5678")
    named = desk.part("named")
    await expect(named).to_have_count(3)
    await expect(summary.locator('[data-kind="order_number"]')).to_have_attribute(
        "data-value", "WJ20240503001"
    )
    await expect(summary.locator('[data-kind="amount"]')).to_contain_text("三百块")
    await expect(summary.locator('[data-kind="amount"]')).to_contain_text("CNY 300")
    await expect(desk.part("summary-mood")).to_contain_text("平稳")
    await chat.say("你们太让人失望了，钱扣了两次还没人管")
    await expect(desk.part("summary-mood")).to_contain_text("不满")
    await expect(desk.part("summary-mood")).to_contain_text("钱扣了两次还没人管")
    heard = "".join(chat.seat.heard_frames)
    assert "is_topic_guessed" not in heard
    assert "negative" not in heard


async def test_answers_come_while_the_consultant_writes_and_one_key_inserts_them(company: Company) -> None:
    chat, desk = await talk_of(company)
    keyboard, composer = desk.seat.page.keyboard, desk.part("composer")
    await chat.say("嗯嗯你好")
    await composer.press_sequentially("忘记密码", delay=30)
    first = desk.part("suggestion").first
    await expect(first).to_have_attribute("data-entry", "password-reset.zh")
    assert await composer.input_value() == "忘记密码"

    await keyboard.press("ArrowRight")
    await expect(composer).not_to_have_value("忘记密码")
    inserted = await composer.input_value()
    assert inserted.startswith("忘记密码\n")
    await expect(desk.part("suggestions")).to_be_hidden()
    await expect(composer).to_be_focused()

    await keyboard.press("Control+z")
    await expect(composer).to_have_value("忘记密码")
    await keyboard.press("ArrowRight")
    await expect(composer).to_have_value("忘记密码")


async def test_the_arrow_moves_inside_the_text_and_numbers_choose(company: Company) -> None:
    chat, desk = await talk_of(company)
    keyboard, composer = desk.seat.page.keyboard, desk.part("composer")
    await chat.say("退款")  # may mean how, whether and when
    await expect(desk.part("suggestion").first).to_have_attribute("data-entry", "refund-how.zh")
    await composer.press_sequentially("您好")
    await keyboard.press("Home")
    await keyboard.press("ArrowRight")
    await keyboard.press("ArrowRight")
    await expect(composer).to_have_value("您好")
    await expect(desk.part("suggestion").nth(1)).to_be_visible()
    second = await desk.part("suggestion").nth(1).locator(".suggestion__answer").inner_text()
    await keyboard.press("Alt+Digit2")
    await expect(composer).to_have_value(f"您好\n{second}")


async def test_the_keys_are_on_the_cheat_sheet(company: Company) -> None:
    _, desk = await talk_of(company)
    await desk.part("conversation").click()
    await desk.seat.page.locator("body").press("?")
    sheet = desk.part("shortcuts")
    await expect(sheet).to_contain_text("在文字末尾填入第一条推荐答案")
    await expect(sheet).to_contain_text("撤销填入")
    await desk.seat.page.keyboard.press("Escape")
