"""The workers of one parent: started together, started again when they die, replaced one at a time."""

import asyncio
import contextlib
import itertools
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import structlog

from server.app.metrics_exchange import listening_socket, metrics_address
from server.app.worker import WorkerOptions
from server.processes import ChildFailed, ChildProcess, Command, Supervisor, own_module
from server.processes.frames import pack, read_frame

logger = structlog.get_logger(__name__)

WORKER_MODULE = "server.command_line.worker"
DRAIN_SECONDS = 9.0
_START_SECONDS = 60.0


class Crew:
    """`content_changed` is called when a worker has changed what the models know."""

    def __init__(
        self,
        count: int,
        options: Callable[[int, int], WorkerOptions],
        *,
        private_folder: Path,
        content_changed: Callable[[], None],
        restarts: Counter[str],
    ) -> None:
        """`options` makes a worker's from its number and the descriptor of its metrics socket.

        `restarts` counts workers that had died, by name.
        """
        self._options = options
        self._folder = private_folder
        self._content_changed = content_changed
        self._restarts = restarts
        self._launches = itertools.count(1)
        self._is_stopping = False
        self._links: set[_Link] = set()
        self._supervisors = [self._supervisor(number) for number in range(1, count + 1)]

    async def start(self) -> None:
        """Returns when every worker is ready. Raises ChildFailed with the reason of one that is not."""
        outcomes = await asyncio.gather(*(one.start() for one in self._supervisors), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    async def stop(self) -> None:
        """Asks all at once to drain; returns when they are gone."""
        self._is_stopping = True
        await asyncio.gather(*(one.stop() for one in self._supervisors))

    async def replace_all(self) -> None:
        """One at a time: the new one is ready before the old one is asked to go. A new one that does not get
        ready ends it; then the old ones stay."""
        logger.info("rolling restart", workers=len(self._supervisors))
        for number, one in enumerate(self._supervisors, start=1):
            if self._is_stopping:
                return
            try:
                await one.replace()
            except (ChildFailed, OSError) as error:
                logger.error("rolling restart ended early", worker=number, error=str(error))  # noqa: TRY400
                return
        logger.info("rolling restart done")

    def _supervisor(self, number: int) -> Supervisor:
        name = f"worker {number}"

        async def restarted() -> None:
            self._restarts[name] += 1

        return Supervisor(name, lambda: self._launch(number), restarted=restarted, stop_seconds=DRAIN_SECONDS)

    async def _launch(self, number: int) -> ChildProcess:
        name = f"worker {number}"
        draft = self._folder / f".metrics-{number}-{next(self._launches)}"
        ours, theirs = socket.socketpair()
        try:
            with theirs, listening_socket(draft) as metrics:
                arguments, environment = own_module(WORKER_MODULE, str(theirs.fileno()))
                child = await ChildProcess.start(
                    Command(
                        name=name,
                        arguments=arguments,
                        environment=environment,
                        log_file=None,
                        descriptors=(theirs.fileno(), metrics.fileno()),
                    )
                )
                options = self._options(number, metrics.fileno())
        except BaseException:
            ours.close()
            draft.unlink(missing_ok=True)
            raise
        link = _Link(ours, options, self._content_changed)
        link.stay_in(self._links)
        try:
            await child.answers(link.is_ready, within_seconds=_START_SECONDS)
        except ChildFailed as error:
            raise ChildFailed(f"{name}: {link.failure or error}") from error
        except BaseException:
            await child.stop(within_seconds=DRAIN_SECONDS)
            raise
        finally:
            if not link.has_succeeded:
                draft.unlink(missing_ok=True)
        # From now on a scrape asks this one; its predecessor, if it is still draining, is asked no more.
        draft.replace(metrics_address(self._folder, str(number)))
        return child


class _Link:
    """The parent's end of the socket pair to one worker: options there, news back. Ends with the worker."""

    def __init__(
        self, ours: socket.socket, options: WorkerOptions, content_changed: Callable[[], None]
    ) -> None:
        self.failure = ""
        self.has_succeeded = False
        self._content_changed = content_changed
        self._task = asyncio.create_task(self._talk(ours, options), name="link to a worker")

    def stay_in(self, links: "set[_Link]") -> None:
        """Until it ends. The event loop holds tasks weakly: one that nobody else holds may be collected, and
        its worker would take that for the end of its parent."""
        links.add(self)
        self._task.add_done_callback(lambda _task: links.discard(self))

    async def is_ready(self) -> bool:
        return self.has_succeeded

    async def _talk(self, ours: socket.socket, options: WorkerOptions) -> None:
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            writer.write(pack(options.private()))
            while (news := await read_frame(reader)) is not None:
                if "ready" in news:
                    self.has_succeeded = True
                elif "failed" in news:
                    self.failure = str(news["failed"])
                elif "content_changed" in news:
                    self._content_changed()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
