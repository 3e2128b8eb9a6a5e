"""Finds days: written out, or counted from the day on which they were said."""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from chatbot.numerals import number_of

_N = "[0-9]{1,3}|[一二两三四五六七八九十]{1,3}"
_WEEKDAYS = {one: at for at, one in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_DAYS_AWAY = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "明": 1,
    "后": 2,
    "後": 2,
    "大后": 3,
    "大後": 3,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "tomorrow": 1,
}
_MONTHS = {
    name: number
    for number, full in enumerate(calendar.month_name)
    if full
    for name in (full.lower(), full[:3].lower(), *(("sept",) if full == "September" else ()))
}
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_EN_WEEKDAY = "(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_EN_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EN_NUMBERS = {
    name: at
    for at, name in enumerate(
        ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"an": 1, "one": 1}
_EN_N = "([0-9]{1,3}|" + "|".join(sorted(_EN_NUMBERS, key=len, reverse=True)) + ")"
_MAY_IS_A_VERB = re.compile(r" (?!(?:at|in|and|or|to|for|is|was|from|by)\b)[a-z]")
_CENTURY = 2000
_ZH_NUMBER = "[0-9〇零一二三四五六七八九十]"

Read = Callable[[re.Match[str], date], date | str | None]


def find_dates(plain: str, *, today: date) -> Iterator[tuple[int, int, str]]:
    """(start, end, YYYY-MM-DD) of each day in half-width lower-case text; matches may overlap, surest first.

    Weeks begin on Monday. 上周三 and `next Friday` are days of the calendar week before and after; `last
    Friday` is the one that was most recently. A day without a year is the one nearest to `today`. 03/04/2025
    may be either of two days and stays as it is written. Days that no calendar has are left out.
    """
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(plain):
            try:
                day = read(match, today)
            except (ValueError, OverflowError):
                continue  # 30 February, or a year beyond the calendar
            if day is not None:
                yield match.start(), match.end(), day if isinstance(day, str) else day.isoformat()


def _absolute(match: re.Match[str], today: date) -> date:  # noqa: ARG001  one signature for all
    year, month, day = (_integer(one) for one in match.groups()[-3:])
    return date(year + _CENTURY if year < 100 else year, month, day)  # noqa: PLR2004  two digits


def _month_and_day(match: re.Match[str], today: date) -> date:
    return _nearest(_integer(match.group(1)), _integer(match.group(2)), today)


def _slashed(match: re.Match[str], today: date) -> date | str:  # noqa: ARG001
    first, second, year = (int(one) for one in match.groups())
    if first != second and max(first, second) <= 12:  # noqa: PLR2004  either could be the month
        date(year, first, second)
        return match.group()
    return date(year, second, first) if first > second else date(year, first, second)


def _days_away(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=_DAYS_AWAY[match.group(1)])


def _counted_zh(match: re.Match[str], today: date) -> date:
    number, unit, direction = match.groups()
    count = _integer(number) * (-1 if direction in {"前", "之前", "以前"} else 1)
    return today + timedelta(days=count * (1 if unit == "天" else 7))


def _weekday_zh(match: re.Match[str], today: date) -> date:
    which, day = match.groups()
    weeks = {"上": -1, "下": 1}.get(which[0], 0) * which.count(which[0])
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return monday + timedelta(days=_WEEKDAYS[day])


def _day_of_month_zh(match: re.Match[str], today: date) -> date:
    which, day = match.groups()
    moved = _months_away(today.replace(day=1), {"上": -1, "下": 1}.get(which[0], 0))
    return moved.replace(day=_integer(day))


def _ago_en(match: re.Match[str], today: date) -> date:
    return today - _span_en(match)


def _ahead_en(match: re.Match[str], today: date) -> date:
    return today + _span_en(match)


def _span_en(match: re.Match[str]) -> timedelta:
    number, unit = match.groups()
    count = _EN_NUMBERS[number] if number in _EN_NUMBERS else int(number)
    return timedelta(days=count * (7 if unit == "week" else 1))


