"""Questions about many sessions at once, and which sessions somebody may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from server.domain.ids import AccountId, SessionId
from server.domain.people import Person, Role
from server.domain.session import Session, SessionStatus

PastSessions = Literal["none", "own", "all"]
"""Which ended sessions a consultant may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantReach:
    """The sessions that one consultant may read.

    Always the open ones that are theirs. Besides: "none" no ended one, "own" the ended ones whose last
    consultant they were, "all" every ended one.
    """

    consultant_id: AccountId
    past_sessions: PastSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQuery:
    """All conditions hold together; None is no condition. Answers come newest `created_at` first.

    `from_` (inclusive) and `to` (exclusive) bound `created_at`. `rating` is the score, 1 to 5.
    """

    status: SessionStatus | None = None
    consultant_id: AccountId | None = None
    user_id: AccountId | None = None
    tag: str | None = None
    from_: datetime | None = None
    to: datetime | None = None
    rating: int | None = None
    reach: ConsultantReach | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What the sweeps need to know of an open session to leave it alone."""

    id: SessionId
    status: SessionStatus
    created_at: datetime
    assigned_at: datetime | None
    consultant_id: AccountId | None
    asked_id: AccountId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedSession:
    """What reports and learning need to know of a rated session. `topic` may be empty."""

    id: SessionId
    consultant_id: AccountId
    user_id: AccountId
    topic: str
    language: str
    score: int
    rated_at: datetime
    first_response_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How many of the sessions begun from `since` on were last with each consultant."""

    since: datetime
    by_consultant: Mapping[AccountId, int]


def may_read(session: Session, person: Person, past_sessions: PastSessions) -> bool:
    """Its members, with `past_sessions` narrowing or widening what consultants see of ended sessions."""
    if person.role is not Role.CONSULTANT or session.is_open:
        return session.is_member(person)
    return past_sessions == "all" or (past_sessions == "own" and session.is_member(person))
