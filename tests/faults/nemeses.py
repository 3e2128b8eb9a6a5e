"""The disturbances, each noted in the history from its beginning to the moment when it is healed."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio

from tests.faults.client import Client, Surroundings
from tests.faults.cluster import Machine, Shared, is_alive
from tests.faults.history import now
from tests.faults.people import Consultant, Person
from tests.faults.schedule import Planned

_RESET_SHARE = 0.15
_COMES_BACK_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class Nemeses:
    """Does what is planned. One disturbance of the same thing at a time: the others wait."""

    around: Surroundings
    shared: Shared
    machines: list[Machine]
    people: list[Person]
    begun: float = 0.0
    _serial: int = 0
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def carry_out(self, planned: list[Planned]) -> None:
        self.begun = now()
        async with asyncio.TaskGroup() as group:
            for one in planned:
                group.create_task(self._at_its_time(one))

    async def _at_its_time(self, planned: Planned) -> None:
        await asyncio.sleep(max(0.0, self.begun + planned.at - now()))
        act, lock = _KINDS[planned.kind]
        async with self._locks.setdefault(lock, asyncio.Lock()) if lock else contextlib.nullcontext():
            await self._note(planned, act)

    async def _note(self, planned: Planned, act: "Act") -> None:
        self._serial += 1
        number = self._serial
        history = self.around.history
        history.note("fault", number=number, kind=planned.kind, seconds=planned.seconds)

        def note_end(**target: Any) -> None:
            history.note("fault over", number=number, kind=planned.kind, **target)

        try:
            await act(self, planned, note_end)
        finally:
            history.note("healed", number=number, kind=planned.kind)

    def _machine(self, planned: Planned) -> Machine:
        return self.machines[planned.aim % len(self.machines)]

    def _tabs(self) -> list[Client]:
        return [tab for person in self.people for tab in person.tabs]

    # -- processes -------------------------------------------------------------------------------------------

    async def kill_worker(self, planned: Planned, note_end: "NoteEnd") -> None:
        machine = self._machine(planned)
        if machine.workers == 1:
            await self.kill_machine(planned, note_end)
            return
        victim = _one_of(machine.worker_pids(), planned)
        os.kill(victim, signal.SIGKILL)
        note_end(bases=[machine.base])
        await _until(lambda: len(machine.worker_pids()) >= machine.workers and not is_alive(victim))
        await machine.is_ready()

    async def stop_worker(self, planned: Planned, note_end: "NoteEnd") -> None:
        machine = self._machine(planned)
        victim = _one_of(machine.worker_pids(), planned)
        os.kill(victim, signal.SIGSTOP)
        try:
            await asyncio.sleep(planned.seconds)
        finally:
            os.kill(victim, signal.SIGCONT)
        note_end(bases=[machine.base])

    async def restart_in_order(self, planned: Planned, note_end: "NoteEnd") -> None:
        machine = self._machine(planned)
        if machine.workers == 1:
            await machine.stop()
            await machine.start()
        else:
            before = set(machine.worker_pids())
            machine.send(signal.SIGHUP)
            await _until(lambda: len(set(machine.worker_pids()) - before) >= machine.workers)
            await _until(lambda: not any(is_alive(pid) for pid in before))
            await machine.is_ready()
        note_end(bases=[machine.base])

    async def kill_machine(self, planned: Planned, note_end: "NoteEnd") -> None:
        machine = self._machine(planned)
        await machine.kill()
        note_end(bases=[machine.base])
        await asyncio.sleep(planned.seconds)
        await machine.start()

    # -- Redis -----------------------------------------------------------------------------------------------

    async def kill_redis(self, planned: Planned, note_end: "NoteEnd") -> None:
        await self.shared.kill_redis()
        await asyncio.sleep(planned.seconds)
        await self.shared.start_redis()
        note_end()

    async def kill_pubsub(self, planned: Planned, note_end: "NoteEnd") -> None:
        await self._redis("CLIENT", "KILL", "TYPE", "pubsub")
        note_end()

    async def flush_redis(self, planned: Planned, note_end: "NoteEnd") -> None:
        await self._redis("FLUSHALL")
        note_end()

    async def _redis(self, *command: str) -> None:
        client = redis.asyncio.Redis.from_url(self.shared.redis.url)
        try:
            await client.execute_command(*command)  # type: ignore[no-untyped-call]
        finally:
            await client.aclose()

    # -- the database ----------------------------------------------------------------------------------------

    async def kill_database(self, planned: Planned, note_end: "NoteEnd") -> None:
        await self.shared.kill_database()
        await asyncio.sleep(planned.seconds)
        await self.shared.start_database()
        note_end()

    async def stop_database(self, planned: Planned, note_end: "NoteEnd") -> None:
        process = self.shared.database_process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(planned.seconds)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        note_end()

    # -- people ----------------------------------------------------------------------------------------------

    async def reset_mid_frame(self, planned: Planned, note_end: "NoteEnd") -> None:
        tabs = [tab for tab in self._tabs() if tab.ready.is_set()]
        first = planned.aim % max(1, len(tabs))
        for tab in (tabs[first:] + tabs[:first])[: max(1, round(len(tabs) * _RESET_SHARE))]:
            if tab.wire is not None:
                tab.wire.reset_mid_frame()
        note_end()

    async def reconnect_all(self, planned: Planned, note_end: "NoteEnd") -> None:
        for tab in self._tabs():
            tab.leave()
        note_end()
        await asyncio.sleep(2)

    async def vanish_desk(self, planned: Planned, note_end: "NoteEnd") -> None:
        """All tabs of one consultant, for longer than the grace."""
        consultants = [one for one in self.people if isinstance(one, Consultant)]
        one = consultants[planned.aim % len(consultants)]
        for tab in one.tabs:
            tab.stays_away_until = now() + planned.seconds
            tab.leave()
        await asyncio.sleep(planned.seconds)
        note_end(person=one.id)
        async with asyncio.timeout(_COMES_BACK_SECONDS):
            await one.tabs[0].ready.wait()


NoteEnd = Callable[..., None]
Act = Callable[[Nemeses, Planned, NoteEnd], Awaitable[None]]

_KINDS: dict[str, tuple[Act, str]] = {
    "kill worker": (Nemeses.kill_worker, "machines"),
    "stop worker": (Nemeses.stop_worker, "machines"),
    "restart in order": (Nemeses.restart_in_order, "machines"),
    "kill machine": (Nemeses.kill_machine, "machines"),
    "kill redis": (Nemeses.kill_redis, "redis"),
    "kill pubsub": (Nemeses.kill_pubsub, "redis"),
    "flush redis": (Nemeses.flush_redis, "redis"),
    "kill database": (Nemeses.kill_database, "database"),
    "stop database": (Nemeses.stop_database, "database"),
    "reset mid-frame": (Nemeses.reset_mid_frame, ""),
    "reconnect all": (Nemeses.reconnect_all, ""),
    "vanish desk": (Nemeses.vanish_desk, ""),
}


def _one_of(pids: list[int], planned: Planned) -> int:
    return pids[(planned.aim // 7) % len(pids)]


async def _until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.05)