def _weekday_en(match: re.Match[str], today: date) -> date:
    which, name = match.groups()
    wanted = _EN_WEEKDAYS.index(name[:3])
    if which == "last":
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    monday = today - timedelta(days=today.weekday())
    return monday + timedelta(days=wanted, weeks=1 if which in {"next", "coming"} else 0)


def _named_month_first(match: re.Match[str], today: date) -> date | None:
    month, day, year = match.groups()
    if month == "may" and not year and _MAY_IS_A_VERB.match(match.string, match.end()):
        return None
    return date(int(year), _MONTHS[month], int(day)) if year else _nearest(_MONTHS[month], int(day), today)


def _named_day_first(match: re.Match[str], today: date) -> date:
    day, month, year = match.groups()
    return date(int(year), _MONTHS[month], int(day)) if year else _nearest(_MONTHS[month], int(day), today)


def _nearest(month: int, day: int, today: date) -> date:
    """The year in which this day is nearest to `today`; ValueError when none of those around has it."""
    days = []
    for year in range(today.year - 1, today.year + 2):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue  # 29 February
    return min(days, key=lambda one: abs(one - today))


def _months_away(day: date, months: int) -> date:
    """The same day of another month, or the last one where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _integer(text: str) -> int:
    number = number_of(text)
    if number is None or number != int(number):
        raise ValueError(f"{text} counts no days")
    return int(number)


_PATTERNS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (
        re.compile(
            rf"(?<![0-9])({_ZH_NUMBER}{{2,4}}) ?年 ?({_ZH_NUMBER}{{1,3}}) ?月(?:份)? ?"
            rf"({_ZH_NUMBER}{{1,3}}) ?[日号號]"
        ),
        _absolute,
    ),
    (
        re.compile(
            r"(?<![0-9.-])((?:19|20)[0-9]{2}) ?[-/.] ?([0-9]{1,2}) ?[-/.] ?([0-9]{1,2})(?![0-9]|[.-][0-9])"
        ),
        _absolute,
    ),
    (re.compile(r"(?<![0-9/.-])([0-9]{1,2})/([0-9]{1,2})/((?:19|20)[0-9]{2})(?![0-9/])"), _slashed),
    (
        re.compile(
            rf"(?<![0-9年])({_ZH_NUMBER}{{1,3}}) ?月(?:份)? ?({_ZH_NUMBER}{{1,3}}) ?[日号號](?!线|楼)"
        ),
        _month_and_day,
    ),
    (
        re.compile(rf"\b{_MONTH} ?([0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? ?((?:19|20)[0-9]{{2}}))?(?![0-9:%])"),
        _named_month_first,
    ),
    (
        re.compile(
            rf"(?<![0-9.])([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? ?{_MONTH}\b(?:,? ?((?:19"
            rf"|20)[0-9]{{2}}))?(?![0-9])"
        ),
        _named_day_first,
    ),
    (re.compile(rf"(?<![0-9第])({_N}) ?个?(天|周|星期|礼拜)(之前|以前|前|之后|以后|后)(?!天)"), _counted_zh),
    (re.compile(r"(大前|前|昨|今|明|大后|大後|后|後)(?:天|日|晚|早)(?!性)"), _days_away),
    (
        re.compile(
            r"\b((?:the )?day (?:before yesterday|after tomorrow)|yesterday|last night|today|tonight"
            r"|this morning"
            r"|tomorrow)\b"
        ),
        _days_away,
    ),
    (re.compile(r"(上{1,3}|下{1,3}|这|這|本) ?个?(?:周|週|星期|礼拜|禮拜)([一二三四五六日天])"), _weekday_zh),
    (re.compile(rf"(上|下|这|本)个?月({_ZH_NUMBER}{{1,3}}) ?[日号號]"), _day_of_month_zh),
    (re.compile(rf"\b{_EN_N} (day|week)s? (?:ago|back)\b"), _ago_en),
    (re.compile(rf"\bin {_EN_N} (day|week)s?\b(?! of)"), _ahead_en),
    (re.compile(rf"\b(last|this|next|coming) {_EN_WEEKDAY}\b"), _weekday_en),
)
