"""Connections end with their token or their log-in, whatever else hangs or fails."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import pytest

from server.domain.ids import AccountId
from server.domain.people import Person, Role
from server.domain.times import utc_now
from server.realtime.connections import Connection, Connections
from server.realtime.engine import GuardedSocket
from server.realtime.token_watch import TokenWatch
from server.use_cases.identify_person import IdentifyPerson


@dataclass
class Wire:
    """The end of a connection; `gone` never comes while Redis hangs."""

    gone: asyncio.Event = field(default_factory=asyncio.Event)
    is_closing: bool = False
    is_aborted: bool = False

    async def close(self, *, wait: bool) -> None:
        self.is_closing = True
        await self.gone.wait()

    def abort(self) -> None:
        self.is_aborted = True


@dataclass
class LogIns:
    families: set[str]
    failures: int = 0

    async def living(self, family_ids: Iterable[str]) -> set[str]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("away")
        return self.families & set(family_ids)


def watching(log_ins: LogIns) -> TokenWatch:
    return TokenWatch(cast(IdentifyPerson, None), Connections(), log_ins)


def connected(watch: TokenWatch, number: int, *, seconds_left: float = 300) -> Wire:
    wire = Wire()
    connection = Connection(
        sid=f"c_{number}",
        socket=cast(GuardedSocket, wire),
        person=Person(AccountId(f"u_{number}"), Role.USER, "小明"),
        address="127.0.0.1",
        expires_at=utc_now() + timedelta(seconds=seconds_left),
        family=f"f_{number}",
    )
    watch.connections.add(connection)
    return wire


async def test_an_end_that_nobody_told_of_is_found_and_after_an_outage_too() -> None:
    watch = watching(log_ins := LogIns({"f_1"}, failures=1))
    alive, over = connected(watch, 1), connected(watch, 2)
    await watch.look_at_log_ins(every_seconds=30)
    assert not over.is_aborted, "it has just come, and was let in on what was read then"
    watch.doubt()
    with pytest.raises(ConnectionError):
        await watch.look_at_log_ins(every_seconds=30)
    await watch.look_at_log_ins(every_seconds=30)
    assert over.is_aborted
    log_ins.families.clear()
    await watch.look_at_log_ins(every_seconds=30)
    assert not alive.is_aborted, "asked a moment ago"
    watch.doubt()
    await watch.look_at_log_ins(every_seconds=30)
    assert alive.is_aborted


async def test_expiring_connections_do_not_wait_for_each_other() -> None:
    watch = watching(LogIns(set()))
    wires = [connected(watch, number, seconds_left=-1) for number in range(3)]
    task = asyncio.create_task(watch.watch_for_ever())
    try:
        async with asyncio.timeout(10):
            while not all(one.is_closing for one in wires):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
