"""Looks through a collection from the newest to the oldest, in stretches of time that are quickly read.

The embedded database reads all that a condition admits, also with a sort and a limit: one page of 20,000
sessions took it more than a second, in which chat would have waited. It looks for an index by the first field
of a condition, and finds none behind `$and`, `$or` or with a hint: the range of time comes first, and what
would be an `$or` is asked one after the other. MongoDB itself needs few stretches, read from the index.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from time import perf_counter

from server.domain.times import utc_now

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that is stored is older."""

_FIRST_SPAN = timedelta(hours=6)
_SHORTEST_SPAN = timedelta(minutes=1)
_AIM_SECONDS = 0.03
"""Beyond what the quickest stretch took: where every answer comes late, short stretches would not help."""
_LEAST_FACTOR, _MOST_FACTOR = 0.25, 2.0
"""What was quiet may have been busy before: nothing is asked for more than twice as long a stretch."""
_LONGEST_PAUSE_SECONDS = 0.01
_OTHER_CLOCKS = timedelta(hours=1)


async def newest_first(
    from_: datetime | None = None, to: datetime | None = None
) -> AsyncIterator[dict[str, datetime]]:
    """Conditions that cover [from_, to) without gaps, in order. None: as far as there is anything.

    Whoever iterates reads what each condition admits before asking for the next one: by the time that takes
    the next stretch is made longer or shorter. Others get a turn in between.
    """
    latest = utc_now() + _OTHER_CLOCKS
    begin, end = max(from_ or EARLIEST, EARLIEST), min(to or latest, latest)
    span, quickest = _FIRST_SPAN, math.inf
    while begin < end:
        start = begin if end - begin <= span else end - span
        began = perf_counter()
        yield {"$gte": start, "$lt": end}
        took = perf_counter() - began
        quickest = min(quickest, took)
        factor = _AIM_SECONDS / max(took - quickest, _AIM_SECONDS / _MOST_FACTOR)
        span = max(span * max(factor, _LEAST_FACTOR), _SHORTEST_SPAN)
        end = start
        await asyncio.sleep(min(took, _LONGEST_PAUSE_SECONDS))
