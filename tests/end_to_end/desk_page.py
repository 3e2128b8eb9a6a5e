"""The consultant's desk as its consultant handles it."""

from dataclasses import dataclass

from playwright.async_api import Locator, expect

from tests.end_to_end.browsing import Seat


@dataclass(frozen=True, eq=False)
class DeskPage:
    seat: Seat

    # -- finding ---------------------------------------------------------------------------------------------

    def part(self, testid: str) -> Locator:
        return self.seat.page.get_by_test_id(testid)

    def row(self, session_id: str) -> Locator:
        return self.seat.page.locator(f'[data-testid="desk-session"][data-session="{session_id}"]')

    def words_of(self, role: str) -> Locator:
        return self.seat.page.locator(f'[data-testid="message"][data-role="{role}"] .bubble')

    def own(self, text: str) -> Locator:
        return self.seat.page.locator('[data-testid="message"][data-role="consultant"]').filter(has_text=text)

    # -- doing -----------------------------------------------------------------------------------------------

    async def sign_in(self, username: str, password: str) -> None:
        await self.seat.page.goto(self.seat.base + "/desk")
        await self.part("username").fill(username)
        await self.part("password").fill(password)
        await self.part("sign-in-submit").click()
        await expect(self.part("desk")).to_have_attribute("data-ready", "true")

    async def go(self, status: str) -> None:
        await self.part("presence").click()
        await self.part(f"presence-{status}").click()
        await expect(self.part("presence")).to_have_attribute("data-status", status)

    async def select(self, session_id: str) -> None:
        await self.row(session_id).click()
        await expect(self.part("conversation")).to_have_attribute("data-session", session_id)

    async def say(self, text: str) -> None:
        await self.part("composer").fill(text)
        await self.part("send").click()

    async def add_note(self, text: str) -> None:
        await self.part("mode-note").click()
        await self.part("composer").fill(text)
        await self.part("send").click()
        await expect(self.part("note").filter(has_text=text)).to_be_visible()
        await self.part("mode-reply").click()

    async def transfer(self, colleague: str, note: str) -> None:
        await self.part("transfer").click()
        await self.part("transfer-search").fill(colleague)
        await self.part("transfer-target").filter(has_text=colleague).click()
        await self.part("transfer-note").fill(note)
        await self.part("transfer-submit").click()
        await expect(self.part("transfer-dialog")).to_be_hidden()

    async def end(self) -> None:
        await self.part("end").click()
        await self.seat.page.get_by_role("dialog").get_by_role("button").last.click()
        await expect(self.part("closed")).to_be_visible()
