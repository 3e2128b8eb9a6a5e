"""What somebody who queues is told of their wait, as by the server: with its errors corrected."""

from collections import deque
from collections.abc import Sequence

import numpy as np

from matching.rounds import OVERTAKING_LIMIT
from matching.simulation.desks import Desk, Waiting
from matching.wait import NEWEST_SAMPLES, Estimate, LiveQueue, estimate_live
from matching.wait_error import NEWEST_OUTCOMES, Outcome, learn_correction, leaving_rate, rounded


class Forecaster:
    """Keeps what ended lately, and the promises made with what became of them; begins the day without any."""

    def __init__(self) -> None:
        self._handle_seconds: deque[float] = deque(maxlen=NEWEST_SAMPLES)
        self._outcomes: deque[Outcome] = deque(maxlen=NEWEST_OUTCOMES)
        self._promised: dict[str, tuple[Estimate, Estimate]] = {}

    def tell(
        self, newest: Waiting, line: Sequence[Waiting], desks: Sequence[Desk], now: float
    ) -> Estimate | None:
        """(Median, 90th percentile) in seconds for `newest`, who stands somewhere in `line`."""
        queue = LiveQueue(
            opens_in=np.zeros((len(line), len(desks))),
            free_slots=[desk.free_places for desk in desks],
            busy_seconds=[[now - session.begun for session in desk.sessions] for desk in desks],
            handle_seconds=list(self._handle_seconds),
            leaving_per_second=leaving_rate(self._outcomes),
            overtaking_limit=OVERTAKING_LIMIT,
        )
        raw = estimate_live(queue)[line.index(newest)]
        if raw is None:
            return None
        told = rounded(learn_correction(self._outcomes).applied_to(raw))
        self._promised[newest.arrival.id] = raw, told
        return told

    def ended(self, handle_seconds: float) -> None:
        self._handle_seconds.append(handle_seconds)

    def waited(self, session_id: str, seconds: float, *, was_served: bool) -> None:
        """A wait is over; only what was promised for it is of interest."""
        promised = self._promised.pop(session_id, None)
        if promised is not None:
            raw, told = promised
            self._outcomes.append(Outcome(raw=raw, told=told, waited_seconds=seconds, was_served=was_served))
