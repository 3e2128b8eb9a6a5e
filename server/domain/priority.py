"""Why somebody waits further up in the queue than others, and in which class."""

from enum import StrEnum

NORMAL_PRIORITY = 0
URGENT_PRIORITY = 1
"""For haste and anger, both together too."""
CRISIS_PRIORITY = 2
"""For danger alone, so that nobody comes before it by being loud."""


class PriorityReason(StrEnum):
    """In rising order: of several the gravest is told."""

    HASTE = "haste"
    ANGER = "anger"
    DANGER = "danger"

    @property
    def priority(self) -> int:
        return CRISIS_PRIORITY if self is PriorityReason.DANGER else URGENT_PRIORITY

    def outweighs(self, other: "PriorityReason | None") -> bool:
        gravity = list(PriorityReason)
        return other is None or gravity.index(self) > gravity.index(other)
