"""What waits to be sent to one client, bounded by count and bytes: a client that never reads is let go."""

import asyncio
from collections.abc import Callable
from typing import Any

from engineio.packet import Packet
from typing_extensions import override

MAX_PACKETS = 512
MAX_BYTES = 1024 * 1024  # several sync pages of 128 KiB


class Outbox(asyncio.Queue[Packet | None]):
    """An asyncio.Queue as Engine.IO expects it, that calls `on_overflow` once instead of growing for ever.

    `None` (close after what is queued) is always taken.
    """

    def __init__(self, on_overflow: Callable[[], None]) -> None:
        super().__init__()
        self._on_overflow = on_overflow
        self._waiting_bytes = 0
        self._has_overflowed = False

    @override
    def _put(self, item: Packet | None) -> None:
        size = _size(item)
        if item is not None and (self.qsize() >= MAX_PACKETS or self._waiting_bytes + size > MAX_BYTES):
            self._overflow()
            return
        self._waiting_bytes += size
        super()._put(item)

    @override
    def _get(self) -> Packet | None:
        item: Packet | None = super()._get()
        self._waiting_bytes -= _size(item)
        return item

    def _overflow(self) -> None:
        if not self._has_overflowed:
            self._has_overflowed = True
            self._on_overflow()


def _size(packet: Any) -> int:
    data = getattr(packet, "data", None)
    return len(data) if isinstance(data, str) else 64
