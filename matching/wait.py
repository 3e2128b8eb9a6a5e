"""Estimates how long somebody in the queue will still wait."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np
from scipy.special import gammaincinv

LEAST_SAMPLES = 3
"""Fewer finished sessions say nothing about how long sessions take."""

NEWEST_SAMPLES = 200


def estimate_wait(
    position: int, free_slots: int, total_slots: int, recent_handle_seconds: Sequence[float]
) -> tuple[float, float] | None:
    """Seconds until it is this person's turn: (median, 90th percentile), or None when nothing can be said.

    `position` counts from 1 in the order of service; `total_slots` are the places of everybody present, busy
    or free; `recent_handle_seconds` how long sessions that ended lately took, oldest first. Within the free
    slots the answer is (0, 0). Otherwise k = position - free_slots sessions must end first. With all c places
    busy and sessions of mean length m they end at the rate c / m, and the time until the k-th end is
    Erlang-distributed with shape k and that rate (waiting time in the queue M/M/c, first come first served:
    Gross and Harris, Fundamentals of Queueing Theory, chapter 2). The mean is winsorised at the 95th
    percentile, since one forgotten session must not rule the estimate.
    """
    if position < 1:
        return None
    return estimate_waits(position, free_slots, total_slots, recent_handle_seconds)[-1]


def estimate_waits(
    count: int, free_slots: int, total_slots: int, recent_handle_seconds: Sequence[float]
) -> list[tuple[float, float] | None]:
    """What `estimate_wait` says of each of the positions 1 to `count`, at the price of one."""
    if total_slots < 1:
        return [None] * count
    served_at_once = min(count, max(0, free_slots))
    at_once: list[tuple[float, float] | None] = [(0.0, 0.0)] * served_at_once
    usable = sorted(seconds for seconds in recent_handle_seconds[-NEWEST_SAMPLES:] if seconds > 0)
    if len(usable) < LEAST_SAMPLES:
        return at_once + [None] * (count - served_at_once)
    ceiling = usable[min(len(usable) - 1, int(0.95 * len(usable)))]
    seconds_per_end = fmean(min(seconds, ceiling) for seconds in usable) / total_slots
    ahead = np.arange(1, count - served_at_once + 1)
    medians, ninetieths = (gammaincinv(ahead, share) * seconds_per_end for share in (0.5, 0.9))
    return at_once + list(zip(medians.tolist(), ninetieths.tolist(), strict=True))
