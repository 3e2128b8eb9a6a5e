"""Finds what a message names exactly: order numbers, telephone numbers, addresses, dates and amounts."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from chatbot.amounts import find_amounts
from chatbot.dates import find_dates
from chatbot.normalisation import EXAMINED_CHARACTERS
from chatbot.number_checks import passes_card_check, passes_id_check

EntityKind = Literal["order_number", "phone", "email", "date", "amount"]

MOST_ENTITIES = 50
"""Of one message; whoever lists more is not asking for help."""

_DASHES = "‐‑‒–—―−－⁃﹣"
_LOOKALIKES = str.maketrans(dict.fromkeys(_DASHES, "-") | {"。": ".", "，": ",", "、": ",", "￥": "¥"})

_EMAIL = re.compile(
    r"(?<![a-z0-9._%+@-])[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])? ?@ ?"
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24}(?![a-z0-9@-])"
)
_MOBILE = re.compile(
    r"(?<![0-9a-z.+-])(?:(?:\+|00)? ?86[ -]{0,2}|\(\+?86\) ?)?(1[ -]?[3-9](?:[ -]?[0-9]){9})(?![0-9]|-[0-9])"
)
_SERVICE_LINE = re.compile(r"(?<![0-9a-z.+-])([48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4})(?![0-9]|-[0-9])")
_LANDLINE = re.compile(
    r"(?<![0-9a-z.+-])(?:(?:\+|00) ?86[ -]{0,2}\(?0?|\(?0)(10|2[0-9]|[3-9][0-9]{2})(?:\) ?|[ -]{0,2})"
    r"([2-8][0-9]{2,3}[ -]?[0-9]{4})(?:(?:-| ?(?:转|ext\.?) ?)([0-9]{1,5}))?(?![0-9])"
)
_INTERNATIONAL = re.compile(
    r"(?<![0-9a-z.+-])(?:\+|00)(?!0|86)[1-9][0-9]{0,2}(?:[ .-]?\([0-9]{1,4}\))?(?:[ .-]?[0-9]){6,12}(?![0-9])"
)
_NORTH_AMERICAN = re.compile(
    r"(?<![0-9a-z.+-])(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[ .-])[2-9][0-9]{2}[ .-][0-9]{4}(?![0-9]|-[0-9])"
)
_ORDER_NAMED = re.compile(
    r"(?:订单(?:编号|号码|号)?|單號|訂單(?:編號|號碼|號)?|单号|流水号|交易号|预约号|"
    r"\b(?:order|booking|reference|transaction)(?: (?:number|num|no\.?|id|code))?)"
    r"(?:是|为|：|:|#| |\(|=|is|\.|,|【|\[){0,6}"
    r"((?:[a-z]{1,6}[ -]?)?(?:[0-9](?: [0-9]){4,31}|[0-9][0-9a-z]{0,31}(?:-[0-9a-z]{1,32}"
    r"| [0-9]{3,12}){0,9}))"
    r"(?![0-9a-z]| ?[元块天年月日个])"
)
_ORDER_SHAPED = re.compile(r"(?<![0-9a-z.+#-])(?:[a-z]{1,6}-?[0-9]{8,24}|[0-9]{14,28})(?![0-9a-z])")
_IS_DAY = re.compile(r"(?:19|20)[0-9]{2}[ -][0-9]{1,2}[ -][0-9]{1,2}")
_LEAST_ORDER_DIGITS = 4
_LEAST_ORDER_CHARACTERS = 5
_MOST_ORDER_CHARACTERS = 40
_LEAST_INTERNATIONAL_DIGITS = 8
_MOST_INTERNATIONAL_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """`text` is what stands at [start, end) of the message, counted in code points.

    `value` is the same for all ways of writing one thing: an order number in capitals without gaps; a
    telephone number as +digits (service lines without +); an e-mail address in lower case; a date as
    YYYY-MM-DD, or as written where the order of day and month is unknown; an amount as `CNY 1200.5`.
    """

    kind: EntityKind
    text: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    kind: EntityKind
    start: int
    end: int
    value: str


def find_entities(text: str, *, today: date) -> list[Entity]:
    """In the order of the text, none over another; `today` is the day on which it was written.

    Reads the first 4,000 code points and returns at most 50. Numbers of identity and bank cards are left out.
    """
    plain, places = _flattened(text[:EXAMINED_CHARACTERS])
    taken = bytearray(len(plain))
    kept: list[_Found] = []
    for found in _candidates(plain, today):
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\1" * (found.end - found.start)
            kept.append(found)
    kept.sort(key=lambda one: one.start)
    return [_placed(one, text, places) for one in kept[:MOST_ENTITIES]]


def _placed(found: _Found, text: str, places: list[int]) -> Entity:
    start, end = places[found.start], places[found.end - 1] + 1
    return Entity(kind=found.kind, text=text[start:end], value=found.value, start=start, end=end)


def _flattened(text: str) -> tuple[str, list[int]]:
    """Half width, lower case, one kind of dash and of space; and where each character came from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) in {"Cf", "Cs", "Mn"}:
            continue
        simple = " " if character.isspace() else unicodedata.normalize("NFKC", character).lower()
        for one in simple.translate(_LOOKALIKES):
            characters.append(one)
            places.append(place)
    return "".join(characters), places


