"""Finds words of two answers that exclude each other: opposites, and what one says and the other denies."""

import re
from collections.abc import Iterator

from chatbot.normalisation import words

_STEM = 5
_SHORTEST = 4

# What excludes what. An answer counts where it names just one of the poles.
_AXES = (
    ("南门", "北门", "东门", "西门"),
    ("线上|在线|网上|官网|小程序里?|app ?里", "线下|到店|柜台|本人到|亲自|书面|寄信"),
    ("会?邮寄到|寄到|快递到", "自取|本人到|到院领取|上门领取|前台领取"),
    (
        r"(?:由|归)?(?:我们|商家|卖家|本店|公司|平台|店家)(?:来)?(?:承担|负担|支付|出)",
        r"(?:由|归)?(?:买家|顾客|客户|用户|消费者|您|个人|本人|自己|自行)(?:来)?(?:承担|负担|支付|出)|自理|自付",
    ),
    ("室内", "室外|户外"),
    ("休息|闭馆|不营业|歇业|不开放|不开门", "照常|营业|开放|开门"),
    (r"\bclosed\b", r"\bopen\b"),
    (r"^yes\b", r"^(?:no|sorry|unfortunately)\b"),
    ("月初|上旬", "月中|中旬", "月底|月末|下旬"),
    ("左[边侧手转]", "右[边侧手转]"),
    (
        "所有人?|全部|任何|都可以|均可|一律可以|不限|人人",
        "只有|仅限|仅(?!需)|只(?:能|限|供应|提供|支持|收)|目前只|专供|本人使用",
    ),
    ("早于|之前完成|提前", "事后|之后补"),
    ("必须|务必|一定要|需要|须", "不必|不用|无需|无须|不需要|可不|任意|自愿|随意"),
    (r"\bbefore the\b", r"\bafter the\b"),
    (
        r"\bonline\b|\bin (?:the|your) (?:app|account)\b|\bon (?:the|our) website\b",
        r"\bby (?:letter|post|mail|fax)\b|\bin writing\b|\bin person\b",
    ),
    (
        r"\bwe (?:pay|cover|bear)\b|\bat our (?:cost|expense)\b|\bprepaid\b",
        (
            r"\b(?:customers?|buyers?|you|guests|members) (?:must |have to |need to )?(?:pay|cover|bear)\b|"
            r"\bat your (?:own )?(?:cost|expense)\b"
        ),
    ),
    (r"\bnorth\w*\b", r"\bsouth\w*\b", r"\beast\w*\b", r"\bwest\w*\b"),
    (r"\bindoors?\b|\binside\b", r"\boutdoors?\b|\boutside\b"),
    (r"\bon the left\b", r"\bon the right\b"),
    (r"\b(?:all|every|anyone|everyone|everybody|whoever)\b", r"\b(?:only|solely|exclusively)\b"),
    (r"\b(?:covered|included)\b", r"\b(?:excluded|not (?:covered|included)|extra)\b"),
    (
        r"\b(?:can|may) (?:still )?be (?:changed|altered|edited|moved|cancelled|canceled)\b",
        r"\b(?:is|are) (?:final|binding|fixed)\b",
    ),
    (
        r"\baround the clock\b|\b24/7\b|\ball night\b|\bat any (?:time|hour)\b",
        r"\bcloses?\b|\bclosed at\b|\buntil\b",
    ),
    (
        r"(?<!not )(?<!nt )\b(?:welcome|permitted|allowed)\b",
        (
            r"\b(?:not (?:\w+ )?(?:welcome|permitted|allowed)|forbidden|prohibited|banned|"
            r"no (?:pets|dogs|animals|photos|smoking))\b"
        ),
    ),
)
_POLES = tuple(tuple(re.compile(pole) for pole in axis) for axis in _AXES)

