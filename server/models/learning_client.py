"""A serving process's side of learning: typed calls that fail as `unavailable` while the models are away."""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot import Entry, Language, SearchResult
from chatbot.lessons import AskedQuestion, Judgement, Proposal, Rehearsal, SimilarEntry
from server.domain.drafts import DraftWords
from server.domain.knowledge_rules import EntryFields
from server.domain.unanswered import UnansweredQuestion
from server.models import learning_calls as calls
from server.models.client import ModelLine


@dataclass(frozen=True, slots=True)
class LearningClient:
    """`chatbot.learning`, `chatbot.regression` and `chatbot.judgement`, over what the bot has loaded."""

    line: ModelLine

    async def propose(self, questions: Sequence[UnansweredQuestion]) -> tuple[Proposal, ...]:
        asked = tuple(
            AskedQuestion(
                id=one.id,
                text=one.text,
                language=_spoken(one.language),
                reply="\n".join(reply.text for reply in one.replies),
            )
            for one in questions
        )
        return await self.line.call(calls.ProposeDrafts(questions=asked))

    async def forget(self) -> None:
        """What was asked, in that process' memory."""
        await self.line.call(calls.ForgetAsked())

    async def similar_to(
        self, wordings: Sequence[str], *, answer: str, language: str, except_id: str | None = None
    ) -> tuple[SimilarEntry, ...]:
        return await self.line.call(
            calls.FindSimilar(
                wordings=tuple(wordings),
                answer_text=answer,
                language=_spoken(language),
                except_id=except_id,
            )
        )

    async def alike(
        self, question: str, others: Sequence[Sequence[str]], *, language: str
    ) -> tuple[int, ...]:
        call = calls.FindAlike(
            question=question, language=_spoken(language), others=tuple(tuple(one) for one in others)
        )
        return await self.line.call(call)

    async def rehearse(self, entry_id: str, words: DraftWords) -> Rehearsal:
        return await self.line.call(calls.RehearseEntry(entry=_entry_of(entry_id, words)))

    async def try_out(self, entry_id: str, fields: EntryFields, text: str, *, limit: int) -> SearchResult:
        call = calls.TryEntry(entry=_entry_of(entry_id, fields), text=text, limit=limit)
        return await self.line.call(call)

    async def judgement(self) -> Judgement:
        return await self.line.call(calls.JudgeItself())

    async def doubt(self, entry_ids: Sequence[str]) -> None:
        await self.line.call(calls.DoubtEntries(entry_ids=tuple(entry_ids)))


def _entry_of(entry_id: str, words: DraftWords | EntryFields) -> Entry:
    return Entry(
        id=entry_id,
        question=words.question,
        alternatives=words.alternatives,
        answer=words.answer,
        language=_spoken(words.language),
        category=words.category,
    )


def _spoken(language: str) -> Language:
    return "en" if language == "en" else "zh"
