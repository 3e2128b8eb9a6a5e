"""Pages of lists and their cursors: the place after the last item, opaque, harmless when forged."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DESCENDING

from server.domain.errors import BadRequest
from server.store.slices import EARLIEST, newest_first

Document = dict[str, Any]

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


async def newest_page(
    collection: AsyncIOMotorCollection[Document],
    *any_of: Document,
    by: str,
    limit: int,
    cursor: str | None,
    from_: datetime | None = None,
    to: datetime | None = None,
    are_few: bool = False,
) -> tuple[list[Document], str | None]:
    """At most `limit` documents by the time in the field `by`, newest first, and the cursor of the next page.

    Of those that one of the conditions admits, none of which may name `by`, from [from_, to). `are_few`: an
    index finds few by the first field of each condition, which are read at once. Raises BadRequest for a
    cursor that is not ours.
    """
    found: dict[Any, Document] = {}

    async def read(when: Document) -> None:
        order = [(by, DESCENDING), ("_id", DESCENDING)]
        for one in any_of:
            # Which field comes first decides how much is read: see `slices`.
            part = collection.find(one | when if are_few else when | one).sort(order).limit(limit + 1)
            found.update({document["_id"]: document for document in await part.to_list(limit + 1)})

    if cursor:
        milliseconds, last_id = read_cursor(cursor)
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
        if from_ is None or moment >= from_:
            await read({by: moment, "_id": {"$lt": last_id}})
        to = min(to, moment) if to else moment
    if are_few:
        await read({by: {"$gte": from_ or EARLIEST} | ({"$lt": to} if to else {})})
    else:
        async for stretch in newest_first(from_, to):
            if len(found) > limit:
                break
            await read({by: stretch})
    documents = sorted(found.values(), key=lambda one: (one[by], one["_id"]), reverse=True)
    page = documents[:limit]
    if len(documents) <= limit:
        return page, None
    return page, write_cursor(int(page[-1][by].timestamp() * 1000), page[-1]["_id"])
