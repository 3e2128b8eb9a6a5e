"""Sessions as tests need them, without anybody who connects."""

from datetime import datetime, timedelta

from server.domain.ids import AccountId, SessionId, new_id
from server.domain.rating import Rating
from server.domain.session import EndedBy, Named, Session, SessionStatus
from server.domain.times import utc_now


def new_session(at: datetime) -> Session:
    """Of somebody new, before anything has happened in it."""
    return Session(
        id=SessionId(new_id("s")),
        epoch=1,
        user=Named(AccountId(new_id("u")), "小明"),
        language="zh",
        created_at=at,
    )


def rated_session(
    consultant_id: str,
    score: int,
    *,
    age: timedelta,
    topic: str = "",
    user_id: str = "",
    first_response_seconds: float | None = None,
) -> Session:
    """Ended and rated `age` ago, after ten minutes with the consultant."""
    at, who = utc_now() - age, AccountId(consultant_id)
    session = new_session(at - timedelta(minutes=10))
    if user_id:
        session.user = Named(AccountId(user_id), "李雷")
    session.topic, session.consultant = topic, Named(who, "顾问")
    session.assigned_at = session.created_at
    session.status, session.ended_at, session.ended_by = SessionStatus.ENDED, at, EndedBy.USER
    session.rating = Rating(
        score=score,
        created_at=at,
        updated_at=at,
        consultant_id=who,
        first_response_seconds=first_response_seconds,
    )
    return session
