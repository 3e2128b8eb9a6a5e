"""Reads numbers as people write them: in digits, in Chinese numerals, or in both."""

import re
from decimal import Decimal, InvalidOperation

CHINESE_DIGITS = {one: at for at, one in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "k": 1_000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "w": 10_000, "亿": 100_000_000, "億": 100_000_000}
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|[〇零一二两兩三四五六七八九]|[十百千k]|[万萬w亿億]")
_MOST_CHARACTERS = 24


def number_of(text: str) -> Decimal | None:
    """Digits, Chinese numerals, or both: `1,200.5`, `1.5万`, `三百二`, `两万五`, `一百零五`. None for others.

    A last digit without a unit counts a tenth of the unit before it (三百二 is 320) unless 零 stands between.
    """
    plain = text.replace(",", "").replace(" ", "").lower()
    if not plain or len(plain) > _MOST_CHARACTERS:
        return None
    tokens = _TOKEN.findall(plain)
    if "".join(tokens) != plain:
        return None
    if len(tokens) > 1 and all(one in CHINESE_DIGITS for one in tokens):
        return Decimal("".join(str(CHINESE_DIGITS[one]) for one in tokens))
    return _summed(tokens)


def _summed(tokens: list[str]) -> Decimal | None:
    total, section, waiting = Decimal(0), Decimal(0), None
    last_unit = 1
    for token in tokens:
        if token in _MYRIADS:
            section += waiting if waiting is not None else 0
            total += (section or 1) * _MYRIADS[token]
            section, waiting, last_unit = Decimal(0), None, _MYRIADS[token]
        elif token in _UNITS:
            section += (waiting if waiting is not None else 1) * _UNITS[token]
            waiting, last_unit = None, _UNITS[token]
        elif waiting:
            return None  # two numbers in a row
        elif token in {"零", "〇"}:
            waiting, last_unit = None, 1
        else:
            waiting = _decimal(token)
            if waiting is None:
                return None
    if waiting is not None:
        is_short = last_unit > 1 and waiting < 10 and waiting == int(waiting)  # noqa: PLR2004  one digit
        section += waiting * (last_unit // 10) if is_short else waiting
    return total + section


def _decimal(token: str) -> Decimal | None:
    if token in CHINESE_DIGITS:
        return Decimal(CHINESE_DIGITS[token])
    try:
        return Decimal(token)
    except InvalidOperation:
        return None
