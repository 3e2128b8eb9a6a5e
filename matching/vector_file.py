"""A file of vectors by key that is only added to: what a crash leaves behind is told from what is whole."""

import contextlib
import fcntl
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]

KEY_BYTES = 32

_FORMAT = b"wenjin-vectors-2"
_CHECK_BYTES = 4
_ROWS_AT_ONCE = 4_096
_MODE = 0o600


class VectorFile:
    """Rows of one length behind a header: key, float32 numbers, CRC-32 of both.

    A row counts only if it is whole and its checksum is right, so a write that was cut off, or bytes that
    somebody else wrote, cost the rows that they hit. Writers of several processes take turns by a lock on a
    file beside it, and cut off an incomplete last row. It is written anew beside itself and moved into
    place. Threads may read rows at the same time, and nothing else. Every method may raise OSError.
    """

    def __init__(self, path: Path, *, model: str, dimensions: int) -> None:
        self.path = path
        self._open: int | None = None
        self._seen = 0
        self._header = _FORMAT + hashlib.sha256(f"{model}\0{dimensions}".encode()).digest()
        self._row_bytes = KEY_BYTES + dimensions * 4 + _CHECK_BYTES

    @property
    def count(self) -> int:
        """How many rows there were at the last look, whole or not."""
        return self._seen

    @property
    def is_there(self) -> bool:
        """At the last look."""
        return self._open is not None

    def look(self) -> tuple[bool, dict[bytes, int]]:
        """Whether this is another file than at the last look, and keys and places that came since.

        A file that isn't there is another one without rows. Raises ValueError for one of another kind.
        """
        is_another = self._follow()
        if self._open is None:
            return is_another, {}
        found: dict[bytes, int] = {}
        while rows := os.pread(self._open, _ROWS_AT_ONCE * self._row_bytes, self._offset(self._seen)):
            whole = len(rows) // self._row_bytes
            starts = range(0, whole * self._row_bytes, self._row_bytes)
            found |= {rows[start : start + KEY_BYTES]: self._seen + at for at, start in enumerate(starts)}
            self._seen += whole
            if whole < _ROWS_AT_ONCE:
                break
        return is_another, found

    def row(self, place: int, key: bytes) -> FloatArray | None:
        """None where the row is damaged or another one."""
        raw = b"" if self._open is None else os.pread(self._open, self._row_bytes, self._offset(place))
        if len(raw) != self._row_bytes or raw[:KEY_BYTES] != key:
            return None
        if zlib.crc32(raw[:-_CHECK_BYTES]) != int.from_bytes(raw[-_CHECK_BYTES:], "little"):
            return None
        return np.frombuffer(raw, dtype="<f4", offset=KEY_BYTES, count=(len(raw) - KEY_BYTES) // 4 - 1)

    @contextlib.contextmanager
    def written_alone(self) -> Iterator[None]:
        """No other process adds to the file or replaces it meanwhile."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, _MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def add(self, rows: Iterable[tuple[bytes, FloatArray]]) -> None:
        """To the file of the last look, which has to be there; only in `written_alone`."""
        with self.path.open("r+b") as stream:
            size = stream.seek(0, os.SEEK_END)
            end = size - (size - len(self._header)) % self._row_bytes
            stream.truncate(end)
            stream.seek(end)
            self._write(stream.fileno(), rows)

    def replace(self, rows: Iterable[tuple[bytes, FloatArray]]) -> None:
        """Make the file anew with these rows; only in `written_alone`."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name, suffix=".new")
        try:
            os.write(handle, self._header)
            self._write(handle, rows)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        if self._open is not None:
            os.close(self._open)
        self._open, self._seen = None, 0

    def _follow(self) -> bool:
        """Open the file that has the name now, if it is not the one that is open."""
        try:
            now = self.path.stat()
        except FileNotFoundError:
            had_one = self._open is not None
            self.close()
            return had_one
        if self._open is not None:
            mine = os.fstat(self._open)
            was_cut = now.st_size < self._offset(self._seen)
            if (mine.st_ino, mine.st_dev) == (now.st_ino, now.st_dev) and not was_cut:
                return False
        self.close()
        opened = os.open(self.path, os.O_RDONLY)
        if os.pread(opened, len(self._header), 0) != self._header:
            os.close(opened)
            raise ValueError("written for another model or by another program")
        self._open = opened
        return True

    def _write(self, handle: int, rows: Iterable[tuple[bytes, FloatArray]]) -> None:
        with os.fdopen(os.dup(handle), "ab") as stream:
            for key, row in rows:
                body = key + np.asarray(row, dtype="<f4").tobytes()
                stream.write(body + zlib.crc32(body).to_bytes(_CHECK_BYTES, "little"))
            stream.flush()
            os.fsync(stream.fileno())

    def _offset(self, place: int) -> int:
        return len(self._header) + place * self._row_bytes
