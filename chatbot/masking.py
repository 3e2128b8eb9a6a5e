"""Finds personal data in what people wrote and puts stable placeholders in its place, in both languages.

A text is folded into a view of the same length (half width, one kind of hyphen, digits of every script), so
that places found in the view are places in the text. Digits are classified in groups, with check sums where
the number has one. No pattern may repeat a repetition: cost grows with the length of a text, no faster.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chatbot.language import Language
from chatbot.number_checks import PersonalNumber, numbers_in
from chatbot.postal_addresses import find_addresses

PersonalKind = PersonalNumber | Literal["email", "address", "wechat", "qq", "name"]

LONGEST_MASKED = 8_000
"""A longer text is cut to this before it is looked at, so that nothing unexamined comes through."""

PLACEHOLDERS: dict[Language, dict[PersonalKind, str]] = {
    "zh": {
        "phone": "[电话]",
        "id_card": "[证件号]",
        "bank_card": "[银行卡号]",
        "number": "[号码]",
        "email": "[邮箱]",
        "address": "[地址]",
        "wechat": "[微信号]",
        "qq": "[QQ号]",
        "name": "[姓名]",
    },
    "en": {
        "phone": "[phone]",
        "id_card": "[id number]",
        "bank_card": "[card number]",
        "number": "[number]",
        "email": "[e-mail]",
        "address": "[address]",
        "wechat": "[WeChat id]",
        "qq": "[QQ number]",
        "name": "[name]",
    },
}

_INVISIBLE = "\u200b"
_HYPHENS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d")
_GAP = rf"[ \t.·_()+{_INVISIBLE}-]{{0,3}}"
_DIGITS = re.compile(rf"[+(]{{0,2}}[0-9](?:{_GAP}[0-9])*+(?:{_GAP}[xX](?![0-9A-Za-z]))?")
_GROUP = re.compile(r"[0-9xX]+")
_CALLED = re.compile(
    r"(?:电话|座机|固话|(?<![a-z])(?:tel|telephone|phone|call)(?![a-z]))[^0-9\n]{0,6}"
    r"(?P<id>[2-8][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])",
    re.IGNORECASE,
)
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SPOKEN_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_MOST_NAMES = 20

_AT = re.compile(r" {0,2}(?:@|[(\[] ?at ?[)\]]) {0,2}| at (?=[a-z0-9-]{1,40} dot )", re.IGNORECASE)
_MAIL_NAME = re.compile(r"[A-Za-z0-9._%+-]{1,64}$")
_MAIL_HOST = re.compile(
    r"[a-z0-9-]{1,63}(?:(?: ?\. ?| dot |[(\[] ?dot ?[)\]])[a-z0-9-]{2,24}(?![a-z0-9-])){1,4}", re.IGNORECASE
)
_MAIL_NAME_CHARACTERS = 64

_WECHAT = re.compile(
    r"(?:微信|威信|薇信|v信|加[v薇微]|(?<![a-z0-9])(?:wechat|weixin|wx|vx)(?![a-z]))"
    r"(?P<marks>(?:[ :=,是为号加我的]|(?:id|account|number|is|my)(?![a-z])){0,8})"
    r"(?P<id>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])",
    re.IGNORECASE,
)
_WECHAT_GIVEN = re.compile(r"(?<![a-z0-9])(?P<id>wxid_[a-z0-9]{5,24})", re.IGNORECASE)
_NAMED_OUTRIGHT = re.compile(r"[:=号]|id", re.IGNORECASE)
_QQ = re.compile(
    r"(?:(?<![a-z])qq|扣扣|企鹅号?)(?:[ :=,是为号码群加我的]|number|group|is|my){0,8}"
    rf"(?P<id>[1-9](?:{_GAP}[0-9]){{4,11}})(?![0-9])",
    re.IGNORECASE,
)
_ANNOUNCED: tuple[tuple[re.Pattern[str], PersonalKind], ...] = (
    (_WECHAT_GIVEN, "wechat"),
    (_QQ, "qq"),
    (_CALLED, "phone"),
)


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """text[start:end] is personal data of this kind."""

    start: int
    end: int
    kind: PersonalKind


def masked(text: str, *, language: Language, names: Sequence[str] = ()) -> str:
    """The text with a placeholder for every piece of personal data; masking twice changes nothing more.

    `names` of the people who take part are personal data too. At most LONGEST_MASKED characters come back.
    """
    examined = text[:LONGEST_MASKED]
    placeholders, parts, at = PLACEHOLDERS[language], [], 0
    for span in find_personal(examined, names=names):
        parts += [examined[at : span.start], placeholders[span.kind]]
        at = span.end
    return "".join([*parts, examined[at:]])


def find_personal(text: str, *, names: Sequence[str] = ()) -> tuple[PersonalSpan, ...]:
    """Personal data in the first LONGEST_MASKED characters, in order, without overlaps.

    What is recognised more surely wins where two overlap: mail, accounts, addresses, then numbers.
    """
    examined = text[:LONGEST_MASKED]
    view = _view_of(examined)
    found: list[PersonalSpan] = []
    for spans in (
        _mails(view),
        _accounts(view),
        (PersonalSpan(start, end, "address") for start, end in find_addresses(view)),
        _numbers(view),
        _spoken_mobiles(view),
        _names(examined, names),
    ):
        found = sorted([*found, *_clear_of(found, spans)])
    return tuple(found)


def _clear_of(taken: Sequence[PersonalSpan], spans: Iterable[PersonalSpan]) -> list[PersonalSpan]:
    """Those that overlap neither each other nor what is taken. Both in order."""
    kept: list[PersonalSpan] = []
    at = end = 0
    for span in spans:
        while at < len(taken) and taken[at].end <= span.start:
            at += 1
        if span.start >= end and (at == len(taken) or span.end <= taken[at].start):
            kept.append(span)
            end = span.end
    return kept


def _view_of(text: str) -> str:
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    """One character for one: what a hurried reader takes it for."""
    if character.isascii():
        return character
    if character in _HYPHENS:
        return "-"
    if unicodedata.category(character) == "Cf":
        return _INVISIBLE
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _mails(view: str) -> Iterator[PersonalSpan]:
    """From each sign outwards: a search from the left would read every word again and again."""
    for at in _AT.finditer(view):
        name = _MAIL_NAME.search(view, max(0, at.start() - _MAIL_NAME_CHARACTERS), at.start())
        host = _MAIL_HOST.match(view, at.end())
        if name and host:
            yield PersonalSpan(name.start(), host.end(), "email")


def _accounts(view: str) -> list[PersonalSpan]:
    # A plain word behind "WeChat" is mostly a word; ids that are announced or have a digit are ids.
    found = [
        PersonalSpan(*match.span("id"), "wechat")
        for match in _WECHAT.finditer(view)
        if _NAMED_OUTRIGHT.search(match["marks"]) or re.search(r"[0-9_-]", match["id"])
    ]
    for pattern, kind in _ANNOUNCED:
        found += [PersonalSpan(*match.span("id"), kind) for match in pattern.finditer(view)]
    return _clear_of((), sorted(found))


def _numbers(view: str) -> Iterator[PersonalSpan]:
    for run in _DIGITS.finditer(view):
        groups = [group.span() for group in _GROUP.finditer(view, run.start(), run.end())]
        for start, end, kind in numbers_in(groups, view):
            opening = view[max(run.start(), start - 2) : start]
            yield PersonalSpan(start - len(opening) + len(opening.rstrip("+(")), end, kind)


def _spoken_mobiles(view: str) -> Iterator[PersonalSpan]:
    """一三八零零…: only as long as a mobile number is, or every date would be one."""
    for match in _SPOKEN_MOBILE.finditer(view.translate(_SPOKEN_DIGITS)):
        yield PersonalSpan(match.start(), match.end(), "phone")


def _names(text: str, names: Sequence[str]) -> Iterator[PersonalSpan]:
    known = sorted({name.strip() for name in names if len(name.strip()) > 1}, key=len, reverse=True)
    if known:
        for match in re.finditer("|".join(map(re.escape, known[:_MOST_NAMES])), text):
            yield PersonalSpan(match.start(), match.end(), "name")
