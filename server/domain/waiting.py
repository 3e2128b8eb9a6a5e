"""What a waiting person was told of their wait, so that it can be compared with what came."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import SessionId


@dataclass(frozen=True, slots=True)
class WaitPromise:
    """The first estimate of a wait, in seconds from `at`: (median, 90th percentile), computed and told."""

    session_id: SessionId
    at: datetime
    raw: tuple[float, float]
    told: tuple[float, float]


@dataclass(frozen=True, slots=True)
class KeptOrNot:
    """How long the wait was, from the promise on, and whether a consultant or the person ended it."""

    promise: WaitPromise
    waited_seconds: float
    was_served: bool
