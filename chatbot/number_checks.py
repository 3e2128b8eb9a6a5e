"""Says what a run of digits is: a telephone number, an identity card, a bank card, or just a long number."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

PersonalNumber = Literal["phone", "id_card", "bank_card", "number"]

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_EARLIEST_BIRTH = 1900
_LATEST_BIRTH = 2100
_CARD_DIGITS = range(13, 20)
_LONGEST_NUMBER = 22
_FEWEST_UNKNOWN = 10

_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:(?:00)?86)?0(?:10|2\d|[3-9]\d\d)[2-8]\d{6,7}")
_NORTH_AMERICAN = re.compile(r"(?:1[ .-])?[2-9]\d\d[ ).-]{1,2}[2-9]\d\d[ .-]\d{4}")
_INTERNATIONAL = re.compile(r"(?:00)?[1-9]\d{7,14}")
_BRITISH = re.compile(r"0[127]\d{9}")
_HOTLINE = re.compile(r"(?:[48]00\d{7}|1800\d{7})")
_SOCIAL_SECURITY = re.compile(r"\d{3}-\d{2}-\d{4}")


def passes_id_check(number: str) -> bool:
    """Eighteen places with a date of birth, the last one as GB 11643 wants it (ISO 7064, MOD 11-2)."""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return _ID_CHECKS[total % 11] == number[17] and _is_birth(number[6:14])


def passes_card_check(number: str) -> bool:
    """A payment card of 13 to 19 digits whose last one fits the others (ISO/IEC 7812, Luhn)."""
    if len(number) not in _CARD_DIGITS or number[0] not in "23456" or len(set(number)) == 1:
        return False
    doubled = (int(digit) * 2 for digit in number[-2::-2])
    total = sum(int(digit) for digit in number[-1::-2]) + sum(two - 9 if two > 9 else two for two in doubled)  # noqa: PLR2004
    return total % 10 == 0


def numbers_in(groups: list[tuple[int, int]], view: str) -> Iterator[tuple[int, int, PersonalNumber]]:
    """Start, end and kind of the personal numbers that whole groups of digits form together.

    `groups` are the places of runs of digits that only gaps separate. Longer readings are tried first, so
    that a card in groups of four is not taken for something that begins in it.
    """
    first = 0
    while first < len(groups):
        last, kind = _longest_from(first, groups, view)
        if kind is not None:
            yield groups[first][0], groups[last][1], kind
            first = last
        first += 1


def _longest_from(first: int, groups: list[tuple[int, int]], view: str) -> tuple[int, PersonalNumber | None]:
    digits, readings = "", []
    for last in range(first, len(groups)):
        digits += view[groups[last][0] : groups[last][1]].upper()
        if len(digits) > _LONGEST_NUMBER:
            break
        readings.append((last, digits))
    for last, number in reversed(readings):
        before = view[groups[first][0] - 1 : groups[first][0]]
        kind = _kind(number, view[groups[first][0] : groups[last][1]], has_plus=before == "+")
        if kind is not None:
            return last, kind
    alone = view[groups[first][0] : groups[first][1]]
    is_unknown = len(alone) >= _FEWEST_UNKNOWN and not _HOTLINE.fullmatch(alone)
    return first, "number" if is_unknown else None


def _kind(number: str, written: str, *, has_plus: bool) -> PersonalNumber | None:
    if passes_id_check(number) or _is_old_id(number) or _SOCIAL_SECURITY.fullmatch(written):
        return "id_card"
    if number.endswith("X") or _HOTLINE.fullmatch(number):
        return None
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return "phone"
    if passes_card_check(number):
        return "bank_card"
    return "phone" if _is_foreign_phone(number, written, has_plus=has_plus) else None


def _is_old_id(number: str) -> bool:
    """Fifteen places, as identity numbers were until 1999: without a check, so the birth has to do."""
    return bool(re.fullmatch(r"[1-9]\d{14}", number)) and _is_birth(f"19{number[6:12]}")


def _is_foreign_phone(number: str, written: str, *, has_plus: bool) -> bool:
    if has_plus and _INTERNATIONAL.fullmatch(number):
        return True
    is_grouped = len(written) > len(number)
    return bool(_NORTH_AMERICAN.fullmatch(written) or (is_grouped and _BRITISH.fullmatch(number)))


def _is_birth(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return _EARLIEST_BIRTH <= born.year < _LATEST_BIRTH