def _candidates(plain: str, today: date) -> Iterator[_Found]:
    """The surest kinds first: what they have taken is not looked at by the others."""
    for match in _EMAIL.finditer(plain):
        yield _Found("email", match.start(), match.end(), match.group().replace(" ", ""))
    yield from _named_orders(plain)
    yield from _phones(plain)
    yield from _shaped_orders(plain)
    for start, end, value in find_dates(plain, today=today):
        yield _Found("date", start, end, value)
    for start, end, value in find_amounts(plain):
        yield _Found("amount", start, end, value)


def _named_orders(plain: str) -> Iterator[_Found]:
    for match in _ORDER_NAMED.finditer(plain):
        if _IS_DAY.fullmatch(match.group(1)):
            continue
        value = _compact(match.group(1)).upper()
        digits = sum(one.isdigit() for one in value)
        if digits >= _LEAST_ORDER_DIGITS and _LEAST_ORDER_CHARACTERS <= len(value) <= _MOST_ORDER_CHARACTERS:
            yield _Found("order_number", match.start(1), match.end(1), value)


def _shaped_orders(plain: str) -> Iterator[_Found]:
    for match in _ORDER_SHAPED.finditer(plain):
        value = _compact(match.group()).upper()
        if not (passes_id_check(value) or passes_card_check(value)):
            yield _Found("order_number", match.start(), match.end(), value)


def _phones(plain: str) -> Iterator[_Found]:
    for match in _MOBILE.finditer(plain):
        yield _Found("phone", match.start(), match.end(), f"+86{_digits(match.group(1))}")
    for match in _SERVICE_LINE.finditer(plain):
        digits = _digits(match.group(1))
        if len(digits) == 10:  # noqa: PLR2004  400 and seven more
            yield _Found("phone", match.start(), match.end(), digits)
    for match in _LANDLINE.finditer(plain):
        area, number, extension = match.groups()
        tail = f"-{extension}" if extension else ""
        yield _Found("phone", match.start(), match.end(), f"+86{area}{_digits(number)}{tail}")
    for match in _INTERNATIONAL.finditer(plain):
        digits = _digits(match.group().replace("(0)", "")).removeprefix("00")
        if _LEAST_INTERNATIONAL_DIGITS <= len(digits) <= _MOST_INTERNATIONAL_DIGITS:
            yield _Found("phone", match.start(), match.end(), f"+{digits}")
    for match in _NORTH_AMERICAN.finditer(plain):
        yield _Found("phone", match.start(), match.end(), f"+1{_digits(match.group())}")


def _compact(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
