"""Looks at something again and again, and at once when there is news."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class LookAgain:
    """The time between two looks of a keeper, which news cuts short."""

    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> None:
        """Something may have changed. Never fails and never waits."""
        self._news.set()

    async def every(self, seconds: float, look: Callable[[], Awaitable[None]], *, complaint: str) -> None:
        """Until cancelled. A look that fails is logged under `complaint`, and the next one tries again."""
        while True:
            self._news.clear()  # before the look: what is new while it goes on is looked at next
            try:
                await look()
            except Exception:
                # A part is away or restarting.
                logger.warning(complaint, exc_info=True)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
