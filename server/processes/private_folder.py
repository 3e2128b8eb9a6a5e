"""A folder for the sockets between the processes of one `serve`: nobody else may enter, nothing is left."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "wenjin-sockets-"
_LOCK = "lock"
_LONGEST_PARENT = 60  # a socket's whole address may have 107 bytes
_SHORT_PARENT = Path("/tmp")  # noqa: S108  the folder in it is made by mkdtemp, with mode 0700


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A new one, mode 0700, with a short path. Those that killed processes of ours have left are removed."""
    parent = Path(tempfile.gettempdir())
    if len(os.fsencode(parent)) > _LONGEST_PARENT:
        parent = _SHORT_PARENT
    _remove_leftovers(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    lock = _locked(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _remove_leftovers(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid() or not (folder / _LOCK).is_file():
                continue  # not ours, or made a moment ago
            lock = _locked(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _locked(folder: Path) -> int | None:
    """The lock's descriptor, None when a living process holds it. The kernel frees it with its holder."""
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
