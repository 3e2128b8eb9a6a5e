"""How soon a consultant wrote, as the log of the session tells it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from server.domain.first_response import FirstResponse
from server.domain.ids import AccountId, SessionId
from server.domain.message import SYSTEM_SENDER, Message, MessageKind, Sender, SenderRole

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
MINE, OTHER = AccountId("mine"), AccountId("other")


def at(seconds: float, sender: Sender, **data: Any) -> Message:
    return Message(
        session_id=SessionId("s"),
        epoch=1,
        seq=1,
        fence=0,
        cmid="c",
        kind=MessageKind.SYSTEM if sender is SYSTEM_SENDER else MessageKind.TEXT,
        sender=sender,
        text="…",
        created_at=BEGAN + timedelta(seconds=seconds),
        data=data,
    )


def given(seconds: float, who: AccountId, event: str = "assigned") -> Message:
    return at(seconds, SYSTEM_SENDER, event=event, consultant_id=who)


def said(seconds: float, who: str, role: SenderRole = SenderRole.CONSULTANT) -> Message:
    return at(seconds, Sender(role, who, who))


def seconds_of(*log: Message) -> float | None:
    response = FirstResponse(MINE)
    response.hear(log)
    return response.seconds


def test_counts_from_being_given_the_session_to_the_first_message() -> None:
    log = [said(0, "user", SenderRole.USER), given(10, MINE), said(12, "user", SenderRole.USER)]
    assert seconds_of(*log, said(40, MINE), said(90, MINE)) == 30


def test_counts_for_somebody_it_was_transferred_to_from_the_transfer() -> None:
    log = [
        given(0, OTHER),
        said(5, OTHER),
        given(100, MINE, "transferred"),
        said(104, OTHER),
        said(107, MINE),
    ]
    assert seconds_of(*log) == 7


def test_counts_from_the_last_time_when_it_came_back_before_they_wrote() -> None:
    lost = at(50, SYSTEM_SENDER, event="consultant_lost")
    assert seconds_of(given(0, MINE), lost, given(60, MINE), said(65, MINE)) == 5


def test_says_nothing_of_somebody_who_never_wrote_or_never_had_it() -> None:
    assert seconds_of(given(0, MINE), said(3, OTHER)) is None
    assert seconds_of(given(0, OTHER), said(3, MINE)) is None
    assert seconds_of() is None


def test_hears_a_log_in_parts() -> None:
    response = FirstResponse(MINE)
    response.hear([given(0, MINE)])
    response.hear([said(8, MINE), said(20, MINE)])
    assert (response.seconds, response.has_written) == (8, True)
