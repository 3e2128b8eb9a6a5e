"""Questions about many sessions."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import AccountId
from server.domain.session import SessionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQuery:
    """All given conditions hold; `from_` is inclusive, `to` exclusive, both of the session's start."""

    status: SessionStatus | None = None
    consultant_id: AccountId | None = None
    user_id: AccountId | None = None
    tag: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    rating: int | None = None
