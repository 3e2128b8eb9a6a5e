"""What happened in a run: one JSON object a line, so that a failed run can be judged again."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Record = dict[str, Any]

_OFFSET = time.time() - time.monotonic()


def now() -> float:
    """Seconds since the epoch that never go back, on the same scale as the times in the database."""
    return _OFFSET + time.monotonic()


class History:
    """Appends records to a file. Each has `what` (its kind) and `t` (when it was noted)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._opened = file.open("wb")

    def note(self, what: str, **fields: Any) -> float:
        at = now()
        self._opened.write(orjson.dumps({"what": what, "t": at, **fields}) + b"\n")
        return at

    def close(self) -> None:
        self._opened.close()


def read(file: Path) -> Iterator[Record]:
    with file.open("rb") as opened:
        for line in opened:
            yield orjson.loads(line)
