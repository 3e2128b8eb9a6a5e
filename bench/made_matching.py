"""Made-up consultants, questions and histories for measuring matching, and an encoder that remembers."""

import random
from collections.abc import Sequence

import numpy as np

from matching.embedding import Encoder, FloatArray
from matching.learning import PastSession
from matching.profiles import Profile
from matching.scoring import Candidate, Request

NOW = "2026-01-05T09:00:00.000Z"
_HISTORY_ENDS_AT = 1_767_603_600.0
_DAY_SECONDS = 86_400.0
_PICKING = 0.5
"""Share of users who pick a topic."""

_FIELDS = (
    ("合同", "contracts"), ("签证", "visas"), ("税务", "taxes"), ("租房", "renting"), ("保险", "insurance"),
    ("养老金", "pensions"), ("贷款", "loans"), ("装修", "renovation"), ("留学", "studying abroad"),
    ("失眠", "sleep"), ("饮食", "nutrition"), ("育儿", "parenting"), ("宠物", "pets"), ("汽车", "cars"),
    ("摄影", "photography"), ("园艺", "gardening"), ("编程", "programming"), ("求职", "job search"),
    ("旅行", "travel"), ("电脑", "computers"), ("商标", "trade marks"), ("物流", "shipping"),
    ("理财", "saving"), ("法语", "French"),
)  # fmt: skip
_SIDES = (
    ("费用", "costs"), ("流程", "procedure"), ("纠纷", "disputes"), ("材料", "documents"),
    ("期限", "deadlines"), ("选择", "choices"), ("常见错误", "common mistakes"), ("入门", "first steps"),
)  # fmt: skip
_BIO = ("从事{field}工作多年，熟悉{side}。", "Has worked in {field} for years and knows its {side}.")
_ASKED = (
    "我在{field}上遇到了{side}的问题，第{number}次了，该怎么办？",
    "This is try {number}: what should I know about {side} when it comes to {field}?",
)


class RememberingEncoder:
    """Gives vectors that it knows without computing, as the model process does for what waits again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._queries: dict[str, FloatArray] = {}
        self._passages: dict[str, FloatArray] = {}

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimensions(self) -> int:
        return self._encoder.dimensions

    def encode_queries(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        new = [text for text in dict.fromkeys(texts) if text not in self._queries]
        if new:
            self._queries |= dict(zip(new, self._encoder.encode_queries(new, keep=keep), strict=True))
        return self._stacked([self._queries[text] for text in texts])

    def encode_passages(self, texts: Sequence[str], *, keep: bool = False) -> FloatArray:
        new = [text for text in dict.fromkeys(texts) if text not in self._passages]
        if new:
            self._passages |= dict(zip(new, self._encoder.encode_passages(new, keep=keep), strict=True))
        return self._stacked([self._passages[text] for text in texts])

    def _stacked(self, rows: Sequence[FloatArray]) -> FloatArray:
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)


def understand(encoder: RememberingEncoder, requests: Sequence[Request]) -> None:
    """Computes the vectors of these questions, so that asking again takes no time."""
    encoder.encode_queries([one.text for one in requests])


def made_profiles(count: int, chance: random.Random) -> list[Profile]:
    """Each in one field, in one or two languages, with skills and a bio of shared sentences."""
    return [_profile(number, chance) for number in range(count)]


def _profile(number: int, chance: random.Random) -> Profile:
    field = _FIELDS[number % len(_FIELDS)]
    sides = chance.sample(_SIDES, 4)
    languages = chance.choice((("zh",), ("zh", "en"), ("en",)))
    spoken = [place for place, language in enumerate(("zh", "en")) if language in languages]
    return Profile(
        id=f"c{number}",
        name=f"C{number}",
        bio=" ".join(_BIO[one].format(field=field[one], side=side[one]) for one in spoken for side in sides),
        skills=tuple(f"{field[one]} {side[one]}" for one in spoken for side in sides),
        languages=languages,
    )


def made_candidates(count: int, chance: random.Random, *, with_room: bool = False) -> list[Candidate]:
    """Some are full, unless all are to have room; some have ratings."""
    made = []
    for number in range(count):
        capacity = chance.randint(1, 5)
        ratings = chance.choice((0, 3, 40))
        made.append(
            Candidate(
                consultant_id=f"c{number}",
                capacity=capacity,
                open_sessions=chance.randint(0, capacity - 1 if with_room else capacity),
                rating_mean=chance.uniform(3.6, 5.0) if ratings else None,
                rating_count=ratings,
                idle_seconds=chance.uniform(0, 900),
            )
        )
    return made


def made_requests(count: int, chance: random.Random) -> list[Request]:
    """No two with the same words. Some picked a topic, some had somebody before, one in fifty is urgent."""
    made = []
    for number in range(count):
        field, side, place = chance.choice(_FIELDS), chance.choice(_SIDES), chance.randrange(2)
        made.append(
            Request(
                session_id=f"s{number}",
                text=_ASKED[place].format(field=field[place], side=side[place], number=number),
                topic=field[place] if chance.random() < _PICKING else None,
                language=("zh", "en")[place],
                waited_seconds=chance.uniform(0, 600),
                priority=1 if chance.random() < 0.02 else 0,
                last_consultant_id=f"c{chance.randrange(30)}" if chance.random() < 0.1 else None,
            )
        )
    return made


def made_history(count: int, profiles: Sequence[Profile], chance: random.Random) -> list[PastSession]:
    """Questions that mostly went to somebody of the field, over the last two months."""
    made = []
    for number in range(count):
        column = chance.randrange(len(profiles))
        field = _FIELDS[(column if chance.random() < 0.8 else chance.randrange(99)) % len(_FIELDS)]
        place, side = chance.randrange(2), chance.choice(_SIDES)
        made.append(
            PastSession(
                consultant_id=profiles[column].id,
                text=_ASKED[place].format(field=field[place], side=side[place], number=number % 3),
                score=chance.choice((3, 4, 5, 5)),
                at=_HISTORY_ENDS_AT - chance.uniform(0, 60) * _DAY_SECONDS,
                user_id=f"u{number % 500}",
                topic=field[place] if chance.random() < _PICKING else "",
                language=("zh", "en")[place],
                first_response_seconds=chance.uniform(5, 120),
            )
        )
    return made
