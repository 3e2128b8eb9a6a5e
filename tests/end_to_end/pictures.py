"""Draws the pictures of the README: `python -m tests.end_to_end.pictures`. Not part of any test run."""

import asyncio
import base64
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, expect

from tests.end_to_end.browsing import PHONE, Language, running_browser
from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.desk_page import DeskPage
from tests.end_to_end.own_site import PROJECT, STAFF_PASSWORD, OwnSite, own_site
from tests.end_to_end.picture_words import WORDS, Words
from tests.end_to_end.visiting import Company
from tests.support.people import Consultant, SignedIn, Visitor

TARGET = PROJECT / "docs" / "images"
LARGEST_BYTES = 300_000
WIDE: Mapping[str, Any] = {"viewport": {"width": 1440, "height": 900}}
NARROW: Mapping[str, Any] = {**PHONE, "viewport": {"width": 390, "height": 780}}


@dataclass(kw_only=True)
class Extras:
    """People beside the ones in the picture, without browsers."""

    site: OwnSite
    http: aiohttp.ClientSession
    here: list[Visitor | Consultant] = field(default_factory=list)

    async def consultant(self, username: str, capacity: int) -> None:
        login = {"username": username, "password": self.site.passwords[username]}
        person = Consultant(self.site.base, self.http, await self._come("/api/auth/login", login))
        self.here.append(await person.connect())
        await person.go_online(capacity=capacity)

    async def visitor(self, name: str, language: Language, text: str) -> Visitor:
        """Somebody who waits for a person with this question."""
        account = await self._come("/api/visitors", {"name": name, "language": language})
        visitor = Visitor(self.site.base, self.http, account)
        self.here.append(await visitor.connect())
        await visitor.start(text, language=language)
        await visitor.ask_for_person()
        return visitor

    async def go_home(self) -> None:
        for person in self.here:
            await person.go_home()

    async def _come(self, path: str, body: Mapping[str, str]) -> SignedIn:
        async with self.http.post(self.site.base + path, json=body) as answer:
            tokens = await answer.json()
        person = tokens["user"]
        return SignedIn(person["id"], person["name"], tokens["access_token"], tokens["refresh_token"])


@dataclass(kw_only=True)
class Scene:
    """One conversation between a user on a phone and a consultant at the desk, with life around them."""

    words: Words
    chat: ChatPage
    desk: DeskPage
    session_id: str = ""

    async def play(self, extras: Extras) -> None:
        words, chat, desk = self.words, self.chat, self.desk
        await chat.seat.page.evaluate("() => localStorage.clear()")
        await register(chat, words.user)
        await chat.say(words.question)
        await chat.until("active")
        self.session_id = (await chat.stored_session())["id"]
        for name, text in words.others_of_consultant:
            await extras.visitor(name, words.language, text)
        await desk.select(self.session_id)
        for side, text in words.talk:
            page = chat if side == "user" else desk
            await page.say(text)
            other = desk if side == "user" else chat
            await expect(other.words_of("user" if side == "user" else "consultant").last).to_have_text(text)
        await desk.add_note(words.note)
        await expect(desk.part("explanation")).to_be_visible()
        await expect(desk.own(words.talk[-2][1][:12])).to_have_attribute("data-state", "read")
        await expect(chat.own(words.talk[-1][1])).to_have_attribute("data-state", "read")
        await expect(desk.part("suggestions")).to_be_visible()
        await desk.part("hide-suggestions").click()


async def register(chat: ChatPage, name: str) -> None:
    """A name instead of a visitor's number."""
    await chat.open()
    await chat.choose_in_menu("menu-register")
    dialog = chat.part("account-dialog")
    fields = dialog.locator("input")
    await fields.nth(0).fill(f"user-{abs(hash(name)) % 100_000}")
    await fields.nth(1).fill("a password for pictures")
    await fields.nth(2).fill(name)
    await chat.part("account-submit").click()
    await expect(dialog).to_be_hidden()
    await expect(chat.part("toast")).to_be_hidden()


