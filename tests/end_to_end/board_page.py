"""The board as supervisors and administrators handle it."""

from dataclasses import dataclass

from playwright.async_api import Locator, expect

from tests.end_to_end.browsing import Seat


@dataclass(frozen=True, eq=False)
class BoardPage:
    seat: Seat

    def part(self, testid: str) -> Locator:
        return self.seat.page.get_by_test_id(testid)

    def of_session(self, testid: str, session_id: str) -> Locator:
        return self.seat.page.locator(f'[data-testid="{testid}"][data-session="{session_id}"]')

    async def sign_in(self, username: str, password: str) -> None:
        await self.seat.page.goto(self.seat.base + "/board")
        await self.part("username").fill(username)
        await self.part("password").fill(password)
        await self.part("sign-in-submit").click()
        await expect(self.part("board-live")).to_have_attribute("data-live", "true")

    async def go(self, page: str) -> None:
        await self.part(f"nav-{page}").click()
        await expect(self.part(f"nav-{page}")).to_have_attribute("aria-current", "page")
