"""What a user thought of a session."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.domain.ids import AccountId

RATING_MAY_CHANGE_FOR = timedelta(days=31)
MAX_COMMENT_CODE_POINTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """`score` is 1 to 5. `consultant_id` is the consultant who wrote last, not the one assigned last.

    `first_response_seconds`: from the session's being given to that consultant to their first message.
    """

    score: int
    created_at: datetime
    updated_at: datetime
    comment: str = ""
    tags: tuple[str, ...] = field(default_factory=tuple)
    consultant_id: AccountId | None = None
    first_response_seconds: float | None = None
