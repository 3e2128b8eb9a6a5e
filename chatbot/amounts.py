"""Finds amounts of money, with their currency, in digits or in Chinese numerals."""

import re
from collections.abc import Iterator
from decimal import Decimal

from chatbot.numerals import number_of

_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,2})?|[0-9]{1,12}(?:\.[0-9]{1,4})?"
_SPACED = r"[0-9](?: [0-9]){1,8}"
_TEN_THOUSANDS = r"(?: ?[万萬亿億](?:[0-9一二两三四五六七八九](?:[千百])?)?| ?[千百k](?![a-z])| ?w(?![a-z]))"
_ZH_NUMBER = "[〇零一二两兩三四五六七八九十百千万萬亿億]{1,14}"
_NUMBER = rf"(?:{_DIGITS}){_TEN_THOUSANDS}?"

_SIGNS = {
    "us$": "USD",
    "hk$": "HKD",
    "a$": "AUD",
    "c$": "CAD",
    "s$": "SGD",
    "nt$": "TWD",
    "$": "USD",
    "¥": "CNY",
    "€": "EUR",
    "£": "GBP",
    "rmb": "CNY",
    "cny": "CNY",
    "人民币": "CNY",
    "usd": "USD",
    "hkd": "HKD",
    "eur": "EUR",
    "gbp": "GBP",
    "jpy": "JPY",
}
_NAMES = {
    "rmb": "CNY",
    "cny": "CNY",
    "yuan": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "块": "CNY",
    "塊": "CNY",
    "usd": "USD",
    "dollar": "USD",
    "buck": "USD",
    "美元": "USD",
    "美金": "USD",
    "美刀": "USD",
    "刀": "USD",
    "$": "USD",
    "hkd": "HKD",
    "港币": "HKD",
    "港元": "HKD",
    "eur": "EUR",
    "euro": "EUR",
    "欧元": "EUR",
    "gbp": "GBP",
    "英镑": "GBP",
    "jpy": "JPY",
    "yen": "JPY",
    "日元": "JPY",
}
_AFTER_KUAI = r"(?:钱|(?![\u4e00-\u9fff])|(?=[的了吗呢吧啊左以多就能够是退给还没到怎为和或被不已人]))"
_NOT_YUAN = r"(?!一次方|一次不等|一次函|二次方|二次不等|二次函|方程|素|件|宵|旦|月|器|组|气|首|帅|老|年)"

_WITH_SIGN = re.compile(
    r"(?<![a-z0-9])("
    + "|".join(re.escape(one) for one in sorted(_SIGNS, key=len, reverse=True))
    + rf") ?:? ?({_NUMBER}|{_SPACED})(?![0-9]|\.[0-9])"
)
_WITH_NAME = re.compile(
    rf"(?<![0-9.,a-z])({_NUMBER}|{_SPACED}|{_ZH_NUMBER})(?: ?[多来余几])? ?"
    rf"(人民币|美元|美金|美刀|刀(?![\u4e00-\u9fff])|港币|港元|欧元|英镑|日元|元{_NOT_YUAN}|圆(?=整|$)|"
    r"(?:rmb|cny|yuan|usd|dollar|buck|hkd|eur|euro|gbp|jpy|yen)s?(?![a-z])|\$(?![0-9]))"
)
_WITH_KUAI = re.compile(
    rf"(?<![0-9.,a-z])({_NUMBER}|{_SPACED}|{_ZH_NUMBER})(?: ?[多来])? ?[块塊]"
    r"(?:([0-9一二两三四五六七八九])(?:毛|角)?"
    rf"(?![0-9个一二三四五六七八九十])|{_AFTER_KUAI})"
)
_BARE_MYRIADS = re.compile(
    r"(?<![0-9.,a-z第])((?:[0-9]{1,6}(?:\.[0-9]{1,4})?|[一二两三四五六七八九十百]{1,5}) ?[万萬]"
    r"(?:[0-9]|[一二三四五六七八九])?)(?=多?$|[ ,.!?;:)]|[多左以了吗呢吧啊](?!人))"
)
_TOGETHER = {"一"}


def find_amounts(plain: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, `CNY 1200.5`) of amounts in half-width lower-case text; they may overlap, surest first.

    ¥ is read as yuan, $ as US dollars; pounds without £ are a weight. 一块 alone means "together" and 万
    before a noun counts something else: neither is an amount.
    """
    for match in _WITH_SIGN.finditer(plain):
        yield from _amount(match, _SIGNS[match.group(1)], number_of(match.group(2)))
    for match in _WITH_NAME.finditer(plain):
        name = match.group(2)
        yield from _amount(
            match, _NAMES.get(name) or _NAMES[name.removesuffix("s")], number_of(match.group(1))
        )
    for match in _WITH_KUAI.finditer(plain):
        number, tenths = number_of(match.group(1)), match.group(2)
        if match.group(1) in _TOGETHER and not (tenths or match.group().endswith("钱")):
            continue
        if number is not None and tenths:
            number += (number_of(tenths) or Decimal(0)) / 10
        yield from _amount(match, "CNY", number)
    for match in _BARE_MYRIADS.finditer(plain):
        yield from _amount(match, "CNY", number_of(match.group(1)))


def _amount(match: re.Match[str], currency: str, number: Decimal | None) -> Iterator[tuple[int, int, str]]:
    if number is not None:
        yield match.start(), match.end(), f"{currency} {_shown(number)}"


def _shown(number: Decimal) -> str:
    """Without exponent and trailing zeros."""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
