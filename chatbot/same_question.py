"""Tells entries that ask the same from look-alikes that ask for something else."""

import math
import re

from chatbot.language import Language
from chatbot.normalisation import squeezed, words

SAME_FROM = 0.6
"""Nine of ten pairs from this probability on ask the same; decision 0028 has the figures."""

SAME_COSINE = 0.72
"""The same of the wordings alone, where there is no answer yet."""

_BY_QUESTION, _BY_ANSWER, _BY_SWAP, _BIAS = 7.36, 7.68, -3.33, -6.70
"""A logistic regression over 138 pairs of our own, and over each entry of the sample knowledge base with its
five nearest neighbours, which all ask for something else (a pair of these weighs 0.3)."""

_STEM = 5

# Words that questions consist of, whatever they ask about.
_ZH_FRAME = re.compile(
    "请问|怎么样|怎么办|怎么|怎样|如何|什么时候|为什么|什么|多长时间|多久|多少钱|多少|多大|几点|几天|几|哪里|哪儿|哪家|哪个|哪"
    "|可不可以|能不能|会不会|要不要|是不是|有没有|可以|能够|需要|能|会|要|想|是否|吗|呢|吧|啊|的|了|我们|你们|我|你|您|在|到|是|有|该"
    "|得|用|给|还|就|里|上|一下|一般|以后|之后|没有|没|不|谁|都|把|被|和|个|些"
)
_NOT_TELLING = re.compile("[^\u3400-\u9fff0-9a-z]")
_EN_FRAME = re.compile(
    "an?|the|i|you|we|they|it|my|your|our|their|me|us|do|does|did|is|are|am|be|been|was|can|could|may|might|must|"
    "should|shall|will|would|have|has|had|to|of|for|in|on|at|by|with|from|and|or|if|how|what|when|where|which|who|"
    "whom|why|there|here|this|that|these|those|any|some|please|not|no|as|get|long|much|many|often|far|big|old|about|"
    "into|out|up|so|possible"
)


def chance_of_same(*, question_cosine: float, answer_cosine: float, swap: float) -> float:
    """Probability, 0 to 1, that two entries ask the same.

    The cosines are those of the closest two wordings, and of the new answer to the other one; `swap` is
    `swapped_share` of the wordings.
    """
    score = _BIAS + _BY_QUESTION * question_cosine + _BY_ANSWER * answer_cosine + _BY_SWAP * swap
    return 1.0 / (1.0 + math.exp(-score))


def swapped_share(one: str, other: str, language: Language) -> float:
    """How much two questions share around what is exchanged between them; 0 where one only says more.

    Jaccard index over the characters or words that say what is asked about. It is large between look-alikes
    in which one word was swapped (开通 and 关闭), and small between free paraphrases.
    """
    mine, theirs = _told(one, language), _told(other, language)
    if not mine - theirs or not theirs - mine:
        return 0.0
    return len(mine & theirs) / len(mine | theirs)


def _told(text: str, language: Language) -> frozenset[str]:
    if language == "zh":
        return frozenset(_NOT_TELLING.sub("", _ZH_FRAME.sub("", squeezed(text))))
    return frozenset(word[:_STEM] for word in words(text).split() if not _EN_FRAME.fullmatch(word))
