"""The data folder: who runs servers in it, where they listen, and the secrets made for it."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from typing_extensions import override

_SECRET_BYTES = 32
_LEFTOVER_SECONDS = 2.0


class DataFolderBusy(Exception):
    """Another process runs the servers of this folder."""

    code = "data_folder_busy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Secrets:
    """Made once per data folder and kept in `secrets.json` (mode 0600)."""

    token_secret: str
    mongo_password: str
    redis_password: str

    @override
    def __repr__(self) -> str:
        return "Secrets(…)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """What `run/embedded.json` tells commands about the servers of a running `serve`."""

    mongo_url: str | None
    redis_url: str | None
    process_ids: tuple[int, ...]


class DataFolder:
    """Paths and small files of one data folder; it is created with mode 0700."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def mongo(self) -> Path:
        return self.path / "mongo"

    @property
    def redis(self) -> Path:
        return self.path / "redis"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def embedding_cache(self) -> Path:
        return self.path / "cache" / "embeddings.vectors"

    def secrets(self) -> Secrets:
        """The folder's secrets, made at the first call. Two processes at once get the same ones."""
        file = self.path / "secrets.json"
        if not file.exists():
            made = Secrets(**{field.name: secrets.token_urlsafe(_SECRET_BYTES) for field in fields(Secrets)})
            draft = self.path / f".secrets-{os.getpid()}-{secrets.token_hex(4)}"
            write_private(draft, json.dumps(asdict(made), indent=1))
            with contextlib.suppress(FileExistsError):
                os.link(draft, file)  # unlike a rename it never replaces what another process has just made
            draft.unlink()
        known = {field.name for field in fields(Secrets)}
        return Secrets(**{key: value for key, value in read_json(file).items() if key in known})

    @contextlib.contextmanager
    def owned(self, purpose: str) -> Iterator[None]:
        """Holds the folder's lock. Raises DataFolderBusy at once when another process has it."""
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in {errno.EAGAIN, errno.EACCES}:
                    raise
                owner, pid = self.owner()
                raise DataFolderBusy(
                    f"{self.path} is in use by a running `wenjin {owner}` (process {pid}): "
                    "stop it first, or give another --data-dir"
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{purpose} {os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def owner(self) -> tuple[str, int]:
        """(purpose, process id) as the last owner noted them; ("", 0) when nothing is noted yet."""
        try:
            purpose, pid = (self.path / "lock").read_text(encoding="ascii").split()
            return purpose, int(pid)
        except (OSError, ValueError):
            return "", 0

    def announce(self, running: Running) -> None:
        (self.path / "run").mkdir(mode=0o700, exist_ok=True)
        write_private(self._announcement, json.dumps(asdict(running)))

    def announced(self) -> Running | None:
        try:
            values = read_json(self._announcement)
            return Running(
                mongo_url=values["mongo_url"],
                redis_url=values["redis_url"],
                process_ids=tuple(values["process_ids"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def withdraw(self) -> None:
        self._announcement.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """Called by a new owner: waits for children of a killed one, and ends those that stay."""
        stale = self.announced()
        for process_id in stale.process_ids if stale else ():
            deadline = time.monotonic() + _LEFTOVER_SECONDS
            while self._is_child_of_this_folder(process_id):
                if time.monotonic() > deadline:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process_id, signal.SIGKILL)
                    deadline = float("inf")
                time.sleep(0.02)
        self.withdraw()

    def _is_child_of_this_folder(self, process_id: int) -> bool:
        try:
            command = Path(f"/proc/{process_id}/cmdline").read_bytes()
        except OSError:
            return False
        return os.fsencode(self.path) in command

    @property
    def _announcement(self) -> Path:
        return self.path / "run" / "embedded.json"


def write_private(file: Path, text: str) -> None:
    """Writes with mode 0600, whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    values = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise TypeError(f"{file} does not hold an object")
    return values