_ZH_NOT = (
    "不提供|不支持|不接受|不允许|不可以|不需要|不能够?|不可|不会|不得|不予|不再|不准|不许|不批准|不宜|一律不|无法|没法|禁止|严禁|谢绝|"
    "没有|不用|不必|无需|无须|不|未|无"
)
_ZH_DENIED = re.compile(rf"(?:{_ZH_NOT})(?:再|被|自行|随意|额外|进行|带|在)?([\u4e00-\u9fff]{{2,4}})")
_ZH_NEGATOR = re.compile(_ZH_NOT)
_ZH_CONDITION = re.compile("如果|若|要是|的话|除非|凡|超过|逾期|没|未")
_ZH_FRAME = frozenset(
    (
        "可以",
        "需要",
        "能够",
        "收费",
        "超过",
        "同意",
        "影响",
        "一定",
        "知道",
        "确定",
        "清楚",
        "方便",
        "想要",
        "及时",
        "成功",
        "满意",
    )
)
_EN_DENIED = re.compile(
    r"\b(?:not|never|cannot|cant|dont|doesnt|isnt|arent|wont|without|no|nor|non)"
    r"((?: (?:be|been|being|yet|currently|fully|a|an|any|the|to|have|"
    r"get|longer|more|need|way|ever|do|you|we|can|is|are))*"
    r"(?: [a-z]{4,})(?: [a-z]{4,})?)"
)
_EN_CONDITION = re.compile(
    r"\b(?:if|unless|until|without)\b(?: \w+){1,6}? (?:no|not|cannot)\b.*|"
    r"\b(?:not|dont|doesnt)\b(?: \w+){1,6} (?:until|unless|before)\b.*"
)
_EN_PREFIX = re.compile(r"^(?:un|non|in|im)-?([a-z]{4,})$")
_EN_COMMON = re.compile(
    "needed|required?|necessary|allowed|possible|available|longer|more|than|only|other|have|will|with|from|this|that|"
    "they|them|your|until|after|before|during|under|over|unless|about|please|days|hours|people|anyone|anything|else|"
    "outside|worry|free|extra|charge|cost"
)


def opposite_words(mine: str, theirs: str) -> tuple[str, str] | None:
    """The words of two folded texts that exclude each other, each as its text puts them."""
    for poles in _POLES:
        ours, others = _pole_of(mine, poles), _pole_of(theirs, poles)
        if ours is not None and others is not None and ours[0] != others[0]:
            return ours[1], others[1]
    denied = next(_denied_by_one(mine, theirs), None)
    if denied is not None:
        return denied
    turned = next(_denied_by_one(theirs, mine), None)
    return None if turned is None else (turned[1], turned[0])


def _pole_of(text: str, poles: tuple[re.Pattern[str], ...]) -> tuple[int, str] | None:
    found = [(number, match.group()) for number, pole in enumerate(poles) if (match := pole.search(text))]
    return found[0] if len(found) == 1 else None


def _denied_by_one(mine: str, theirs: str) -> Iterator[tuple[str, str]]:
    """What `mine` denies and `theirs` affirms."""
    yield from _denied_in_chinese(mine, theirs)
    yield from _denied_in_english(mine, theirs)


def _denied_in_chinese(mine: str, theirs: str) -> Iterator[tuple[str, str]]:
    for match in _ZH_DENIED.finditer(mine):
        clause = re.split("[,.;!?，。；！？、]", mine[match.start() :])[0]
        before = re.split("[.;!?。；！？]", mine[: match.start()])[-1]
        if _ZH_NEGATOR.search(clause[len(match.group()) - len(match[1]) :]) or _ZH_CONDITION.search(before):
            continue  # 不…不…, or only under a condition
        for said in {match[1][:2], match[1][2:4]} - _ZH_FRAME:
            if len(said) == 2 and _is_affirmed(said, theirs) and not _is_affirmed(said, mine):  # noqa: PLR2004
                yield match.group(), said


def _is_affirmed(said: str, text: str) -> bool:
    return any(
        not _ZH_NEGATOR.search(text[max(found.start() - 5, 0) : found.start()])
        for found in re.finditer(re.escape(said), text)
    )


def _denied_in_english(mine: str, theirs: str) -> Iterator[tuple[str, str]]:
    ours, others = _stances(mine), _stances(theirs)
    for stem, word in ours[0].items():
        if stem in others[1] and stem not in others[0] and stem not in ours[1]:
            yield word, others[1][stem]


def _stances(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Stems that are denied and stems that are affirmed, each with the words that do so."""
    plain = words(text)
    plain = _EN_CONDITION.sub(" ", plain)
    denied: dict[str, str] = {}
    rest = plain
    for match in _EN_DENIED.finditer(plain):
        for word in match[1].split():
            if len(word) >= _SHORTEST and not _EN_COMMON.fullmatch(word):
                denied.setdefault(word[:_STEM], match.group())
        rest = rest.replace(match.group(), " ")
    affirmed: dict[str, str] = {}
    for word in rest.split():
        turned = _EN_PREFIX.match(word)
        if turned is not None:
            denied.setdefault(turned[1][:_STEM], word)
        if len(word) >= _SHORTEST and not _EN_COMMON.fullmatch(word):
            affirmed.setdefault(word[:_STEM], word)
    return denied, affirmed
