"""Keeps the presence leases of this process's connections alive, and ends them when a connection does."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import AccountId
from server.realtime.connections import Connection, Connections

RENEW_SECONDS = 5.0


class Leases(Protocol):
    async def renew(self, leases: Iterable[tuple[AccountId, str, bool]]) -> None: ...
    async def leave(self, leases: Iterable[tuple[AccountId, str]]) -> None: ...


@dataclass(frozen=True, slots=True)
class LeaseKeeper:
    """`presence_changed` is told that somebody came or went, so that waiting sessions are looked at again."""

    leases: Leases
    connections: Connections
    presence_changed: Callable[[AccountId], None]

    async def came(self, connection: Connection) -> None:
        """Also when a desk is opened on a connection that was there already."""
        await self.leases.renew([_lease(connection)])
        self.presence_changed(connection.person.id)

    async def left(self, connection: Connection) -> None:
        await self.leases.leave([(connection.person.id, connection.sid)])
        self.presence_changed(connection.person.id)

    async def all_left(self) -> None:
        """This process ends: its leases must not outlive it."""
        await self.leases.leave([(one.person.id, one.sid) for one in self.connections.by_sid.values()])

    async def renew_for_ever(self) -> None:
        """A connection that stops answering is closed within 15 s; its lease ends at most 20 s later."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self.leases.renew([_lease(one) for one in self.connections.by_sid.values()])


def _lease(connection: Connection) -> tuple[AccountId, str, bool]:
    return connection.person.id, connection.sid, connection.desk is not None
