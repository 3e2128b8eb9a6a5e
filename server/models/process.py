"""Starts the model process, keeps it alive, and refills it when it had to be started again."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic_core import to_json

import server
from chatbot import EmergencyNumbers
from server.models import calls
from server.models.client import BotClient, Connection, Line, MatcherClient
from server.models.options import ModelOptions
from server.processes import ChildProcess, Command, Supervisor
from server.settings import EmergencyNumbers as ConfiguredNumbers
from server.settings import Settings

START_SECONDS = 180.0
_STOP_SECONDS = 2.0
_SOURCE_FOLDER = Path(server.__file__).parents[1]


class ModelProcess:
    """Encoder, bot and matcher in a process of their own: running them must not hold up messages.

    They talk over a socket pair that only the two processes hold: nobody else can connect, nothing is left
    behind on disk, and each sees at once when the other is gone.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        cache_file: Path | None,
        log_file: Path,
        restarted: Callable[[], None],
    ) -> None:
        """`restarted` is called after every restart: the new process has to be given everything again."""
        self._settings = settings
        self._cache_file = cache_file
        self._log_file = log_file
        self._restarted = restarted
        self._line = Line()
        self._supervisor = Supervisor(
            "models", self._launch, restarted=self._tell_restarted, stop_seconds=_STOP_SECONDS
        )
        self.bot = BotClient(self._line)
        self.matcher = MatcherClient(self._line)

    async def start(self) -> None:
        """Returns when the encoder is loaded. Raises ChildFailed, with the model's reason."""
        await self._supervisor.start()

    async def stop(self) -> None:
        await self._supervisor.stop()
        await self._line.replace(None)

    async def ping(self) -> calls.ModelFacts:
        """Raises Unavailable when the process is away."""
        return await self._line.call(calls.Ping())

    @property
    def process_id(self) -> int | None:
        child = self._supervisor.child
        return child.pid if child else None

    async def _launch(self) -> ChildProcess:
        await self._line.replace(None)
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                child = await ChildProcess.start(self._command(theirs.fileno()))
            except BaseException:
                ours.close()
                raise
        connection = Connection(*await asyncio.open_unix_connection(sock=ours))
        first_answer = asyncio.create_task(connection.call(calls.FirstPing()))
        try:
            await child.answers(lambda: _is_done(first_answer), within_seconds=START_SECONDS)
        except BaseException:
            first_answer.cancel()
            await connection.close()
            await child.stop(within_seconds=_STOP_SECONDS)
            raise
        await self._line.replace(connection)
        return child

    async def _tell_restarted(self) -> None:
        self._restarted()

    def _command(self, descriptor: int) -> Command:
        settings = self._settings
        numbers = settings.bot.emergency_numbers
        options = ModelOptions(
            descriptor=descriptor,
            model=settings.embedding.model,
            threads=settings.embedding.threads,
            is_offline=settings.embedding.offline,
            cache_file=self._cache_file,
            target_precision=settings.bot.target_precision,
            emergency={"zh": _told(numbers.zh), "en": _told(numbers.en)},
            name={"zh": settings.site.name.zh, "en": settings.site.name.en},
        )
        path = os.pathsep.join(filter(None, (str(_SOURCE_FOLDER), os.environ.get("PYTHONPATH"))))
        return Command(
            name="model process",
            arguments=(sys.executable, "-P", "-m", "server.models", to_json(options).decode()),
            log_file=self._log_file,
            environment={"PYTHONPATH": path},
            descriptors=(descriptor,),
        )


def _told(numbers: ConfiguredNumbers) -> EmergencyNumbers:
    return EmergencyNumbers(medical=numbers.medical, police=numbers.police, crisis_line=numbers.crisis_line)


async def _is_done(answer: asyncio.Task[calls.ModelFacts]) -> bool:
    return answer.done() and answer.exception() is None
