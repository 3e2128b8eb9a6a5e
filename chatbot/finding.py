"""Finds what the knowledge has for a question, and decides what that is good for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

import numpy as np

from chatbot.calibration import Calibration
from chatbot.follow_up import LEAST_GAIN, goes_on, may_follow_up, read_together
from chatbot.intents import SAYS_NOTHING, find_intent
from chatbot.knowledge import Entry
from chatbot.language import Language
from chatbot.normalisation import EXAMINED_CHARACTERS, squeezed
from chatbot.replies import RankedEntry
from chatbot.retrieval import ABSENT, Comparison, Index
from chatbot.territory import NO_BORDER, nearest_of
from matching.embedding import Encoder, FloatArray

QUESTION_CHARACTERS = 600
"""Only this many leading characters of a message are compared with the knowledge."""

MOST_RANKED = 50
"""Nothing that is further down is ever shown, or says what a question is about."""

CLARIFY_OPTIONS = 3

RIVAL_SHARE = 0.5
"""What scores less than this share of the best one is no alternative to it."""

EXACT_CONFIDENCE = 0.995
"""Who uses an entry's very words means it."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """One state of what the bot knows; never changed, only replaced.

    `border` is the least cosine to any wording at which asking back may help (see `territory`). What is
    provisional knows its entries, but goes by a calibration that was made for others.
    """

    index: Index
    calibration: Calibration
    border: float
    is_provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The nearest entries, best first with scores, one an answer; `best` is the number of the first one.

    `confidence` is the probability that the first one is right.
    """

    confidence: float
    decision: Literal["answer", "clarify", "handoff"]
    ranked: tuple[tuple[Entry, float], ...]
    best: int = -1

    def entries(self, limit: int) -> tuple[RankedEntry, ...]:
        return tuple(
            RankedEntry(id=entry.id, question=entry.question, score=round(min(max(score, 0.0), 1.0), 4))
            for entry, score in self.ranked[:limit]
        )

    def not_again(self, answer: int) -> "Finding":
        """The same, where `answer` has just been given: who goes on means a rival of it, if any."""
        first, *others = self.ranked
        rivals = [one for one in others[: CLARIFY_OPTIONS - 1] if one[1] >= RIVAL_SHARE * first[1]]
        if self.best != answer or not rivals:
            return self
        reordered = (*rivals, first, *others[len(rivals) :])
        return replace(self, decision="clarify", ranked=reordered, best=-1)


_NOTHING = Finding(confidence=0.0, decision="handoff", ranked=())


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Looks into one state of the knowledge. Entries in doubt are asked about, but for their own words."""

    knowledge: Knowledge
    encoder: Encoder
    doubted: Collection[str] = ()

    def find(
        self, text: str, spoken: Language, *, only_language: Language | None, vector: FloatArray | None = None
    ) -> Finding:
        """What there is for a text that stands alone; `vector` (1, d) is its query vector, if known."""
        index, question = self.knowledge.index, question_in(text)
        if not len(index) or not squeezed(question):
            return _NOTHING
        raw = self.encoder.encode_queries([question]) if vector is None else vector
        comparison = index.compare_vectors(raw, [question], [spoken], only_language=only_language)
        exact = index.exact_answer(squeezed(question), only_language=only_language)
        return self._judge(comparison, exact=exact, border=self.knowledge.border)

    def find_after(self, text: str, spoken: Language, *, earlier: str | None, vector: FloatArray) -> Finding:
        """As `find`; a follow-up is read with the question `earlier`, if that one has found something."""
        own = self.find(text, spoken, only_language=spoken, vector=vector)
        if own.decision == "answer" or not earlier or not own.ranked or not may_follow_up(text):
            return own
        if find_intent(earlier) in SAYS_NOTHING or (own.decision == "handoff" and not goes_on(text)):
            return own  # a short word about something else must not be bent towards the knowledge
        before = self.find(earlier, spoken, only_language=spoken)
        if before.decision == "handoff":
            return own
        index, question = self.knowledge.index, question_in(text)
        both = f"{earlier[: QUESTION_CHARACTERS // 2]} {question}"
        compared = index.compare_vectors(vector, [question], [spoken], only_language=spoken)
        together = index.compare([both], [spoken], only_language=spoken)
        elsewhere = self._judge(read_together(compared, together, said_before=before.best))
        anywhere = [read_together(compared, together, said_before=None)]
        if goes_on(text):
            anywhere.append(together)
        found = (one for one in chain([elsewhere], map(self._judge, anywhere)) if one.decision != "handoff")
        finding = next(found, None)
        if finding is None or finding.confidence < LEAST_GAIN * own.confidence:
            return own
        least_of_rival = RIVAL_SHARE * self.knowledge.calibration.thresholds.clarify_from
        return finding.not_again(before.best) if elsewhere.confidence >= least_of_rival else finding

    def _judge(
        self, comparison: Comparison, *, exact: int | None = None, border: float = NO_BORDER
    ) -> Finding:
        """What a comparison means; `exact` is the answer that has these very words."""
        calibration, layout = self.knowledge.calibration, self.knowledge.index.phrasings
        scores = calibration.scores(comparison)
        confidence = float(calibration.confidence(comparison, scores)[0])
        nearest = np.argsort(-scores[0], kind="stable")[:MOST_RANKED]
        order = [int(answer) for answer in nearest if scores[0][answer] > ABSENT]
        if not order:
            return _NOTHING
        ceiling = float(scores[0][order[0]])
        if exact is not None:
            order = [exact, *(answer for answer in order if answer != exact)]
            confidence = max(confidence, EXACT_CONFIDENCE)
        best_rows = comparison.best_rows[0]
        ranked = tuple(
            (
                layout.entries[layout.entry_of[best_rows[answer]]],
                ceiling if answer == exact else float(scores[0][answer]),
            )
            for answer in order
        )
        decision: Literal["answer", "clarify", "handoff"] = "handoff"
        is_doubted = exact is None and ranked[0][0].id in self.doubted
        if confidence >= calibration.thresholds.answer_from and ranked[0][0].answer and not is_doubted:
            decision = "answer"
        elif confidence >= calibration.thresholds.clarify_from and nearest_of(comparison)[0] >= border:
            decision = "clarify"
        return Finding(confidence=confidence, decision=decision, ranked=ranked, best=order[0])


def question_in(text: str) -> str:
    """The part of a message that is compared with the knowledge."""
    return text[:EXAMINED_CHARACTERS].strip()[:QUESTION_CHARACTERS]
