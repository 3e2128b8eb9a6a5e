"""The user's chat as its user handles it."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect
from playwright.async_api import TimeoutError as TooLate

from tests.end_to_end.browsing import Seat

Json = dict[str, Any]

_BUTTON_MS = 5_000


@dataclass(frozen=True, eq=False)
class ChatPage:
    seat: Seat

    # -- finding ---------------------------------------------------------------------------------------------

    def part(self, testid: str) -> Locator:
        return self.seat.page.get_by_test_id(testid)

    def words_of(self, role: str) -> Locator:
        """The bubbles of one side, oldest first."""
        return self.seat.page.locator(f'[data-testid="message"][data-role="{role}"] .bubble')

    def own(self, text: str) -> Locator:
        return self.seat.page.locator('[data-testid="message"][data-role="user"]').filter(has_text=text)

    # -- doing -----------------------------------------------------------------------------------------------

    async def open(self, path: str = "/") -> None:
        await self.seat.page.goto(self.seat.base + path)
        await expect(self.part("composer").or_(self.part("ended-panel"))).to_be_visible()

    async def say(self, text: str) -> None:
        await self.part("composer").fill(text)
        await self.part("send").click()

    async def choose_in_menu(self, entry: str) -> None:
        await self.part("menu").click()
        await self.part(entry).click()

    async def ask_for_person(self) -> None:
        """By the button, unless the bot hands over by itself before it is clicked."""
        with contextlib.suppress(TooLate):
            await self.part("talk-to-person").click(timeout=_BUTTON_MS)
        await expect(self.part("talk")).not_to_have_attribute("data-status", "bot")
        await expect(self.part("talk")).not_to_have_attribute("data-status", "none")

    async def end(self) -> None:
        await self.choose_in_menu("menu-end")
        await self.seat.page.get_by_role("dialog").get_by_role("button").last.click()
        await self.until("ended")

    async def leave_queue(self) -> None:
        await self.part("leave-queue").click()
        await self.seat.page.get_by_role("dialog").get_by_role("button").last.click()
        await self.until("ended")

    async def rate(self, score: int, comment: str) -> None:
        await self.part("rate").click()
        await self.part("stars").locator("label").nth(score - 1).click()
        await self.seat.page.get_by_role("dialog").get_by_role("textbox").fill(comment)
        await self.part("rating-submit").click()
        await expect(self.part("rating")).to_have_attribute("data-score", str(score))

    async def fill_account(self, form: str, username: str, password: str) -> None:
        await self.choose_in_menu(form)
        dialog = self.part("account-dialog")
        await dialog.locator('input[autocomplete="username"]').fill(username)
        await dialog.locator('input[type="password"]').fill(password)
        await self.part("account-submit").click()
        await expect(dialog).to_be_hidden()

    async def download(self, format_name: str, folder: Path) -> str:
        """Saves the transcript from the ended panel and gives its text."""
        await self.part("download").click()
        async with self.seat.page.expect_download() as downloading:
            await self.part(f"download-{format_name}").click()
        target = folder / f"transcript.{format_name}"
        download = await downloading.value
        assert download.suggested_filename.endswith(f".{format_name}")
        await download.save_as(target)
        return target.read_text(encoding="utf-8")

    # -- seeing ----------------------------------------------------------------------------------------------

    async def until(self, status: str) -> None:
        await expect(self.part("talk")).to_have_attribute("data-status", status)

    async def expect_answer(self, text: str) -> None:
        """The newest words are the bot's and say this."""
        await expect(self.words_of("bot").last).to_contain_text(text)

    async def credentials(self) -> Json | None:
        stored = await self.seat.page.evaluate("() => localStorage.getItem('wenjin.tokens.user')")
        return None if stored is None else json.loads(stored)

    async def fetch(self, path: str) -> Any:
        """What the server holds for this person, asked with the page's own token."""
        credentials = await self.credentials()
        assert credentials is not None
        headers = {"Authorization": f"Bearer {credentials['access_token']}"}
        answer = await self.seat.context.request.get(self.seat.base + path, headers=headers)
        assert answer.ok, f"{path}: {answer.status}"
        return await answer.json()

    async def stored_session(self) -> Json:
        """The newest session of this person."""
        session: Json = (await self.fetch("/api/sessions"))["items"][0]
        return session

    async def stored_log(self) -> list[Json]:
        """The newest session's messages as the server stores them."""
        session = await self.stored_session()
        messages: list[Json] = (await self.fetch(f"/api/sessions/{session['id']}/messages"))["items"]
        return messages
