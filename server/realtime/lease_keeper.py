"""Keeps the presence leases of this process's connections alive, and ends them when a connection does."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from server.domain.ids import AccountId
from server.realtime.connections import Connection, Connections

logger = structlog.get_logger(__name__)

RENEW_SECONDS = 5.0
RETRY_SECONDS = 1.0


class Leases(Protocol):
    async def renew(self, leases: Iterable[tuple[AccountId, str, bool]]) -> bool: ...
    async def came(self, lease: tuple[AccountId, str, bool]) -> int: ...
    async def leave(self, leases: Iterable[tuple[AccountId, str]]) -> None: ...


@dataclass(frozen=True, slots=True)
class LeaseKeeper:
    """`presence_changed` is told that somebody came or went, so that waiting sessions are looked at again."""

    leases: Leases
    connections: Connections
    presence_changed: Callable[[AccountId], None]
    renew_seconds: float = RENEW_SECONDS
    retry_seconds: float = RETRY_SECONDS
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def came(self, connection: Connection) -> int:
        """Also when a desk is opened on a connection that was there already.

        Returns how many connections the person has now, on all nodes.
        """
        count = await self.leases.came(_lease(connection))
        self.presence_changed(connection.person.id)
        return count

    async def left(self, connection: Connection) -> None:
        await self.leases.leave([(connection.person.id, connection.sid)])
        self.presence_changed(connection.person.id)

    async def all_left(self) -> None:
        """This process ends: its leases must not outlive it."""
        await self.leases.leave([(one.person.id, one.sid) for one in self.connections.by_sid.values()])

    async def renew_for_ever(self) -> None:
        """A connection that stops answering is closed within 15 s; its lease ends at most 20 s later."""
        is_taken = True
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.renew_seconds if is_taken else self.retry_seconds):
                    await self._wake.wait()
            self._wake.clear()
            try:
                is_taken = await self.leases.renew([_lease(one) for one in self.connections.by_sid.values()])
            except Exception:
                logger.exception("leases could not be renewed")
                is_taken = False

    def renew_now(self) -> None:
        """Redis is back: what it knows is old, or nothing."""
        self._wake.set()


def _lease(connection: Connection) -> tuple[AccountId, str, bool]:
    return connection.person.id, connection.sid, connection.desk is not None
