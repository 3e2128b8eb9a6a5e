"""Brings people to a site and sees them home: open sessions end and desks close."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from playwright.async_api import Browser, Error

from tests.end_to_end.board_page import BoardPage
from tests.end_to_end.browsing import DESKTOP, PHONE, Language, Seat, new_seat
from tests.end_to_end.chat_page import ChatPage
from tests.end_to_end.desk_page import DeskPage
from tests.end_to_end.own_site import OwnSite
from tests.support.people import SignedIn, Visitor


@dataclass(eq=False, kw_only=True)
class Company:
    site: OwnSite
    browser: Browser
    chats: list[ChatPage] = field(default_factory=list)
    desks: list[DeskPage] = field(default_factory=list)
    boards: list[BoardPage] = field(default_factory=list)

    @property
    def seats(self) -> list[Seat]:
        pages: list[ChatPage | DeskPage | BoardPage] = [*self.chats, *self.desks, *self.boards]
        return [page.seat for page in pages]

    async def user(
        self, language: Language = "zh", device: Mapping[str, Any] = PHONE, **options: Any
    ) -> ChatPage:
        """Somebody who has the chat open."""
        chat = ChatPage(await new_seat(self.browser, self.site.base, language, device, **options))
        self.chats.append(chat)
        await chat.open()
        return chat

    async def consultant(
        self,
        username: str,
        language: Language = "zh",
        device: Mapping[str, Any] = DESKTOP,
        *,
        is_online: bool = True,
        **options: Any,
    ) -> DeskPage:
        """Somebody at the desk."""
        desk = DeskPage(await new_seat(self.browser, self.site.base, language, device, **options))
        self.desks.append(desk)
        await desk.sign_in(username, self.site.passwords[username])
        if is_online:
            await desk.go("online")
        return desk

    async def staff(
        self,
        username: str,
        language: Language = "zh",
        device: Mapping[str, Any] = DESKTOP,
        **options: Any,
    ) -> BoardPage:
        """`supervisor` or `admin` at the board."""
        board = BoardPage(await new_seat(self.browser, self.site.base, language, device, **options))
        self.boards.append(board)
        await board.sign_in(username, self.site.passwords[username])
        return board

    async def restart_everything(self) -> None:
        """Server, database, Redis and model end and start again under everybody's open pages."""
        for seat in self.seats:
            seat.is_cut_off = True
        await self.site.stop()
        await self.site.start()

    async def go_home(self) -> None:
        """Leaves nothing for the next story."""
        async with aiohttp.ClientSession() as http:
            for chat in self.chats:
                await chat.seat.context.set_offline(False)
                with contextlib.suppress(Error):
                    await self._end_session(chat, http)
        for desk in self.desks:
            # A desk that is blocked or signed out has nothing to switch off.
            with contextlib.suppress(Error, AssertionError):
                await desk.seat.page.keyboard.press("Escape")
                if await desk.part("presence").is_visible():
                    await desk.go("offline")
        for seat in self.seats:
            await seat.context.close()

    async def _end_session(self, chat: ChatPage, http: aiohttp.ClientSession) -> None:
        credentials = await chat.credentials()
        if credentials is None:
            return
        person = credentials["person"]
        open_ones = [one for one in (await chat.fetch("/api/sessions"))["items"] if one["status"] != "ended"]
        for session in open_ones:
            signed_in = SignedIn(
                person["id"], person["name"], credentials["access_token"], credentials["refresh_token"]
            )
            visitor = Visitor(self.site.base, http, signed_in, session["id"])
            await visitor.go_home()
