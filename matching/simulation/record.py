"""What happened in one simulated run, session by session."""

from dataclasses import dataclass

from matching.simulation.scenario import Arrival


@dataclass(slots=True, kw_only=True, eq=False)
class Outcome:
    """One session's fate; `consultant_id` is None for somebody who left the queue.

    `told` is the wait (median, 90th percentile) that was shown on queueing, None when served at once or
    nothing could be said; `overtaken` is counted by the simulator, whatever the policy believes.
    `satisfaction` is the true chance of being satisfied, `mean_rating` the expected rating, `score` the one
    that was given, if any.
    """

    arrival: Arrival
    wait_seconds: float = 0.0
    has_queued: bool = False
    told: tuple[float, float] | None = None
    overtaken: int = 0
    consultant_id: str | None = None
    begun: float | None = None
    ended: float | None = None
    satisfaction: float = 0.0
    mean_rating: float = 1.0
    score: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """One consultant's part: seconds of presence while the doors were open, and of places occupied."""

    consultant_id: str
    is_newcomer: bool
    comes_at: float
    present_seconds: float
    busy_place_seconds: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    outcomes: tuple[Outcome, ...]
    attendance: tuple[Attendance, ...]
