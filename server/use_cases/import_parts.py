"""In which parts a large import is written, and taken back."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

ENTRIES_A_PART = 4_000
"""A changed entry is two documents; one transaction of the embedded database stands still beyond 16,000."""


def in_parts(items: Sequence[Item], count: int) -> Iterator[Sequence[Item]]:
    """At least one, which may be empty: the last part also says that it is the last."""
    for start in range(0, max(len(items), 1), count):
        yield items[start : start + count]
