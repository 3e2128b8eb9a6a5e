"""An admin looks at drafts, corrects them, tries them out, and approves or rejects them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from server.domain.drafts import Decision, Draft, DraftStatus, DraftWords, RehearsalFigures
from server.domain.errors import BadRequest, Conflict, NotFound
from server.domain.ids import EntryId
from server.domain.knowledge_rules import EntryEdit, EntryFields, clean_entry
from server.domain.people import Person
from server.domain.unanswered import UnansweredQuestion
from server.use_cases.edit_knowledge import CreateEntry, EditEntry
from server.use_cases.knowledge_ports import Knowledge
from server.use_cases.learning_ports import Drafts, UnansweredQuestions
from server.use_cases.ports import Clock

MOST_REASON_CHARACTERS = 500
_MOST_SOURCES = 50


class SimilarEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def similarity(self) -> float: ...
    @property
    def kind(self) -> str: ...


class ChangeFound(Protocol):
    @property
    def question(self) -> str: ...
    @property
    def entry_id(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def answered_with(self) -> str: ...


class RehearsalFound(Protocol):
    @property
    def asked(self) -> int: ...
    @property
    def right_before(self) -> int: ...
    @property
    def right_after(self) -> int: ...
    @property
    def wrong_before(self) -> int: ...
    @property
    def wrong_after(self) -> int: ...
    @property
    def newly_right(self) -> int: ...
    @property
    def newly_wrong(self) -> int: ...
    @property
    def newly_silent(self) -> int: ...
    @property
    def changes(self) -> Sequence[ChangeFound]: ...
    @property
    def own_asked(self) -> int: ...
    @property
    def own_right(self) -> int: ...


class ReviewModel(Protocol):
    async def similar_to(
        self, wordings: Sequence[str], *, answer: str, language: str, except_id: str | None
    ) -> Sequence[SimilarEntry]: ...

    async def rehearse(self, entry_id: str, words: DraftWords) -> RehearsalFound: ...


@dataclass(frozen=True, slots=True)
class ListDrafts:
    drafts: Drafts

    async def __call__(
        self, *, status: DraftStatus | None, limit: int, cursor: str | None
    ) -> tuple[list[Draft], str | None]:
        """Last changed first. Raises BadRequest for a cursor that is not ours."""
        return await self.drafts.page(status, limit=limit, cursor=cursor)


@dataclass(frozen=True, slots=True)
class LookAtDraft:
    drafts: Drafts
    questions: UnansweredQuestions
    model: ReviewModel

    async def __call__(self, draft_id: str) -> tuple[Draft, list[UnansweredQuestion], Sequence[SimilarEntry]]:
        """The draft, at most 50 of the questions behind it, and entries that come close now.

        Raises NotFound, Unavailable without a model.
        """
        draft = await found_draft(self.drafts, draft_id)
        sources = await self.questions.of(draft.question_ids[:_MOST_SOURCES])
        words = draft.words
        similar = await self.model.similar_to(
            [words.question, *words.alternatives],
            answer=words.answer,
            language=words.language,
            except_id=draft.decision.entry_id if draft.decision else None,
        )
        return draft, sources, similar


@dataclass(frozen=True, slots=True)
class EditDraft:
    drafts: Drafts
    clock: Clock

    async def __call__(self, draft_id: str, *, words: DraftWords, over_version: int) -> Draft:
        """Raises NotFound, BadRequest naming the field, Conflict when it changed or was decided."""
        draft = await _pending(self.drafts, draft_id, over_version)
        fields = clean_entry(_fields_of(words))
        cleaned = DraftWords(
            question=fields.question,
            answer=fields.answer,
            alternatives=fields.alternatives,
            language=fields.language,
            category=fields.category,
        )
        if cleaned == draft.words:
            return draft
        return await self.drafts.replace(
            replace(draft, words=cleaned, is_edited=True, rehearsal=None), at=self.clock()
        )


@dataclass(frozen=True, slots=True)
class RehearseDraft:
    """Runs the regression set without and with the entry; without it nothing is approved."""

    drafts: Drafts
    knowledge: Knowledge
    model: ReviewModel
    clock: Clock

    async def __call__(self, draft_id: str, *, over_version: int) -> RehearsalFound:
        """Raises NotFound, BadRequest while words are missing, Conflict, Unavailable without a model."""
        draft = await _pending(self.drafts, draft_id, over_version)
        clean_entry(_fields_of(draft.words))
        of = await rehearsed(draft, self.knowledge)
        found = await self.model.rehearse(entry_id_of(draft), draft.words)
        figures = RehearsalFigures(
            of=of,
            at=self.clock(),
            asked=found.asked,
            right_before=found.right_before,
            right_after=found.right_after,
            wrong_before=found.wrong_before,
            wrong_after=found.wrong_after,
            newly_right=found.newly_right,
            newly_wrong=found.newly_wrong,
            newly_silent=found.newly_silent,
            own_asked=found.own_asked,
            own_right=found.own_right,
        )
        await self.drafts.keep_rehearsal(draft, figures)
        return found


@dataclass(frozen=True, slots=True)
class DecideDraft:
    """An approval goes through the editor's own use case; again after a crash it makes no second entry."""

    drafts: Drafts
    questions: UnansweredQuestions
    knowledge: Knowledge
    create: CreateEntry
    edit: EditEntry
    clock: Clock

    async def approve(self, draft_id: str, *, editor: Person, over_version: int, reason: str = "") -> Draft:
        """Raises NotFound, BadRequest, and Conflict: decided, changed, or not tried out as it is now."""
        draft = await _pending(self.drafts, draft_id, over_version)
        if draft.rehearsal is None or draft.rehearsal.of != await rehearsed(draft, self.knowledge):
            raise Conflict(
                "the regression set has not been run on this draft as it is now",
                details={"reason": "not_rehearsed"},
            )
        entry_id = entry_id_of(draft)
        fields = _fields_of(draft.words)
        if await self.knowledge.find(entry_id) is None:
            await self.create(editor=editor, fields=fields, entry_id=entry_id)
        else:
            edit = EntryEdit(
                question=fields.question,
                answer=fields.answer,
                alternatives=fields.alternatives,
                language=fields.language,
                category=fields.category,
            )
            await self.edit(editor=editor, entry_id=entry_id, edit=edit, over_version=None)
        return await self._decide(draft, DraftStatus.APPROVED, editor, reason, entry_id)

    async def reject(self, draft_id: str, *, editor: Person, over_version: int, reason: str) -> Draft:
        """Raises NotFound, Conflict, and BadRequest without a reason."""
        draft = await _pending(self.drafts, draft_id, over_version)
        if not reason.strip():
            raise BadRequest("a rejection needs a reason", details={"fields": [{"field": "reason"}]})
        return await self._decide(draft, DraftStatus.REJECTED, editor, reason, None)

    async def _decide(
        self, draft: Draft, status: DraftStatus, editor: Person, reason: str, entry_id: EntryId | None
    ) -> Draft:
        now = self.clock()
        decision = Decision(
            at=now,
            by=editor.id,
            by_name=editor.name,
            reason=reason.strip()[:MOST_REASON_CHARACTERS],
            entry_id=entry_id,
        )
        decided = await self.drafts.replace(replace(draft, status=status, decision=decision), at=now)
        await self.questions.close(draft.question_ids)
        return decided


async def found_draft(drafts: Drafts, draft_id: str) -> Draft:
    draft = await drafts.find(draft_id)
    if draft is None:
        raise NotFound("no such draft")
    return draft


async def rehearsed(draft: Draft, knowledge: Knowledge) -> str:
    """Names these words and the present knowledge: what a rehearsal was of."""
    revision = await knowledge.revision()
    return hashlib.sha256(repr((revision, draft.words)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def entry_id_of(draft: Draft) -> EntryId:
    return EntryId(f"k_{draft.id.removeprefix('d_')}")


async def _pending(drafts: Drafts, draft_id: str, over_version: int) -> Draft:
    draft = await found_draft(drafts, draft_id)
    if draft.status is not DraftStatus.PENDING:
        raise Conflict("the draft has been decided", details={"reason": "decided"})
    if draft.version != over_version:
        raise Conflict("the draft has changed", details={"reason": "changed", "version": draft.version})
    return draft


def _fields_of(words: DraftWords) -> EntryFields:
    return EntryFields(
        question=words.question,
        answer=words.answer,
        alternatives=words.alternatives,
        language=words.language,
        category=words.category,
    )
