"""Starts the model process, keeps it alive, and refills it when it had to be started again."""

import socket
from collections.abc import Callable
from pathlib import Path

from pydantic_core import to_json

from chatbot import EmergencyNumbers
from server.models.client import ModelLine
from server.models.options import ModelOptions
from server.processes import ChildProcess, Command, Supervisor, own_module
from server.settings import EmergencyNumbers as ConfiguredNumbers
from server.settings import Settings

START_SECONDS = 180.0
_STOP_SECONDS = 2.0
_BACKLOG = 64
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""The fits are thousands of small steps, which several threads make slower: they wait for each other."""


def model_address(private_folder: Path) -> Path:
    """Where the model process of a machine listens."""
    return private_folder / "models.sock"


class ModelProcess:
    """Encoder, bot and matcher in a process of their own: running them must not hold up messages.

    One serves all processes of a machine, over a unix socket in a folder that only they can enter. The socket
    is made here and inherited, so that a new process takes over those who waited for a dead one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        address: Path,
        cache_file: Path | None,
        log_file: Path,
        restarted: Callable[[], None],
    ) -> None:
        """`address` is the socket's file. `restarted` is called after every restart: the new process has to
        be given everything again."""
        self._settings = settings
        self._address = address
        self._cache_file = cache_file
        self._log_file = log_file
        self._restarted = restarted
        self._listening: socket.socket | None = None
        self._supervisor = Supervisor(
            "models", self._launch, restarted=self._tell_restarted, stop_seconds=_STOP_SECONDS
        )
        self.line = ModelLine(address)

    async def start(self) -> None:
        """Returns when the encoder is loaded. Raises ChildFailed, with the model's reason."""
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self._address))
        self._listening.listen(_BACKLOG)
        self.line.start()
        await self._supervisor.start()

    async def stop(self) -> None:
        await self._supervisor.stop()
        await self.line.stop()
        if self._listening is not None:
            self._listening.close()
            self._address.unlink(missing_ok=True)

    @property
    def process_id(self) -> int | None:
        child = self._supervisor.child
        return child.pid if child else None

    async def _launch(self) -> ChildProcess:
        assert self._listening is not None  # noqa: S101  narrows the type; `start` made it
        await self.line.drop()
        child = await ChildProcess.start(self._command(self._listening.fileno()))
        try:
            await child.answers(self._answers, within_seconds=START_SECONDS)
        except BaseException:
            await child.stop(within_seconds=_STOP_SECONDS)
            raise
        return child

    async def _answers(self) -> bool:
        return self.line.is_connected

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
        arguments, environment = own_module("server.models", to_json(options).decode())
        return Command(
            name="model process",
            arguments=arguments,
            log_file=self._log_file,
            environment={**_ONE_THREAD, **environment},
            descriptors=(descriptor,),
        )


def _told(numbers: ConfiguredNumbers) -> EmergencyNumbers:
    return EmergencyNumbers(medical=numbers.medical, police=numbers.police, crisis_line=numbers.crisis_line)
