"""Finds postal addresses, Chinese and English, by their forms: a street or an estate and a house number."""

import re
from collections.abc import Iterator

_HAN = "\u4e00-\u9fff"
_NUMBER = r"[0-9a-z〇零一二三四五六七八九十百甲乙丙丁-]{1,8}"
_PART = r"(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|房|户|弄)"
_ROAD = r"(?:大道|大街|路|街|巷|胡同)(?:[东南西北中]段)?"
_ESTATE = r"(?:小区|花园|花苑|家园|新村|公寓|大厦|广场|家属院|宿舍|苑|村)"
_HOUSE = re.compile(
    rf"(?:{_ROAD} ?|{_ESTATE} ?[{_HAN}]{{0,3}}?){_NUMBER} ?{_PART}(?!线|码)"
    rf"(?:[ ,、]?[{_HAN}]{{0,8}}?{_NUMBER} ?{_PART}){{0,6}}(?:[ -]?[0-9]{{1,5}}(?![0-9]))?",
    re.IGNORECASE,
)
_LEAD_CHARACTERS = 36
_LEAD = re.compile(rf"[{_HAN}0-9· ,]{{0,{_LEAD_CHARACTERS}}}$")
_BEFORE_ADDRESS = re.compile(r"住在|住址|地址|寄[到往给]|[送发][到往]|邮寄|快递|位于|家在|[住在到是为]")
_REGION = re.compile(rf"[{_HAN}]{{2,8}}?(?:省|自治区|市|自治州|区|县|旗)")
_NEAR_CHARACTERS = 6

_STREET = (
    r"(?:street|road|avenue|boulevard|lane|drive|court|square|terrace|crescent|highway|parkway"
    r"|st|rd|ave|blvd|ln|dr)"
)
_FILLER = (
    r"(?:the|a|an|of|on|in|at|to|from|for|and|or|by|is|are|was|per|more|years?|days?|miles?|hours?|minutes?)"
)
_ENGLISH = re.compile(
    rf"(?<![0-9a-z$.,])[0-9]{{1,6}}[a-z]?,? (?:(?!{_FILLER} )[a-z][a-z'.]{{1,19}} ){{1,4}}{_STREET}\b\.?"
    r"(?:,? {0,2}(?:apt|apartment|suite|unit|flat|floor|#)\.? ?#?[0-9a-z]{1,6}\b)?"
    r"(?:, ?[a-z][a-z' ]{1,30}(?=[,.\n]|$)){0,2}(?:,? [a-z]{2} [0-9]{5}(?:-[0-9]{4})?\b)?",
    re.IGNORECASE,
)
_POST_BOX = re.compile(r"\bp\.? ?o\.? ?box [0-9]{1,7}\b", re.IGNORECASE)


def find_addresses(view: str) -> Iterator[tuple[int, int]]:
    """Start and end of each address in a half-width text, in order."""
    found = [(_chinese_start(view, match.start()), match.end()) for match in _HOUSE.finditer(view)]
    found += [match.span() for pattern in (_ENGLISH, _POST_BOX) for match in pattern.finditer(view)]
    at = 0
    for start, end in sorted(found):
        if end > at:
            yield max(start, at), end
            at = end


def _chinese_start(view: str, place: int) -> int:
    """Chinese has no spaces: an address goes back to its region, or to the word that announces it."""
    lead = _LEAD.search(view, max(0, place - _LEAD_CHARACTERS), place)
    begin = lead.start() if lead else place
    announced = [match.end() for match in _BEFORE_ADDRESS.finditer(view, begin, place)]
    if announced:
        begin = announced[-1]
    elif region := _REGION.search(view, begin, place):
        begin = region.start()
    else:
        begin = max(begin, place - _NEAR_CHARACTERS)
    return begin + len(view[begin:place]) - len(view[begin:place].lstrip(" ,"))
