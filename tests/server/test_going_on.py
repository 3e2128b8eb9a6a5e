"""What runs for as long as the process does goes on after whatever it did not expect."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from server.domain.ids import AccountId
from server.models import ModelLine
from server.processes import ChildFailed
from server.processes.child import ChildProcess
from server.processes.frames import pack, read_frame
from server.processes.supervisor import Supervisor
from server.realtime.connections import Connections
from server.realtime.engine import GuardedEngine
from server.realtime.lease_keeper import LeaseKeeper


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_true():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(work: Any) -> Any:
    task = asyncio.create_task(work)
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@dataclass
class Child:
    pid: int = 1
    lives: bool = False

    async def exited(self) -> int:
        if self.lives:
            await asyncio.Event().wait()
        return 1

    async def stop(self, *, within_seconds: float) -> None:
        pass


async def test_a_child_is_started_again_after_any_failure() -> None:
    launches: list[Child | Exception] = [
        Child(),
        ChildFailed("no answer"),
        ValueError("unexpected"),
        Child(lives=True),
    ]

    async def launch() -> ChildProcess:
        made = launches.pop(0)
        if isinstance(made, Exception):
            raise made
        return cast(ChildProcess, made)

    supervisor = Supervisor("child", launch)
    await supervisor.start()
    try:
        await until(lambda: cast(Child | None, supervisor.child) == Child(lives=True))
    finally:
        await supervisor.stop()


async def test_leases_are_renewed_after_any_failure() -> None:
    class Leases:
        times = 0

        async def renew(self, leases: Iterable[tuple[AccountId, str, bool]]) -> bool:
            self.times += 1
            if self.times == 1:
                raise ValueError("unexpected")
            return True

        async def came(self, lease: tuple[AccountId, str, bool]) -> int:
            return 1

        async def leave(self, leases: Iterable[tuple[AccountId, str]]) -> None:
            pass

    leases = Leases()
    keeper = LeaseKeeper(
        leases, Connections(), lambda _account_id: None, renew_seconds=0.01, retry_seconds=0.01
    )
    async with running(keeper.renew_for_ever()):
        await until(lambda: leases.times >= 3)


async def test_one_broken_connection_keeps_no_other_from_its_pings() -> None:
    class Socket:
        times = 0

        def look(self, now: float) -> None:
            self.times += 1
            if self is broken:
                raise ValueError("unexpected")

        def forgive(self, seconds: float) -> None:
            pass

    broken, sound = Socket(), Socket()
    engine = GuardedEngine()
    engine.sockets = {"e_1": broken, "e_2": sound}
    async with running(engine._look_at_all()):
        await until(lambda: sound.times >= 2)


async def test_the_line_comes_back_after_an_unreadable_answer(tmp_path: Path) -> None:
    times = ended = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal times, ended
        times += 1
        question = await read_frame(reader)
        assert question is not None
        if times == 1:
            writer.write((7).to_bytes(4, "big") + b"garbage")
        elif times == 2:
            writer.write(pack({"id": question["id"], "error": {"code": "internal", "message": "broken"}}))
        else:
            facts = {"model": "small", "dimensions": 3} | dict.fromkeys(
                ("has_knowledge", "has_profiles", "is_fitted"), True
            )
            writer.write(pack({"id": question["id"], "result": facts}))
        await reader.read()
        writer.close()
        ended += 1

    server = await asyncio.start_unix_server(answer, tmp_path / "socket")
    line = ModelLine(tmp_path / "socket")
    line.start()
    try:
        await until(lambda: line.is_connected)
        assert times == 3
    finally:
        await line.stop()
        server.close()
        await until(lambda: ended == times)
