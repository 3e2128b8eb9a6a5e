"""A session that a consultant is being asked to take, and the answers that were no."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.domain.ids import AccountId


@dataclass(frozen=True, slots=True)
class Offer:
    """A consultant is being asked; `fence` is the session's fence that an answer must name.

    `reason` (for the user) and `explanation` (for staff) are what the assignment will say if it is accepted.
    """

    consultant_id: AccountId
    fence: int
    expires_at: datetime
    reason: str = ""
    explanation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Declined:
    """Who did not take an offered session, and the reason in their words; `was_silent`: the offer ran out."""

    consultant_id: AccountId
    at: datetime
    reason: str = ""
    was_silent: bool = False
