"""Staff try out what the bot would do with a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import EntryId
from server.domain.message import clean_text
from server.use_cases.knowledge_ports import Knowledge

MOST_RESULTS = 20
DEFAULT_RESULTS = 5


class FoundEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def score(self) -> float: ...


class Found(Protocol):
    @property
    def decision(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def answer_from(self) -> float: ...
    @property
    def clarify_from(self) -> float: ...
    @property
    def entries(self) -> Sequence[FoundEntry]: ...


class SearchModel(Protocol):
    async def search(self, text: str, *, limit: int) -> Found: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnswer:
    entry_id: EntryId
    question: str
    answer: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """`decision` is one of the protocol's; `confidence` 0 to 1; best entry first.

    The bot answers from a confidence of `answer_from` on and asks back from `clarify_from` on.
    """

    decision: str
    confidence: float
    answer_from: float
    clarify_from: float
    entries: tuple[FoundAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKnowledge:
    model: SearchModel
    knowledge: Knowledge

    async def __call__(self, *, text: str, limit: int = DEFAULT_RESULTS) -> SearchResult:
        """Raises BadRequest or TooLarge for the text, Unavailable without a model."""
        found = await self.model.search(clean_text(text), limit=min(limit, MOST_RESULTS))
        answers = [await self._answer(entry) for entry in found.entries]
        return SearchResult(
            decision=found.decision,
            confidence=round(found.confidence, 4),
            answer_from=found.answer_from,
            clarify_from=found.clarify_from,
            entries=tuple(answer for answer in answers if answer is not None),
        )

    async def _answer(self, found: FoundEntry) -> FoundAnswer | None:
        entry = await self.knowledge.find(EntryId(found.id))
        if entry is None:
            return None
        return FoundAnswer(
            entry_id=entry.id, question=entry.question, answer=entry.answer, score=round(found.score, 4)
        )
