"""What all sweeps look at: the open sessions by a few fields, read once for all of them."""

import asyncio
import time
from dataclasses import dataclass, field

from server.domain.queries import Glance
from server.use_cases.ports import Sessions

_LEAST_SECONDS = 1.0
_COST_BOUND = 40
"""A reading that took 50 ms serves for two seconds."""


@dataclass(slots=True)
class GlanceAtOpen:
    """Every open session, a little old. Sweeps decide by it whom to look at closely, and nothing else."""

    sessions: Sessions
    _found: list[Glance] = field(default_factory=list)
    _old_at: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self) -> list[Glance]:
        async with self._reading:
            began = time.monotonic()
            if began >= self._old_at:
                self._found = await self.sessions.glance("bot", "queued", "active")
                ended = time.monotonic()
                self._old_at = ended + max(_LEAST_SECONDS, _COST_BOUND * (ended - began))
            return self._found
