"""What learning hands back: proposals, what an entry would change, a bot's judgement. Light to import."""

from dataclasses import dataclass
from typing import Literal

from chatbot.contradictions import Contradiction
from chatbot.language import Language

Likeness = Literal["duplicate", "conflict", "near"]
Outcome = Literal["right", "wrong", "silent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarEntry:
    """An entry whose question is alike; `similarity` is the cosine of the closest two wordings, at most 1.

    `duplicate`: nearly the same question. `conflict`: that, with `contradictions` between the new answer and
    this one. `near`: a question that readers may take for the same.
    """

    id: str
    question: str
    answer: str
    similarity: float
    kind: Likeness
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question as it was asked, masked, with the first substantial replies of a colleague, joined."""

    id: str
    text: str
    language: Language
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry that could be written: the most central question of a cluster, its other wordings, an answer.

    `question_ids` are all of the cluster, in the order given. `answered_by` is the question whose reply is
    proposed; without any reply `answer` is empty. `similar` are existing entries that come close.
    """

    question: str
    alternatives: tuple[str, ...]
    answer: str
    language: Language
    question_ids: tuple[str, ...]
    answered_by: str | None
    similar: tuple[SimilarEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A wording of `entry_id` that would fare differently; `answered_with` is what it would then be told."""

    question: str
    entry_id: str
    before: Outcome
    after: Outcome
    answered_with: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What a new entry would change.

    Counts are of `asked` wordings of other entries; `changes` are some of those that would fare differently,
    the harmful ones first. Of the entry's own `own_asked` wordings, hidden as well, `own_right` find it.
    """

    asked: int
    right_before: int
    right_after: int
    wrong_before: int
    wrong_after: int
    newly_right: int
    newly_wrong: int
    newly_silent: int
    changes: tuple[Change, ...]
    own_asked: int
    own_right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """`count` questions of about the same confidence, and the share of them whose first answer is right."""

    confidence: float
    right_share: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskStep:
    """Of the most confident `coverage` of all questions a share `risk` would be answered wrong."""

    coverage: float
    risk: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """From `asked` wordings of the knowledge base, each hidden while it is asked; no curve without any.

    `answer_from` is the confidence from which the bot answers. `calibration_error`: mean distance of
    confidence and share right, weighted by count.
    """

    asked: int
    answer_from: float
    answered_share: float
    answered_precision: float | None
    calibration_error: float | None
    reliability: tuple[ReliabilityBin, ...]
    risk: tuple[RiskStep, ...]
