"""What a text may be, and when consultants are at work."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import BadRequest, Refusal, TooLarge
from server.domain.hours import OpeningHours
from server.domain.ids import SessionId
from server.domain.message import clean_text, derived_cmid
from server.domain.times import rfc3339

NINE_TO_SIX = [[(9 * 60, 18 * 60)]] * 5 + [[], [(10 * 60, 12 * 60), (14 * 60, 16 * 60)]]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("你好\n第二行\t制表", "你好\n第二行\t制表"),
        ("a\r\nb", "a\nb"),
        ("a\x00b\x07c\x7fd", "abcd"),
        ("e\u0301", "é"),
        ("  留白  ", "  留白  "),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("字" * 4_000, "字" * 4_000),
    ],
)
def test_text_is_stored_as_typed(typed: str, stored: str) -> None:
    assert clean_text(typed) == stored


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u200b\u200b", "\u3000", "\x00\x01", "\ufeff"])
def test_blank_text_is_refused(blank: str) -> None:
    with pytest.raises(BadRequest):
        clean_text(blank)


def test_text_beyond_the_limit_and_lone_surrogates_are_refused() -> None:
    with pytest.raises(TooLarge):
        clean_text("字" * 4_001)
    with pytest.raises(TooLarge):
        clean_text("a" * 1_000_000)
    with pytest.raises(BadRequest):
        clean_text("half \ud83d emoji")


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        once = clean_text(text)
    except Refusal:
        return
    assert clean_text(once) == once


def test_the_same_cause_has_the_same_cmid() -> None:
    assert derived_cmid(SessionId("s"), "bot/1") == derived_cmid(SessionId("s"), "bot/1")
    assert derived_cmid(SessionId("s"), "bot/1") != derived_cmid(SessionId("t"), "bot/1")


def test_times_on_the_wire_have_milliseconds() -> None:
    assert rfc3339(datetime(2026, 3, 1, 20, 0, 0, 7_000, SHANGHAI)) == "2026-03-01T12:00:00.007Z"


@pytest.mark.parametrize(
    ("at", "is_open", "opens"),
    [
        ("2026-03-02T09:00", True, "2026-03-02T09:00"),
        ("2026-03-02T17:59", True, "2026-03-02T17:59"),
        ("2026-03-02T18:00", False, "2026-03-03T09:00"),
        ("2026-03-06T23:00", False, "2026-03-08T10:00"),
        ("2026-03-08T12:30", False, "2026-03-08T14:00"),
        ("2026-03-08T16:00", False, "2026-03-10T09:00"),
    ],
)
def test_hours_open_and_close_in_local_time(at: str, is_open: bool, opens: str) -> None:
    hours = OpeningHours(NINE_TO_SIX, SHANGHAI, frozenset({date(2026, 3, 9)}))
    moment = datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    assert hours.are_open(moment) is is_open
    assert hours.next_opening(moment) == datetime.fromisoformat(opens).replace(tzinfo=SHANGHAI)


def test_who_never_opens_never_opens() -> None:
    hours = OpeningHours([[]] * 7, SHANGHAI)
    assert hours.next_opening(datetime(2026, 3, 2, tzinfo=UTC)) is None


def test_clocks_that_change_do_not_shift_the_opening() -> None:
    """On 2026-03-29 clocks in Berlin go from 2:00 to 3:00; nine o'clock stays nine o'clock."""
    berlin = ZoneInfo("Europe/Berlin")
    hours = OpeningHours([[(9 * 60, 17 * 60)]] * 7, berlin)
    opening = hours.next_opening(datetime(2026, 3, 28, 20, tzinfo=berlin))
    assert opening == datetime(2026, 3, 29, 9, tzinfo=berlin)
    assert opening.utcoffset() is not None
    assert opening.astimezone(UTC).hour == 7
