"""Finds what an answer counts: money, lengths of time, times of day, shares and other numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from chatbot.amounts import find_amounts
from chatbot.normalisation import folded
from chatbot.numerals import number_of

QuantityKind = Literal["amount", "duration", "working_days", "time_of_day", "share", "number"]

_ZH = "[〇零一二两三四五六七八九十百千万半]{1,10}"
_EN_NUMBERS = {
    name: str(at)
    for at, name in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
        start=1,
    )
} | {
    "a": "1",
    "an": "1",
    "half an": "0.5",
    "fourteen": "14",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "ninety": "90",
}
_EN = "|".join(sorted(_EN_NUMBERS, key=len, reverse=True))
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?"

_MINUTES = {
    **dict.fromkeys(("分钟", "minute", "minutes", "min", "mins"), 1),
    **dict.fromkeys(("小时", "个小时", "钟头", "个钟头", "hour", "hours", "hr", "hrs"), 60),
    **dict.fromkeys(("天", "日", "自然日", "day", "days", "calendar day", "calendar days"), 1_440),
    **dict.fromkeys(("周", "星期", "个星期", "礼拜", "个礼拜", "week", "weeks"), 10_080),
}
_MONTHS = {
    **dict.fromkeys(("个月", "月", "month", "months"), 1),
    **dict.fromkeys(("年", "year", "years"), 12),
}
_WORKING = ("个工作日", "工作日", "working day", "working days", "business day", "business days")
_UNITS = "|".join(sorted((*_MINUTES, *_MONTHS, *_WORKING), key=len, reverse=True))

# 1 月 and 5 日 are dates, 周二 a weekday; those count as numbers at most.
_DURATION = re.compile(
    rf"(?<![0-9a-z第])(?<![0-9][.,])(?:({_DIGITS})|({_ZH})|\b({_EN})\b)"
    rf"[ -]?({_UNITS})(?![a-z一二三四五六日末])",
    re.ASCII,
)
_CLOCK = re.compile(r"(?<![0-9:.])([01]?[0-9]|2[0-4]):([0-5][0-9])(?: ?(am|pm))?(?![0-9:])")
_HOUR_ZH = re.compile(
    r"(凌晨|早上|上午|中午|下午|傍晚|晚上|晚)?(?<![0-9.])([0-9]{1,2}|[一二两三四五六七八九十]{1,3})"
    r"[点時时](?!间|候|[0-9]{1,2} ?%)(?:(半)|([0-9]{1,2})分?)?"
)
_HOUR_EN = re.compile(r"(?<![0-9:.])(1[0-2]|[1-9]) ?(am|pm|a\.m\.|p\.m\.|o'clock)(?![a-z])")
_SHARE = re.compile(rf"({_DIGITS}) ?(?:%|percent\b)|百分之({_ZH}|[0-9]+)")
_DISCOUNT = re.compile(r"(?<![0-9.第])([0-9](?:\.[0-9])?|[一二三四五六七八九][五]?)折")
_NUMBER = re.compile(rf"(?<![0-9a-z.,:/-])({_DIGITS})(?![0-9:/]|\.[0-9])")
_LONG_NUMBER = re.compile(r"(?<![0-9a-z])[0-9]{3,5}(?:-[0-9]{3,8}){1,3}(?![0-9-])")
_LIST_MARK = re.compile(r"(?m)^ *[(（]?[0-9]{1,2}[.)、）] ?")
_LATE = ("下午", "傍晚", "晚上", "晚", "pm", "p.m.")
_NOON = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """`value` is the same for the same quantity in any notation; `text` is how it was put, from `start` to
    `end` of the folded text."""

    kind: QuantityKind
    value: str
    text: str
    start: int
    end: int


def find_quantities(text: str) -> list[Quantity]:
    """In the order of the text, without overlaps; more telling kinds first. Numbers of lists are left out."""
    plain = _LIST_MARK.sub(lambda mark: " " * len(mark.group()), folded(text))
    taken = [False] * len(plain)
    found: list[Quantity] = []
    for quantity in _candidates(plain):
        if not any(taken[quantity.start : quantity.end]):
            taken[quantity.start : quantity.end] = [True] * (quantity.end - quantity.start)
            found.append(quantity)
    return sorted(found, key=lambda one: one.start)


def _candidates(plain: str) -> Iterator[Quantity]:
    for start, end, value in find_amounts(plain):
        yield Quantity(kind="amount", value=value, text=plain[start:end], start=start, end=end)
    for match in _DURATION.finditer(plain):
        yield from _duration(match)
    yield from _times(plain)
    for match in _SHARE.finditer(plain):
        yield from _quantity("share", number_of(match[1] or match[2]), match)
    for match in _DISCOUNT.finditer(plain):
        number = number_of(match[1])
        if number is not None:
            tenths = number if number < 10 else number / 10  # noqa: PLR2004  八五折 is 8.5
            yield from _quantity("share", 100 - tenths * 10, match)
    for match in _LONG_NUMBER.finditer(plain):
        yield from _quantity("number", number_of(match.group().replace("-", "")), match)
    for match in _NUMBER.finditer(plain):
        yield from _quantity("number", number_of(match[1]), match)


def _times(plain: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(plain):
        yield _time(match, int(match[1]), int(match[2]), match[3] or "")
    for match in _HOUR_EN.finditer(plain):
        yield _time(match, int(match[1]), 0, match[2])
    for match in _HOUR_ZH.finditer(plain):
        hour = number_of(match[2])
        if hour is not None and hour <= 24:  # noqa: PLR2004  hours of a day
            yield _time(match, int(hour), 30 if match[3] else int(match[4] or 0), match[1] or "")


def _duration(match: re.Match[str]) -> Iterator[Quantity]:
    digits, chinese, english, unit = match.groups()
    number = _count(digits or chinese or _EN_NUMBERS.get(english or "", ""))
    if number is None:
        return
    if unit in _WORKING:
        yield from _quantity("working_days", number, match)
    elif unit in _MONTHS:
        if unit in {"月", "年"} and (digits or chinese) and number > 1_900:  # noqa: PLR2004  a year's number
            yield from _quantity("number", number, match)
        elif unit != "月":
            yield from _quantity("duration", number * _MONTHS[unit], match, suffix="mo")
    else:
        yield from _quantity("duration", number * _MINUTES[unit], match, suffix="min")


def _count(text: str) -> Decimal | None:
    return Decimal("0.5") if text == "半" else number_of(text.removesuffix("半")) if text else None


def _time(match: re.Match[str], hour: int, minute: int, half: str) -> Quantity:
    if half in _LATE and hour < _NOON:
        hour += _NOON
    elif half in {"am", "a.m.", "凌晨"} and hour == _NOON:
        hour = 0
    value = f"{hour % 24:02}:{minute:02}"
    return Quantity(kind="time_of_day", value=value, text=match.group(), start=match.start(), end=match.end())


def _quantity(
    kind: QuantityKind, number: Decimal | None, match: re.Match[str], *, suffix: str = ""
) -> Iterator[Quantity]:
    if number is not None:
        value = f"{number.normalize():f}{suffix}"
        yield Quantity(kind=kind, value=value, text=match.group(), start=match.start(), end=match.end())
