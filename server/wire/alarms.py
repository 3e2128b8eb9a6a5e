"""Alarms over what users write to consultants, as staff see them."""

from typing_extensions import TypedDict  # pydantic reads the standard one only from Python 3.12 on

from server.domain.session import Session
from server.domain.times import rfc3339


class AlarmJson(TypedDict):
    """The message `seq` sounds like danger and nobody has dealt with it; `text` could be said to the user."""

    seq: int
    text: str
    raised_at: str


def alarm_json(session: Session) -> AlarmJson | None:
    """None where there is nothing to do."""
    alarm = session.alarm
    if alarm is None or not alarm.is_open or not session.is_open:
        return None
    return {"seq": alarm.seq, "text": alarm.text, "raised_at": rfc3339(alarm.raised_at)}
