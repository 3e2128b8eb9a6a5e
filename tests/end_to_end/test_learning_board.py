"""An admin turns a colleague's answer into one of the bot's, on the board."""

from playwright.async_api import expect

from tests.end_to_end.visiting import Company

QUESTION = "你们楼下的自助咖啡机可以用会员积分买咖啡吗？"
REPLY = "可以的，三十个积分换一杯美式，在咖啡机上扫会员码就行，有问题打 13800138000。"
_DRAFTED_MS = 40_000


async def ask_and_be_answered(company: Company) -> None:
    """The bot does not know; somebody at the desk does."""
    chat = await company.user()
    await chat.say(QUESTION)
    await expect(chat.words_of("bot")).to_have_count(1)
    if await chat.part("talk").get_attribute("data-status") == "bot":
        await chat.ask_for_person()
    desk = await company.consultant("lin-zhiyuan")
    await expect(desk.part("desk-session").first).to_be_visible()
    await desk.part("desk-session").first.click()
    await desk.say(REPLY)
    await expect(desk.own("三十个积分")).to_be_visible()


async def test_what_a_colleague_answered_is_reviewed_published_and_said_by_the_bot(company: Company) -> None:
    await ask_and_be_answered(company)
    board = await company.staff("admin")
    await board.go("bot")
    row = board.part("draft-row").filter(has_text="会员积分")
    for _ in range(20):
        if await row.count():
            break
        await board.part("drafts-approved").click()
        await board.part("drafts-pending").click()
        await board.seat.page.wait_for_timeout(_DRAFTED_MS / 20)
    await row.get_by_test_id("draft-open").click()
    await expect(board.part("draft-sources")).to_contain_text(QUESTION)
    await expect(board.part("draft-answer")).to_have_value(REPLY.replace("13800138000", "[电话]"))
    await expect(board.part("draft-approve")).to_be_disabled()
    await board.part("draft-answer").fill("可以，三十个积分换一杯美式咖啡。")
    await board.part("draft-save").click()
    await expect(board.part("draft-save")).to_be_hidden()
    await board.part("draft-rehearse").click()
    await expect(board.part("rehearsal")).to_be_visible(timeout=_DRAFTED_MS)
    await board.part("draft-approve").click()
    await expect(board.part("draft-drawer")).to_be_hidden()
    await expect(row).to_have_count(0)
    await board.part("drafts-approved").click()
    await expect(row).to_have_count(1)

    # A bot that is asked too early hands over, and then it is no longer its turn.
    await board.go("knowledge")
    await board.part("faq-try-text").fill(QUESTION)
    trial = board.part("faq-trial").filter(has_text="三十个积分")
    for _ in range(20):
        await board.part("faq-try-submit").click()
        await board.seat.page.wait_for_timeout(_DRAFTED_MS / 20)
        if await trial.count():
            break
    chat = await company.user()
    await chat.say(QUESTION)
    await expect(chat.words_of("bot").first).to_contain_text("三十个积分")


async def test_an_entry_in_doubt_is_shown_and_stood_by(company: Company) -> None:
    for _ in range(2):
        chat = await company.user()
        await chat.say("可以匿名咨询吗？")
        await expect(chat.words_of("bot")).to_have_count(1)
        await chat.part("feedback").get_by_role("button").last.click()
    board = await company.staff("admin", "en")
    await board.go("bot")
    await board.seat.page.get_by_role("tab", name="In doubt").click()
    row = board.part("doubted-row").filter(has_text="可以匿名咨询吗？")
    await expect(row).to_contain_text("0 helpful, 2 not")
    await row.get_by_test_id("doubted-review").click()
    await expect(row).to_have_count(0)


async def test_the_curves_are_drawn_and_told_as_tables(company: Company) -> None:
    board = await company.staff("admin")
    await board.go("bot")
    await board.seat.page.get_by_role("tab", name="判断力").click()
    await expect(board.part("chart-risk").locator("polyline")).to_be_visible()
    await board.part("chart-reliability").locator("summary").click()
    await expect(board.part("chart-reliability").locator("tbody tr").first).to_be_visible()
