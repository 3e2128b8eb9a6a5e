"""Who reacts to which fact: one table, filled by the composition root.

A reaction that fails is logged and repaired by the next sweep; it never undoes the fact and never reaches the
person whose request caused it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from server.domain.errors import Refusal
from server.domain.events import Fact

logger = structlog.get_logger(__name__)

Reaction = Callable[[Any], Awaitable[None] | None]


@dataclass(slots=True)
class Announcer:
    """`announce` calls the plain reactions at once, in the order of the table, and starts the others."""

    table: dict[type, list[Reaction]] = field(default_factory=lambda: defaultdict(list))
    _running: set["asyncio.Future[None]"] = field(default_factory=set)

    def when(self, fact: type, *reactions: Reaction) -> None:
        self.table[fact].extend(reactions)

    def announce(self, fact: Fact) -> None:
        for reaction in self.table[type(fact)]:
            try:
                work = reaction(fact)
            except Exception:
                logger.exception("reaction failed", fact=type(fact).__name__)
                continue
            if work is not None:
                self.in_background(work, about=type(fact).__name__)

    def in_background(self, work: Awaitable[None], *, about: str) -> None:
        task = asyncio.ensure_future(_logged(work, about))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, within_seconds: float) -> None:
        """Waits for what is still running; what takes longer is cancelled."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=within_seconds)
        for task in set(self._running):
            task.cancel()


async def _logged(work: Awaitable[None], about: str) -> None:
    try:
        await work
    except Refusal as refusal:
        logger.warning("reaction refused", fact=about, code=refusal.code, message=refusal.message)
    except Exception:
        logger.exception("reaction failed", fact=about)
