"""Finds what an answer counts: money, lengths of time, times of day, shares and other numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from chatbot.amounts import find_amounts
from chatbot.normalisation import folded
from chatbot.numerals import number_of

QuantityKind = Literal["amount", "duration", "working_days", "frequency", "time_of_day", "share", "number"]

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
    "quarter of an": "0.25",
    "a quarter of an": "0.25",
    "three quarters of an": "0.75",
    "half a": "0.5",
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
    "刻钟": 15,
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
_AT_ONCE = re.compile(
    r"立即|立刻|即刻|马上|当[天日场]|即时|\b(?:immediately|at once|right away|instantly|"
    r"(?:on )?the same day)\b"
)
_ENDLESS = re.compile(
    r"永久|终身|长期有效|无限期|不限时|永不过期|不会过期|一直有效|"
    r"\b(?:never expires?|forever|indefinitely|lifetime|permanent(?:ly)?|no time limit)\b"
)
_EVERY_ZH = re.compile(
    r"每(半)?([0-9]{1,2}|[两二三四五六七八九十])?个?(小时|天|日|晚|周|星期|礼拜|月|季度|年)"
    r"[^,.;，。；每]{0,6}?([0-9]{1,2}|[一两二三四五六])次"
)
_EVERY_EN = re.compile(
    r"\b(?:(?:(once|twice) )?(?:an?|every|each)|(once|twice) per) "
    r"(hour|day|night|week|month|quarter|year)\b(?! ticket| pass)"
)
_PERIODS = {
    **dict.fromkeys(("小时", "hour"), Decimal(1) / 24),
    **dict.fromkeys(("天", "日", "晚", "day", "night"), Decimal(1)),
    **dict.fromkeys(("周", "星期", "礼拜", "week"), Decimal(7)),
    **dict.fromkeys(("月", "month"), Decimal(30)),
    **dict.fromkeys(("季度", "quarter"), Decimal(90)),
    **dict.fromkeys(("年", "year"), Decimal(360)),
}
_FLOOR = re.compile(
    r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})(?:楼|层)(?![每都])|"
    r"\b(ground|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:floor|storey|level)\b"
)
_ORDINALS = (
    "ground",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
_COUNT = re.compile(
    r"(?<![第每同另哪这那某上下再几一二两三四五六七八九十百千万0-9])([一两二三四五六七八九十]{1,3})(?:人|位|名|次|台|张|件|间|套|门|项|辆|本)|"
    r"(?<!no )(?<!any )(?<!every )(?<!each )(?<!this )(?<!that )(?<!which )"
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?! of| another| else)"
)
_HALF_PRICE = re.compile(r"半价|\bhalf[ -]price\b")
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
_LIST_MARK = re.compile(r"(?m)^ *[(（]?[0-9]{1,2}[.)、）](?![0-9]) ?")
ENDLESS = "endless"
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
    yield from _frequencies(plain)
    yield from _lengths_of_time(plain)
    yield from _times(plain)
    yield from _shares(plain)
    yield from _numbers(plain)


def _lengths_of_time(plain: str) -> Iterator[Quantity]:
    for match in _DURATION.finditer(plain):
        yield from _duration(match)
    for pattern, value in ((_AT_ONCE, "0min"), (_ENDLESS, ENDLESS)):
        for match in pattern.finditer(plain):
            yield _as_put("duration", value, match)


def _shares(plain: str) -> Iterator[Quantity]:
    for match in _SHARE.finditer(plain):
        yield from _quantity("share", number_of(match[1] or match[2]), match)
    for match in _HALF_PRICE.finditer(plain):
        yield _as_put("share", "50", match)
    for match in _DISCOUNT.finditer(plain):
        number = number_of(match[1])
        if number is not None:
            tenths = number if number < 10 else number / 10  # noqa: PLR2004  八五折 is 8.5
            yield from _quantity("share", 100 - tenths * 10, match)


def _numbers(plain: str) -> Iterator[Quantity]:
    for match in _LONG_NUMBER.finditer(plain):
        yield from _quantity("number", number_of(match.group().replace("-", "")), match)
    for match in _FLOOR.finditer(plain):
        number = Decimal(_ORDINALS.index(match[2])) if match[2] else number_of(match[1])
        yield from _quantity("number", number, match)
    for match in _NUMBER.finditer(plain):
        yield from _quantity("number", number_of(match[1]), match)
    for match in _COUNT.finditer(plain):
        yield from _quantity("number", number_of(match[1] or _EN_NUMBERS[match[2]]), match)


def _frequencies(plain: str) -> Iterator[Quantity]:
    """`value` is the number of days between two times."""
    for match in _EVERY_ZH.finditer(plain):
        half, count, unit, times = match.groups()
        days = _PERIODS[unit] * (number_of(count) or 1 if count else 1) / (2 if half else 1)
        yield from _quantity("frequency", days / (number_of(times) or 1), match, suffix="d")
    for match in _EVERY_EN.finditer(plain):
        times, per, unit = match.groups()
        if times or per or match.group().startswith(("every", "each")):
            yield from _quantity(
                "frequency", _PERIODS[unit] / (2 if "twice" in {times, per} else 1), match, suffix="d"
            )


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


def _as_put(kind: QuantityKind, value: str, match: re.Match[str]) -> Quantity:
    return Quantity(kind=kind, value=value, text=match.group(), start=match.start(), end=match.end())


def _quantity(
    kind: QuantityKind, number: Decimal | None, match: re.Match[str], *, suffix: str = ""
) -> Iterator[Quantity]:
    if number is not None:
        value = f"{number.normalize():f}{suffix}"
        yield Quantity(kind=kind, value=value, text=match.group(), start=match.start(), end=match.end())
