"""Real browsers: one context a person, and what their pages complain about."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

Language = Literal["zh", "en"]

PHONE: Mapping[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
SMALL_PHONE: Mapping[str, Any] = {**PHONE, "viewport": {"width": 320, "height": 640}}
DESKTOP: Mapping[str, Any] = {"viewport": {"width": 1440, "height": 900}}

_LOCALES = {"zh": "zh-CN", "en": "en-GB"}
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_PATIENCE_MS = 15_000
# What a browser logs by itself when the network or the server is gone.
_CUT_OFF = ("net::ERR_", "WebSocket connection to")
_REFUSAL = "Failed to load resource: the server responded with a status of 4"


def chromium_path() -> str:
    """Where the browser is. Fails the test where there is none: these tests are no luxury."""
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        found = shutil.which(name) if name else None
        if found is not None:
            return found
    pytest.fail(
        "The end-to-end tests need Chromium. On Debian: sudo apt-get install chromium fonts-noto-cjk "
        "(or set CHROMIUM to its path).",
        pytrace=False,
    )


@contextlib.asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=list(_FLAGS))
        yield browser
        await browser.close()


@dataclass(eq=False, kw_only=True)
class Seat:
    """One person's browser: a context of its own, one page, and all that went wrong in it."""

    base: str
    language: Language
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    heard_frames: list[str] = field(default_factory=list)
    """Everything that the server sent over Socket.IO."""
    is_cut_off: bool = False
    """While true, the browser's own remarks about the missing network are expected."""
    is_refusal_expected: bool = False
    """While true, so are its remarks about requests that the server refuses."""

    def watch(self) -> None:
        self.page.on("console", lambda line: self._note(line.type, line.text))
        self.page.on("pageerror", lambda problem: self.complaints.append(f"uncaught: {problem}"))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _note(self, kind: str, text: str) -> None:
        if kind not in {"error", "warning"}:
            return
        if self.is_cut_off and any(remark in text for remark in _CUT_OFF):
            return
        if self.is_refusal_expected and text.startswith(_REFUSAL):
            return
        self.complaints.append(f"{kind}: {text}")

    def _hear(self, frame: str | bytes) -> None:
        self.heard_frames.append(frame if isinstance(frame, str) else repr(frame))

    async def lose_network(self) -> None:
        self.is_cut_off = True
        await self.context.set_offline(True)

    async def find_network(self) -> None:
        await self.context.set_offline(False)

    async def settle(self) -> None:
        """From here on nothing may be said about the network any more."""
        await asyncio.sleep(0.2)
        self.is_cut_off = False

    async def overflowing(self) -> list[str]:
        """Visible elements whose text does not fit, and the page itself where it scrolls sideways."""
        found: list[str] = await self.page.evaluate(_OVERFLOWING)
        return found


async def new_seat(
    browser: Browser, base: str, language: Language, device: Mapping[str, Any], **options: Any
) -> Seat:
    context = await browser.new_context(
        **{
            "locale": _LOCALES[language],
            "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce",
            **device,
            **options,
        }
    )
    context.set_default_timeout(_PATIENCE_MS)
    seat = Seat(base=base, language=language, context=context, page=await context.new_page())
    seat.watch()
    return seat


_OVERFLOWING = """() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`page: ${root.scrollWidth} > ${root.clientWidth}`);
  const note = (kind, { tagName, className, textContent }) =>
    found.push(`${kind}: ${tagName}.${className}: ${textContent.trim().slice(0, 30)}`);
  const clipsOnPurpose = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
  const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isScrolled = (element) => element !== null && (scrolls(element) || isScrolled(element.parentElement));
  const isRead = ({ childNodes }) =>
    [...childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== "");
  const isShown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true });
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (!isRead(element) || !isShown(element) || isScrolled(element)) continue;
    if (element.closest(".visually-hidden, select, textarea")) continue;
    const style = getComputedStyle(element);
    const isTooLong = element.scrollWidth > element.clientWidth + 1 && style.display !== "inline";
    if (isTooLong && !clipsOnPurpose(style)) note("too long", element);
    const box = element.getBoundingClientRect();
    if (box.right > innerWidth + 1 || box.left < -1) note("outside", element);
  }
  return found;
}"""