async def shoot(page: Page, name: str) -> bytes:
    # Focus rings and blinking cursors say nothing in a picture.
    await page.evaluate("() => document.activeElement?.blur()")
    await page.mouse.move(0, 0)
    await expect(page.get_by_test_id("toast")).to_have_count(0)
    picture = await page.screenshot(path=TARGET / name, animations="disabled", caret="hide")
    sys.stdout.write(f"{name}: {len(picture) // 1000} kB\n")
    if len(picture) > LARGEST_BYTES:
        raise SystemExit(f"{name} has more than {LARGEST_BYTES} bytes")
    return picture


async def compose(browser: Browser, desk: bytes, phone: bytes) -> None:
    """The desk with the user's phone before it."""
    context = await browser.new_context(**WIDE)
    page = await context.new_page()
    sources = [f"data:image/png;base64,{base64.b64encode(picture).decode()}" for picture in (desk, phone)]
    await page.set_content(_HERO.format(*sources))
    await page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    await shoot(page, "hero.png")
    await context.close()


_HERO = """<!doctype html><style>
  body {{ margin: 0; width: 1440px; height: 900px; overflow: hidden; background: #d9e6e6; }}
  img {{ position: absolute; display: block; box-shadow: 0 18px 50px #12303433; }}
  .desk {{ left: 160px; top: 60px; width: 1248px; height: 780px; border-radius: 14px; }}
  .phone {{ left: 32px; bottom: 28px; width: 272px; height: 544px; }}
  .phone {{ border-radius: 28px; border: 7px solid #16282b; }}
</style><img class="desk" src="{0}"><img class="phone" src="{1}">"""


async def draw(site: OwnSite, browser: Browser, language: Language) -> None:
    words = WORDS[language]
    mark = "" if language == "zh" else "-en"
    company = Company(site=site, browser=browser)
    async with aiohttp.ClientSession() as http:
        extras = Extras(site=site, http=http)
        for username in words.colleagues:
            await extras.consultant(username, 1)
        chat = await company.user(language, NARROW)
        desk = await company.consultant(words.consultant, language, WIDE)
        scene = Scene(words=words, chat=chat, desk=desk)
        await scene.play(extras)
        phone = await shoot(chat.seat.page, f"widget{mark}.png")
        picture = await shoot(desk.seat.page, f"desk{mark}.png")
        if language == "zh":
            await compose(browser, picture, phone)
        for name, text in words.others:
            await extras.visitor(name, words.language, text)
        await site.run(
            "create-user",
            words.supervisor[0],
            "--role",
            "supervisor",
            "--name",
            words.supervisor[1],
            "--password-stdin",
            typed=STAFF_PASSWORD + "\n",
        )
        site.passwords[words.supervisor[0]] = STAFF_PASSWORD
        board = await company.staff(words.supervisor[0], language, WIDE)
        await rated(company, words, extras)
        await expect(board.part("board-rating").first).to_be_visible()
        await shoot(board.seat.page, f"board{mark}.png")
        for seat, name in ((chat.seat, "widget"), (desk.seat, "desk"), (board.seat, "board")):
            await seat.page.emulate_media(color_scheme="dark")
            await shoot(seat.page, f"{name}{mark}-dark.png")
        await company.go_home()
        await extras.go_home()


async def rated(company: Company, words: Words, extras: Extras) -> None:
    """Conversations that are over, for the list of ratings."""
    for name, score, comment in words.ratings:
        visitor = await extras.visitor(name, words.language, comment)
        await visitor.end()
        await visitor.call(
            "session:rate", session_id=visitor.session_id, score=score, comment=comment, tags=[]
        )


async def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with own_site(Path(folder)) as site, running_browser() as browser:
            for language in WORDS:
                await draw(site, browser, language)


if __name__ == "__main__":
    asyncio.run(main())
