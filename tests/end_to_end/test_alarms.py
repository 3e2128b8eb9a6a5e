"""A user who seems to be in danger while a consultant is there: what each of those concerned is shown."""

from playwright.async_api import expect

from tests.end_to_end.visiting import Company


async def test_staff_are_told_quietly_and_deal_with_it(company: Company) -> None:
    desk = await company.consultant("lin-zhiyuan")
    board = await company.staff("supervisor")
    chat = await company.user()
    await chat.ask_for_person()
    await chat.until("active")
    await desk.select((await chat.stored_session())["id"])
    await chat.say("昨晚他又动手打我，我躲在卫生间")
    notice = desk.part("alarm")
    await expect(notice).to_contain_text("仅员工可见")
    await expect(notice).to_contain_text("有立即的危险，请马上报警 110")
    await expect(notice).not_to_contain_text("自动助手")
    await expect(desk.part("priority-danger")).to_have_text("危急")
    active = board.part("board-active")
    await expect(active).to_contain_text("危急")
    await desk.part("alarm-insert").click()
    await expect(desk.part("composer")).to_have_value("""· 有立即的危险，请马上报警 110
· 有人受伤，请拨打急救 120
· 想找人倾诉，心理援助热线 12356""")
    await active.locator("button").click()
    await expect(board.part("alarm-insert")).to_have_count(0)
    await board.part("alarm-settle").click()
    for page in (desk, board):
        await expect(page.part("alarm")).to_have_count(0)
        await expect(page.part("priority-danger")).to_have_count(0)
    assert "alarm" not in "".join(chat.seat.heard_frames)
