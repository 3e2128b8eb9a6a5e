"""Says in what two answers to nearly the same question contradict each other: what they count, allow or deny.

Rules, not a model: an editor is told the two words that clash and can judge at once.
"""

import re
from dataclasses import dataclass
from typing import Literal

from chatbot.counted import counted_differently
from chatbot.normalisation import folded
from chatbot.opposites import opposite_words
from chatbot.quantities import QuantityKind

ContradictionKind = QuantityKind | Literal["weekday", "negation", "opposite"]

_CONTEXT = 8
_WORDS_OF_CONTEXT = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]")

# What can be denied and affirmed, in Chinese and English; what denies is looked for before what affirms.
_VERBS = "(?:allow|accept|support|offer|provide|permit)"
_ALLOWED = "(?:allowed|permitted|possible|available|supported|offered|accepted|provided)"
_NEEDED = "(?:required|needed|necessary|mandatory)"
_DOES_NOT = "(?:do|does|is|are)(?: not|n't)(?: currently)?"
_STATEMENTS = (
    (
        "不可以|不能够?|不许|不准|不允许|禁止|严禁|谢绝|不得|不行|没法|无法|不支持|不接受|不提供|不受理|不予|恕不",
        (
            rf"cannot|can ?not|can't|may not|must not|mustn't|not (?:be )?{_ALLOWED}|prohibited|forbidden|"
            rf"{_DOES_NOT} (?:{_VERBS}|{_ALLOWED})|unable to|unavailable|no(?=[,.;!]|$)"
        ),
        "可以|能够|能|允许|支持|接受|提供|受理|没问题",
        rf"can|may|able to|yes|{_ALLOWED}|{_VERBS}s?",
    ),
    (
        "不需要|无需|无须|不必|不用|不要求",
        (
            rf"not (?:be )?{_NEEDED}|no need|{_DOES_NOT} (?:need|have to|require|{_NEEDED})|needn't|"
            "without having to|optional"
        ),
        "需要|必须|务必|必填|须",
        rf"{_NEEDED}|must|needs?|have to|has to|requires?",
    ),
    (
        "免费|不收费|不收取|不另收|不额外收|零手续费|免手续费|无手续费|包邮|不扣",
        (
            rf"free|no (?:extra |additional )?(?:charge|fee|cost)s?|not (?:be )?charged|"
            rf"{_DOES_NOT} (?:charge|cost)|"
            "complimentary"
        ),
        "收费|收取|付费|需付|另付|另收|手续费|自付|扣除",
        "charged?|fees?|costs?|pay extra|deducted",
    ),
    (
        "不会自动|不自动|手动|不会",
        rf"not automatic|manually|manual|{_DOES_NOT} automatic\w*|won't|will not|never",
        "自动|会(?![员议话计费])",
        "automatic|automatically|will|always",
    ),
)
_PATTERNS = tuple(
    (re.compile(rf"(?:{zh_no})|\b(?:{en_no})\b"), re.compile(rf"(?:{zh_yes})|\b(?:{en_yes})\b"))
    for zh_no, en_no, zh_yes, en_yes in _STATEMENTS
)
_NOT_A_DENIAL = re.compile(
    r"不得不|不能不|不可不|不会不|是否(?:可以|能|需要|收费)|"
    r"能不能|可不可以|会不会|要不要|需不需要|whether or not|"
    r"才能|才可以?|方可|方能|"
    r"不[低高少多大小早晚]于|不超过|不足|不到|不满|不影响|不同"
)
_CLAUSE = re.compile(r"[^,.;!?，。；！？]+[,.;!?，。；！？]*|[,.;!?，。；！？]+")
_EXCEPTION = re.compile(
    r"其他|其余|否则|除外|(?:以外|之外)(?!的)|超过|更多|\b(?:further|otherwise|others?|else|except|beyond)\b"
)
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天])|\b(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rsday|urday)?s?\b"
)
_WEEKEND = re.compile(r"周末|双休日|weekends?")
_EN_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ZH_DAYS = {**{one: at for at, one in enumerate("一二三四五六日")}, "天": 6}
_ANSWERS_OUTRIGHT = re.compile(r" *[的哦]?[,.。;!]")
"""After the first word of an answer: then that word is about the question itself."""
_SPAN = re.compile(r" *(?:至|到|~|-|–|—|to|through|until) *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """`mine` and `theirs` are the words that clash, each as its answer puts them."""

    kind: ContradictionKind
    mine: str
    theirs: str


def contradictions(mine: str, theirs: str) -> tuple[Contradiction, ...]:
    """At most one of a kind, what is counted first. None for answers that merely say more or less."""
    found = [
        Contradiction(kind=kind, mine=ours, theirs=others)
        for kind, ours, others in counted_differently(mine, theirs)
    ]
    found += _weekdays(folded(mine), folded(theirs))
    found += _denials(folded(mine), folded(theirs))
    if not found and (words := opposite_words(_cleared(folded(mine)), _cleared(folded(theirs)))):
        found.append(Contradiction(kind="opposite", mine=words[0], theirs=words[1]))
    return tuple(found)


def _weekdays(mine: str, theirs: str) -> list[Contradiction]:
    ours, others = _days(mine), _days(theirs)
    if not ours or not others or ours == others or ours < others or others < ours:
        return []
    return [Contradiction(kind="weekday", mine=_day_words(mine), theirs=_day_words(theirs))]


def _days(text: str) -> frozenset[int]:
    found: set[int] = {5, 6} if _WEEKEND.search(text) else set()
    matches = list(_WEEKDAY.finditer(text))
    numbers = [_ZH_DAYS[one[1]] if one[1] else _EN_DAYS.index(one[2]) for one in matches]
    found |= set(numbers)
    for at in range(1, len(matches)):
        if _SPAN.fullmatch(text[matches[at - 1].end() : matches[at].start()]):
            first, last = numbers[at - 1], numbers[at]
            found |= {number % 7 for number in range(first, (last if last >= first else last + 7) + 1)}
    return frozenset(found)


def _day_words(text: str) -> str:
    matches = [*_WEEKDAY.finditer(text), *_WEEKEND.finditer(text)]
    return text[min(one.start() for one in matches) : max(one.end() for one in matches)][:40]


def _denials(mine: str, theirs: str) -> list[Contradiction]:
    """Only the first statement of a kind counts: later ones are about exceptions."""
    ours, others = _cleared(mine), _cleared(theirs)
    for denied, affirmed in _PATTERNS:
        one, other = _stance(ours, denied, affirmed), _stance(others, denied, affirmed)
        if one is None or other is None or one.is_affirmed == other.is_affirmed:
            continue
        if _are_about_others(one.about, other.about) or _says_both(denied, affirmed, ours, others):
            continue
        return [Contradiction(kind="negation", mine=one.words, theirs=other.words)]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stance:
    is_affirmed: bool
    words: str
    about: frozenset[str]


def _cleared(text: str) -> str:
    """Without what only looks like a denial, and without exceptions: another answer may not mention them."""
    plain = _NOT_A_DENIAL.sub(" ", text.replace("\u2019", "'"))
    return "".join(clause for clause in _CLAUSE.findall(plain) if not _EXCEPTION.search(clause))


def _stance(text: str, denied: re.Pattern[str], affirmed: re.Pattern[str]) -> _Stance | None:
    """What the text says first, and about what. None when it says neither."""
    no, yes = denied.search(text), affirmed.search(text)
    first = no if no is not None and (yes is None or no.start() <= yes.start()) else yes
    if first is None:
        return None
    if _ANSWERS_OUTRIGHT.match(text, first.end()) and not text[: first.start()].strip():
        return _Stance(is_affirmed=first is not no, words=first.group(), about=frozenset())
    about = _WORDS_OF_CONTEXT.findall(text[first.end() : first.end() + _CONTEXT * 3])
    before = _WORDS_OF_CONTEXT.findall(text[max(first.start() - _CONTEXT * 3, 0) : first.start()])
    words = frozenset(before[-_CONTEXT:] + about[:_CONTEXT])
    return _Stance(is_affirmed=first is not no, words=first.group(), about=words)


def _says_both(denied: re.Pattern[str], affirmed: re.Pattern[str], *texts: str) -> bool:
    """Both answers allow one thing and deny another: which comes first says nothing then."""
    return all(denied.search(text) and affirmed.search(denied.sub(" ", text)) for text in texts)


def _are_about_others(one: frozenset[str], other: frozenset[str]) -> bool:
    """A bare "no" may be about anything; two longer statements must have a word in common."""
    return min(len(one), len(other)) > _CONTEXT // 2 and not one & other
