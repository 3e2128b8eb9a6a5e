"""Keeps the vectors of stored texts in one .npz file, so that a restart does not compute them again."""

import hashlib
import logging
import os
import tempfile
import threading
import zipfile
import zlib
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

Side = Literal["query", "passage"]

MAXIMUM_ROWS = 120_000
"""About 190 MB at 384 dimensions, 20,000 entries with answers and other wordings twice over; beyond it the
rows that were unused for longest are dropped."""

_FORMAT = "wenjin-embeddings-1"
_KEY_BYTES = 32
_OVERHEAD_BYTES = 1 << 20
_log = logging.getLogger(__name__)


class EmbeddingCache:
    """Vectors by text and side for one model; safe to call from several threads.

    The file holds hashes and numbers, no text, and is never unpickled. A damaged file, or one of another
    model, is ignored with a warning and replaced at the next save. A save that fails is logged and forgotten:
    the cache only saves time.
    """

    def __init__(self, file: Path, *, model: str, dimensions: int, maximum_rows: int = MAXIMUM_ROWS) -> None:
        self._file = file
        self._model = model
        self._dimensions = dimensions
        self._maximum_rows = maximum_rows
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._has_changed = False
        self._rows: dict[bytes, npt.NDArray[np.float32]] = self._read()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, side: Side, text: str) -> npt.NDArray[np.float32] | None:
        key = self._key(side, text)
        with self._lock:
            row = self._rows.pop(key, None)
            if row is not None:
                self._rows[key] = row  # the end of the dict is what was used last
            return row

    def put(self, side: Side, text: str, vector: npt.NDArray[np.float32]) -> None:
        with self._lock:
            self._rows[self._key(side, text)] = np.array(vector, dtype=np.float32)
            while len(self._rows) > self._maximum_rows:
                del self._rows[next(iter(self._rows))]
            self._has_changed = True

    def save(self) -> None:
        """Write the file beside itself and move it into place; does nothing when nothing was added.

        Look-ups go on meanwhile: they do not wait for the disk.
        """
        with self._saving:
            with self._lock:
                if not self._has_changed:
                    return
                rows = list(self._rows.items())
                self._has_changed = False
            keys = np.frombuffer(b"".join(key for key, _ in rows), dtype=np.uint8).reshape(-1, _KEY_BYTES)
            try:
                self._replace(keys, np.stack([vector for _, vector in rows]))
            except OSError as error:
                _log.warning("embedding cache not saved to %s: %s", self._file, error)
                with self._lock:
                    self._has_changed = True

    def _key(self, side: Side, text: str) -> bytes:
        parts = (self._model, side, text)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()

    def _replace(self, keys: npt.NDArray[np.uint8], vectors: npt.NDArray[np.float32]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name, suffix=".new")
        try:
            with os.fdopen(handle, "wb") as stream:
                header = np.array([_FORMAT, self._model])
                np.savez(stream, header=header, keys=keys, vectors=vectors)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(self._file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _read(self) -> dict[bytes, npt.NDArray[np.float32]]:
        if not self._file.exists():
            return {}
        try:
            return self._read_rows()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            _log.warning("embedding cache %s ignored: %s", self._file, error)
            return {}

    def _read_rows(self) -> dict[bytes, npt.NDArray[np.float32]]:
        row_bytes = self._dimensions * 4 + _KEY_BYTES
        limit_bytes = self._maximum_rows * row_bytes + _OVERHEAD_BYTES
        with zipfile.ZipFile(self._file) as archive:
            if sum(part.file_size for part in archive.infolist()) > limit_bytes:
                raise ValueError("larger than any file this program writes")
        with np.load(self._file, allow_pickle=False) as parts:
            if parts["header"].tolist() != [_FORMAT, self._model]:
                raise ValueError("written for another model or by another program")
            keys, vectors = parts["keys"], parts["vectors"]
        is_well_formed = (
            keys.dtype == np.uint8
            and vectors.dtype == np.float32
            and keys.shape == (len(vectors), _KEY_BYTES)
            and vectors.shape == (len(keys), self._dimensions)
            and bool(np.isfinite(vectors).all())
        )
        if not is_well_formed:
            raise ValueError("unexpected shapes or numbers")
        return {key.tobytes(): row.copy() for key, row in zip(keys, vectors, strict=True)}
