"""Keeps the vectors of stored texts on disk, so that neither a restart nor an edit computes them again."""

import hashlib
import logging
import threading
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from matching.vector_file import KEY_BYTES, FloatArray, VectorFile

Side = Literal["query", "passage"]

MAXIMUM_ROWS = 200_000
"""20,000 entries of four wordings, both sides, and their answers: 315 MB of disk at 384 dimensions, and up to
a quarter more until the file is written anew. Then the rows that were unused for longest are dropped."""

_EARLIER_FORMAT = "wenjin-embeddings-1"
_log = logging.getLogger(__name__)


class EmbeddingCache:
    """Vectors by text and side for one model; safe to call from several threads and processes.

    The file holds hashes and numbers, no text, and is only added to: an edit writes its own rows. In memory
    are the places of rows, and rows that are not written yet. What is damaged, or of another model, counts as
    not known. A save that fails is logged and tried again at the next one: the cache only saves time.
    """

    def __init__(self, file: Path, *, model: str, dimensions: int, maximum_rows: int = MAXIMUM_ROWS) -> None:
        self._model = model
        self._maximum_rows = maximum_rows
        self._lock = threading.Lock()
        self._saving = threading.Lock()
        self._file = VectorFile(file, model=model, dimensions=dimensions)
        self._places: dict[bytes, int] = {}
        self._fresh: dict[bytes, FloatArray] = {}
        try:
            self._look()
            if not self._places:
                self._fresh = _rows_of_npz(file.with_suffix(".npz"), model, dimensions, maximum_rows)
        except (OSError, ValueError) as error:
            _log.warning("embedding cache %s ignored: %s", file, error)

    def __len__(self) -> int:
        with self._lock:
            return len(self._places) + len(self._fresh)

    def get(self, side: Side, text: str) -> FloatArray | None:
        key = self._key(side, text)
        with self._lock:
            place = self._places.pop(key, None)
            if place is None:
                return self._fresh.get(key)
            try:
                row = self._file.row(place, key)
            except OSError as error:
                _log.warning("embedding cache %s not read: %s", self._file.path, error)
                return None
            if row is not None:
                self._places[key] = place  # the end of the dict is what was used last
            return row

    def put(self, side: Side, text: str, vector: FloatArray) -> None:
        key = self._key(side, text)
        with self._lock:
            self._places.pop(key, None)
            self._fresh[key] = np.array(vector, dtype=np.float32)
            while len(self._fresh) > self._maximum_rows:
                del self._fresh[next(iter(self._fresh))]

    def save(self) -> None:
        """Add what is new to the file; does nothing when nothing was added.

        Look-ups go on meanwhile; they do not wait for the disk.
        """
        with self._saving:
            with self._lock:
                rows = dict(self._fresh)
            if not rows:
                return
            try:
                with self._file.written_alone():
                    self._make_room(len(rows))
                    self._file.add(rows.items())
                    self._look()
            except OSError as error:
                _log.warning("embedding cache not saved to %s: %s", self._file.path, error)
                return
            with self._lock:
                for key, row in rows.items():
                    if self._fresh.get(key) is row:
                        del self._fresh[key]

    def _make_room(self, coming: int) -> None:
        """There is a file afterwards, not much larger than it may be even with as many rows more."""
        try:
            self._look()
        except ValueError:
            self._file.replace(())  # it was warned of when it was first read
            self._look()
        largest = self._maximum_rows + self._maximum_rows // 4
        if self._file.count + coming > largest:
            with self._lock:
                used = list(self._places.items())
            room = max(self._maximum_rows - coming, 0)
            kept = ((key, self._file.row(place, key)) for key, place in used[max(len(used) - room, 0) :])
            self._file.replace((key, row) for key, row in kept if row is not None)
        elif not self._file.is_there:
            self._file.replace(())
        self._look()

    def _look(self) -> None:
        with self._lock:
            is_another, news = self._file.look()
            if is_another:
                self._places.clear()
            self._places |= news

    def _key(self, side: Side, text: str) -> bytes:
        parts = (self._model, side, text)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def _rows_of_npz(file: Path, model: str, dimensions: int, most: int) -> dict[bytes, FloatArray]:
    """What version 0.1.0 kept, in one archive that was written whole; it is left where it is.

    Raises ValueError for anything else.
    """
    if not file.exists():
        return {}
    row_bytes = dimensions * 4 + KEY_BYTES
    if file.stat().st_size > most * row_bytes + (1 << 20):
        raise ValueError("larger than any file that was written")
    try:
        with file.open("rb") as stream:
            parts = np.load(stream, allow_pickle=False)
            header, keys, vectors = parts["header"].tolist(), parts["keys"], parts["vectors"]
    except Exception as error:
        raise ValueError(f"{file} is damaged: {error}") from error
    if header != [_EARLIER_FORMAT, model] or not _fits(keys, vectors, dimensions):
        raise ValueError("written for another model or by another program")
    return {key.tobytes(): row.copy() for key, row in zip(keys, vectors, strict=True)}


def _fits(keys: npt.NDArray[np.uint8], vectors: FloatArray, dimensions: int) -> bool:
    return (
        keys.dtype == np.uint8
        and vectors.dtype == np.float32
        and keys.shape == (len(vectors), KEY_BYTES)
        and vectors.shape == (len(keys), dimensions)
        and bool(np.isfinite(vectors).all())
    )
