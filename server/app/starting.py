"""`serve` from start to end: one process that does everything, or a parent with its workers."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from server.app.crew import Crew
from server.app.listening import reserved_port
from server.app.machine import Machine, running_machine
from server.app.serving import Place, serving_node
from server.app.worker import WorkerOptions
from server.embedded import DataFolder, EmbeddedAddresses
from server.settings import Settings

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator's signals ask for: to stop, or to replace the workers one after the other."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    roll: asyncio.Event = field(default_factory=asyncio.Event)


async def serve(
    settings: Settings,
    *,
    folder: DataFolder,
    addresses: EmbeddedAddresses,
    ready: Callable[[str], None],
    wishes: Wishes,
    restarts: Counter[str],
) -> None:
    """Serves until it is asked to stop, also when that happens while it is still starting.

    Calls `ready` with the address once people may come. `restarts` counts children that had died, by name.
    """
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.create_task(_start(stack, settings, folder, addresses, restarts))
        stopping = asyncio.create_task(wishes.stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        address, crew = starting.result()
        ready(address)
        rolling = asyncio.create_task(_roll_when_asked(crew, wishes.roll), name="rolling restarts")
        await stopping
        rolling.cancel()
        await asyncio.wait({rolling})


async def _start(
    stack: contextlib.AsyncExitStack,
    settings: Settings,
    folder: DataFolder,
    addresses: EmbeddedAddresses,
    restarts: Counter[str],
) -> tuple[str, Crew | None]:
    """The address. Whatever is to be undone at the end is put on `stack` before it is begun."""
    if settings.server.workers == 1:
        machine = await stack.enter_async_context(running_machine(settings, folder, addresses, restarts))
        return await stack.enter_async_context(_alone(settings, folder, addresses, machine)), None
    port = await stack.enter_async_context(reserved_port(settings.server.host, settings.server.port))
    server = settings.server.model_copy(update={"port": port})
    settings = settings.model_copy(update={"server": server})
    machine = await stack.enter_async_context(running_machine(settings, folder, addresses, restarts))
    crew = _crew(settings, folder, addresses, machine)
    stack.push_async_callback(crew.stop)
    await crew.start()
    return f"http://{server.host}:{port}", crew


def _alone(
    settings: Settings, folder: DataFolder, addresses: EmbeddedAddresses, machine: Machine
) -> contextlib.AbstractAsyncContextManager[str]:
    return serving_node(
        Place(
            settings=settings,
            data_folder=folder,
            addresses=addresses,
            private_folder=machine.private_folder,
            number=1,
            content_changed=machine.content_changed,
            shares_port=False,
        )
    )


def _crew(settings: Settings, folder: DataFolder, addresses: EmbeddedAddresses, machine: Machine) -> Crew:
    def options(number: int, metrics_descriptor: int) -> WorkerOptions:
        return WorkerOptions(
            settings=settings,
            addresses=addresses,
            data_folder=folder.path,
            private_folder=machine.private_folder,
            number=number,
            metrics_descriptor=metrics_descriptor,
        )

    return Crew(
        settings.server.workers,
        options,
        private_folder=machine.private_folder,
        content_changed=machine.content_changed,
        restarts=machine.restarts,
    )


async def _roll_when_asked(crew: Crew | None, asked: asyncio.Event) -> None:
    asked.clear()  # what was asked before the start was done has happened by starting
    while True:
        await asked.wait()
        asked.clear()
        if crew is None:
            logger.warning("nothing to roll: one worker serves; set server.workers to 2 or more")
        else:
            await crew.replace_all()
