"""Compares what two answers count: money, lengths of time, times of day, shares and other numbers."""

import re
from collections.abc import Sequence
from decimal import Decimal

from chatbot.normalisation import folded
from chatbot.quantities import ENDLESS, Quantity, QuantityKind, find_quantities

Clash = tuple[QuantityKind, str, str]
"""Of which kind, and the words of either side."""

_COUNTED: tuple[QuantityKind, ...] = (
    "amount",
    "duration",
    "working_days",
    "frequency",
    "time_of_day",
    "share",
    "number",
)
_MOST_DAYS_A_WORKING_DAY = 2
_WEEKEND_DAYS = 2
_DAYS_A_MONTH = 30
_MINUTES_A_DAY = 1_440
_CONTEXT = 8
_WORDS_OF_CONTEXT = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]")
_FREE = re.compile(
    r"免费|不要钱|不收费|不收取?任何费|包邮|零费用|不花钱|"
    r"(?<!feel )(?<!sugar )\bfree\b(?! to\b| time| places?\b| seats?\b)|"
    r"\b(?:at )?no (?:extra |additional )?(?:charge|cost|fee)\b|\bincluded in\b|\bcomplimentary\b"
)


def counted_differently(mine: str, theirs: str) -> list[Clash]:
    """At most one of a kind."""
    ours, others = find_quantities(mine), find_quantities(theirs)
    found: list[Clash] = []
    for kind in _COUNTED:
        clash = _clash(
            [one for one in ours if one.kind == kind],
            [one for one in others if one.kind == kind],
            (folded(mine), folded(theirs)),
        )
        if clash is not None:
            found.append((kind, clash[0].text.strip(), clash[1].text.strip()))
    return found or _days_of_both_kinds(ours, others) or _free_or_paid(mine, theirs)


def _clash(
    mine: Sequence[Quantity], theirs: Sequence[Quantity], texts: tuple[str, str]
) -> tuple[Quantity, Quantity] | None:
    """Two quantities of a kind that each stand alone on their side, in the most similar surroundings."""
    values, others = _values(mine, theirs), _values(theirs, mine)
    alone = [one for one in mine if one.value not in others]
    lonely = [one for one in theirs if one.value not in values]
    if not alone or not lonely:
        return None
    pairs = [
        (_likeness(_around(texts[0], one), _around(texts[1], other)), -one.start, one, other)
        for one in alone
        for other in lonely
    ]
    likeness, _, one, other = max(pairs, key=lambda pair: pair[:2])
    shares_nothing = not values & others
    return (one, other) if likeness > 0 or shares_nothing else None


def _values(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> frozenset[str]:
    """Three tenths of a price may be taken off it or left of it: 三折回收 is 30 %, not 70 %."""
    found = {one.value for one in mine}
    if any(one.text.endswith("折") for one in (*mine, *theirs)):
        found |= {f"{(100 - Decimal(one.value)).normalize():f}" for one in mine if one.kind == "share"}
    return frozenset(found)


def _days_of_both_kinds(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> list[Clash]:
    """Where one answer counts working days and the other calendar days, each just once."""
    ours, others = _only_days(mine), _only_days(theirs)
    if ours is None or others is None or ours.kind == others.kind:
        return []
    working, calendar = (ours, others) if ours.kind == "working_days" else (others, ours)
    days = _calendar_days(calendar.value)
    if days is not None:
        least = Decimal(working.value)
        if least - 1 <= days <= least * _MOST_DAYS_A_WORKING_DAY + _WEEKEND_DAYS:
            return []
    return [("duration", ours.text.strip(), others.text.strip())]


def _free_or_paid(mine: str, theirs: str) -> list[Clash]:
    """Where one answer says that it is free, the other names a price, and neither says both."""
    ours, others = _price_of(mine), _price_of(theirs)
    if ours is None or others is None or ours[0] == others[0]:
        return []
    return [("amount", ours[1], others[1])]


def _price_of(text: str) -> tuple[bool, str] | None:
    """Whether it is free, and the words that say so. None where it says neither, or both."""
    free = _FREE.search(folded(text))
    prices = [one for one in find_quantities(text) if one.kind == "amount"]
    if (free is None) == (not prices):
        return None
    return (True, free.group()) if free else (False, prices[0].text.strip())


def _only_days(quantities: Sequence[Quantity]) -> Quantity | None:
    found = [one for one in quantities if one.kind in {"duration", "working_days"}]
    return found[0] if len(found) == 1 else None


def _calendar_days(value: str) -> Decimal | None:
    """None for what has no end."""
    if value == ENDLESS:
        return None
    if value.endswith("mo"):
        return Decimal(value.removesuffix("mo")) * _DAYS_A_MONTH
    return Decimal(value.removesuffix("min")) / _MINUTES_A_DAY


def _around(text: str, quantity: Quantity) -> frozenset[str]:
    before = text[max(quantity.start - _CONTEXT * 2, 0) : quantity.start]
    after = text[quantity.end : quantity.end + _CONTEXT * 2]
    return frozenset(
        _WORDS_OF_CONTEXT.findall(before)[-_CONTEXT:] + _WORDS_OF_CONTEXT.findall(after)[:_CONTEXT]
    )


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
