"""A site that demands skills and asks consultants first: what each of those concerned is shown."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.end_to_end.own_site import OwnSite, own_site
from tests.end_to_end.visiting import Company

DEMANDS = [{"languages": ["en"], "needs_skills": ["maritime law"]}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demanding_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnSite]:
    routing = {"acceptance": "offer", "offer_seconds": 60, "requirements": DEMANDS}
    async with own_site(tmp_path_factory.mktemp("demanding"), routing=routing) as served:
        yield served


@pytest_asyncio.fixture
async def company(demanding_site: OwnSite, browser: Browser, tmp_path: Path) -> AsyncIterator[Company]:
    people = Company(site=demanding_site, browser=browser)
    yield people
    for number, seat in enumerate(people.seats):
        await seat.page.screenshot(path=tmp_path / f"page-{number}.png")
    complaints = [complaint for seat in people.seats for complaint in seat.complaints]
    await people.go_home()
    assert complaints == []


async def test_who_needs_what_nobody_present_brings_is_told_so_and_keeps_the_place(company: Company) -> None:
    await company.consultant("lin-zhiyuan")
    board = await company.staff("supervisor")
    user = await company.user("en")
    await user.ask_for_person()
    await expect(user.part("queue-hold")).to_contain_text("Nobody who can take this on is here right now")
    await expect(board.part("waiting-hold")).to_have_text("无合适顾问在岗")
    await expect(user.part("queue-banner")).to_have_attribute("data-position", "1")


async def test_the_reason_of_a_decline_is_for_supervisors(company: Company) -> None:
    desk = await company.consultant("lin-zhiyuan")
    board = await company.staff("supervisor")
    user = await company.user()
    await user.ask_for_person()
    await expect(desk.part("desk-offer")).to_be_visible()
    await desk.part("offer-decline-because").click()
    await desk.part("offer-decline-reason").first.click()
    await expect(desk.part("desk-offer")).to_have_count(0)
    await board.part("board-waiting").locator("button").click()
    await expect(board.part("session-declines")).to_contain_text("不是我的专业方向")
    await expect(board.part("session-declines")).to_contain_text("已谢绝")
