"""Staff try out what the bot would do with a question, with the knowledge as it is or with an edit in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import EntryId
from server.domain.knowledge_rules import EntryFields, clean_entry
from server.domain.message import clean_text
from server.use_cases.knowledge_ports import Knowledge

MOST_RESULTS = 20
DEFAULT_RESULTS = 5
UNSAVED = EntryId("")


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


class TrialModel(Protocol):
    async def try_out(self, entry_id: str, fields: EntryFields, text: str, *, limit: int) -> Found: ...


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
        answers = [await _answer_of(entry, self.knowledge) for entry in found.entries]
        return _result_of(found, answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryEntry:
    """An editor tries out an entry before it is saved."""

    model: TrialModel
    knowledge: Knowledge

    async def __call__(
        self, *, text: str, fields: EntryFields, entry_id: EntryId, limit: int = DEFAULT_RESULTS
    ) -> SearchResult:
        """What the bot would do if the entry were published like this. A new one has no id yet: UNSAVED.

        Raises BadRequest for the text and, naming the field, for the entry; TooLarge, Unavailable.
        """
        tried = clean_entry(fields)
        found = await self.model.try_out(entry_id, tried, clean_text(text), limit=min(limit, MOST_RESULTS))
        answers = [
            FoundAnswer(entry_id=entry_id, question=tried.question, answer=tried.answer, score=entry.score)
            if entry.id == entry_id
            else await _answer_of(entry, self.knowledge)
            for entry in found.entries
        ]
        return _result_of(found, answers)


async def _answer_of(found: FoundEntry, knowledge: Knowledge) -> FoundAnswer | None:
    entry = await knowledge.find(EntryId(found.id))
    if entry is None:
        return None
    return FoundAnswer(
        entry_id=entry.id, question=entry.question, answer=entry.answer, score=round(found.score, 4)
    )


def _result_of(found: Found, answers: Sequence[FoundAnswer | None]) -> SearchResult:
    return SearchResult(
        decision=found.decision,
        confidence=round(found.confidence, 4),
        answer_from=found.answer_from,
        clarify_from=found.clarify_from,
        entries=tuple(answer for answer in answers if answer is not None),
    )
