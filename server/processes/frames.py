"""Length-prefixed JSON between processes of one machine."""

import asyncio
import struct
from typing import Any

from pydantic_core import from_json, to_json

FRAME_LIMIT_BYTES = 64 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class FrameTooLarge(Exception):
    """A frame beyond FRAME_LIMIT_BYTES: nothing of it is read or written."""

    code = "too_large"


def pack(value: object) -> bytes:
    """Dataclasses, mappings, tuples and sets as one frame; infinite numbers stay infinite."""
    body = to_json(value, inf_nan_mode="constants")
    if len(body) > FRAME_LIMIT_BYTES:
        raise FrameTooLarge(f"{len(body)} bytes are more than {FRAME_LIMIT_BYTES}")
    return _LENGTH.pack(len(body)) + body


async def read_frame(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    """The next frame, or None at the end of the stream, also when it ends inside a frame."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > FRAME_LIMIT_BYTES:
            raise FrameTooLarge(f"{length} bytes are more than {FRAME_LIMIT_BYTES}")
        body = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    frame = from_json(body, allow_inf_nan=True)
    if not isinstance(frame, dict):
        raise TypeError("a frame holds an object")
    return frame
