"""Percentiles of a few measured times, for reports."""

from collections.abc import Sequence
from math import ceil


def nearest_rank(ordered: Sequence[float], share: float) -> float:
    """The least of `ordered` (ascending, not empty) that `share` (above 0, to 1) of them don't exceed."""
    return ordered[ceil(share * len(ordered)) - 1]
