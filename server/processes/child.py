"""Starts one child process that dies with this one, waits until it answers, and stops it in good order."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import server

SOURCE_FOLDER = Path(server.__file__).parents[1]
LEASH = Path(__file__).with_name("leash.py")
_LOG_BYTES = 10_000_000
_PROBE_PAUSE_SECONDS = 0.03
_WAKE_PAUSE_SECONDS = 0.05
_LOG_TAIL_CHARACTERS = 600


class ChildFailed(Exception):
    """A child could not be started, or did not answer in time; the message ends with its last words."""

    code = "child_failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """What to run. `arguments[0]` is an absolute path; secrets never belong into arguments.

    Without a `log_file` it writes to our standard error. The child inherits `descriptors`. `wake_to_stop` is
    awaited after SIGTERM, for programs that notice it only when something else happens.
    """

    name: str
    arguments: tuple[str, ...]
    log_file: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)
    working_folder: Path | None = None
    wake_to_stop: Callable[[], Awaitable[None]] | None = None
    descriptors: tuple[int, ...] = ()


def own_module(name: str, *arguments: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """Arguments and environment that run a module of this program, wherever it was started from."""
    path = os.pathsep.join(filter(None, (str(SOURCE_FOLDER), os.environ.get("PYTHONPATH"))))
    return (sys.executable, "-P", "-m", name, *arguments), {"PYTHONPATH": path}


class ChildProcess:
    """One running child: in its own session, so that a terminal's Ctrl-C reaches only us."""

    def __init__(self, command: Command, process: asyncio.subprocess.Process) -> None:
        self._command = command
        self._process = process

    @classmethod
    async def start(cls, command: Command) -> "ChildProcess":
        if threading.current_thread() is not threading.main_thread():
            # The kernel's tie is to the thread that forked: a worker thread's end would kill the child.
            raise RuntimeError("child processes are started from the main thread only")
        with _log_of(command) as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command.arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=command.working_folder,
                env={**os.environ, **command.environment},
                start_new_session=True,
                pass_fds=command.descriptors,
            )
        return cls(command, process)

    @property
    def name(self) -> str:
        return self._command.name

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def exited(self) -> int:
        """Waits for the end of the process and returns its exit code (negative: the signal)."""
        return await self._process.wait()

    async def answers(self, probe: Callable[[], Awaitable[bool]], *, within_seconds: float) -> None:
        """Waits until `probe` is true. Raises ChildFailed when the child exits first or time runs out."""
        deadline = time.monotonic() + within_seconds
        while not await probe():
            if not self.is_running:
                raise ChildFailed(
                    f"{self.name} exited with code {self._process.returncode}: {self._last_words()}"
                )
            if time.monotonic() > deadline:
                raise ChildFailed(
                    f"{self.name} did not answer within {within_seconds:g} s: {self._last_words()}"
                )
            await asyncio.sleep(_PROBE_PAUSE_SECONDS)

    async def stop(self, *, within_seconds: float) -> None:
        """SIGTERM, and SIGKILL after the limit; returns when the process is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(within_seconds):
                if self._command.wake_to_stop is not None and self.is_running:
                    await asyncio.sleep(_WAKE_PAUSE_SECONDS)
                    await self._command.wake_to_stop()
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _last_words(self) -> str:
        if self._command.log_file is None:
            return "see the log"
        try:
            text = self._command.log_file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = ""
        return text[-_LOG_TAIL_CHARACTERS:].strip() or f"see {self._command.log_file}"


@contextlib.contextmanager
def _log_of(command: Command) -> Iterator[int]:
    """A descriptor for both of its outputs; standard output is ours alone."""
    if command.log_file is None:
        yield sys.__stderr__.fileno() if sys.__stderr__ is not None else asyncio.subprocess.DEVNULL
        return
    command.log_file.parent.mkdir(parents=True, exist_ok=True)
    _rotate(command.log_file)
    log = os.open(command.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield log
    finally:
        os.close(log)


def _rotate(log_file: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if log_file.stat().st_size > _LOG_BYTES:
            log_file.replace(log_file.with_name(f"{log_file.name}.1"))
