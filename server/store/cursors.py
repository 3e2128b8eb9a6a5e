"""Cursors of lists: the place after the last item of a page, opaque to clients and harmless when forged."""

import base64
import binascii

from server.domain.errors import BadRequest

_REFUSAL = "the cursor is not one of ours"
_MOST_CHARACTERS = 400
_MOST_MILLISECONDS = 253_402_300_799_000  # the end of the year 9999


def write_cursor(milliseconds: int, last_id: str) -> str:
    return base64.urlsafe_b64encode(f"{milliseconds} {last_id}".encode()).rstrip(b"=").decode()


def read_cursor(cursor: str) -> tuple[int, str]:
    """(milliseconds since 1970, id) of the last item. Raises BadRequest for what is not a cursor."""
    if len(cursor) > _MOST_CHARACTERS:
        raise BadRequest(_REFUSAL)
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text, _, last_id = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition(" ")
        milliseconds = int(text)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(_REFUSAL) from error
    if not 0 <= milliseconds <= _MOST_MILLISECONDS:
        raise BadRequest(_REFUSAL)
    return milliseconds, last_id
