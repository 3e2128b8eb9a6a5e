"""Sessions as a test of a use case needs them, without anybody who connects."""

from datetime import datetime

from server.domain.ids import AccountId, SessionId, new_id
from server.domain.session import Named, Session


def new_session(at: datetime) -> Session:
    """Of somebody new, before anything has happened in it."""
    return Session(
        id=SessionId(new_id("s")),
        epoch=1,
        user=Named(AccountId(new_id("u")), "小明"),
        language="zh",
        created_at=at,
    )
