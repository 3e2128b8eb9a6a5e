"""The one-line embed on other people's pages: allowed ones hold the chat, others cannot."""

import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, FrameLocator, expect

from tests.end_to_end.browsing import DESKTOP, Seat, new_seat
from tests.end_to_end.own_site import OwnSite, free_port, own_site

ALLOWED_PORT = free_port()
"""Known before the site starts, which must be told of it."""


@contextlib.asynccontextmanager
async def host_page(port: int, script: str) -> AsyncIterator[str]:
    """Another site with one page that includes the script; gives its address."""

    async def page(_request: web.Request) -> web.Response:
        text = f"<!doctype html><html lang=zh><title>Shop</title><h1>A shop</h1>{script}"
        return web.Response(text=text, content_type="text/html")

    async def icon(_request: web.Request) -> web.Response:
        return web.Response(status=204)

    application = web.Application()
    application.router.add_get("/", page)
    application.router.add_get("/favicon.ico", icon)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def open_site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnSite]:
    """A site that may be held by one other."""
    allowed = {"allowed_origins": [f"http://127.0.0.1:{ALLOWED_PORT}"]}
    async with own_site(tmp_path_factory.mktemp("open-site"), has_samples=False, server=allowed) as served:
        yield served


def embed(site: OwnSite, attributes: str = "") -> str:
    return f'<script src="{site.base}/embed.js" {attributes} async></script>'


async def open_chat(seat: Seat, name: str) -> FrameLocator:
    await seat.page.get_by_role("button", name=name).click()
    return seat.page.frame_locator("iframe")


async def test_an_allowed_page_opens_the_chat_talks_and_closes_it(
    open_site: OwnSite, browser: Browser
) -> None:
    line = embed(open_site, 'data-language="zh" data-color="#8a3324" data-greeting="欢迎来到小店"')
    async with host_page(ALLOWED_PORT, line) as address:
        seat = await new_seat(browser, open_site.base, "zh", DESKTOP)
        await seat.page.goto(address)
        launcher = seat.page.get_by_role("button", name="在线咨询")
        await expect(launcher).to_have_attribute("aria-expanded", "false")
        frame = await open_chat(seat, "在线咨询")
        await expect(launcher).to_have_attribute("aria-expanded", "true")
        await expect(frame.get_by_test_id("welcome")).to_contain_text("欢迎来到小店")
        await frame.get_by_test_id("composer").fill("你好")
        await frame.get_by_test_id("send").click()
        await expect(frame.locator('[data-testid="message"][data-role="bot"]').last).to_be_visible()
        await frame.get_by_role("button", name="收起聊天").click()
        await expect(seat.page.locator("iframe")).to_be_hidden()
        await expect(launcher).to_have_attribute("aria-expanded", "false")
        await open_chat(seat, "在线咨询")
        await expect(frame.locator('[data-testid="message"][data-role="user"]')).to_contain_text("你好")
        assert seat.complaints == []
        await seat.context.close()


async def test_a_page_that_is_not_allowed_cannot_hold_the_chat(open_site: OwnSite, browser: Browser) -> None:
    async with host_page(free_port(), embed(open_site, 'data-language="en"')) as address:
        seat = await new_seat(browser, open_site.base, "en", DESKTOP)
        await seat.page.goto(address)
        frame = await open_chat(seat, "Chat")
        await expect(frame.get_by_test_id("composer")).to_have_count(0)
        assert any("frame-ancestors" in complaint for complaint in seat.complaints), seat.complaints
        await seat.context.close()
