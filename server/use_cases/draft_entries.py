"""Makes drafts of what the bot could not answer, and keeps those that nobody has decided up to date."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from server.domain.drafts import Draft, DraftWords
from server.domain.errors import Conflict
from server.domain.unanswered import UnansweredQuestion, session_of
from server.use_cases.learning_ports import Drafts, UnansweredQuestions
from server.use_cases.ports import Clock

logger = structlog.get_logger(__name__)

_MOST_QUESTIONS = 4_000
_MOST_PENDING = 300


class SimilarFound(Protocol):
    @property
    def kind(self) -> str: ...


class Proposed(Protocol):
    @property
    def question(self) -> str: ...
    @property
    def alternatives(self) -> Sequence[str]: ...
    @property
    def answer(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def question_ids(self) -> Sequence[str]: ...
    @property
    def answered_by(self) -> str | None: ...
    @property
    def similar(self) -> Sequence[SimilarFound]: ...


class LearningModel(Protocol):
    async def propose(self, questions: Sequence[UnansweredQuestion]) -> Sequence[Proposed]: ...
    async def forget(self) -> None: ...


@dataclass(slots=True)
class DraftEntries:
    """Runs when something has changed. A draft keeps its id while one of its questions is in it.

    What an admin has written stays; only the list of questions behind it grows.
    """

    questions: UnansweredQuestions
    drafts: Drafts
    model: LearningModel
    clock: Clock
    _done: datetime | None = None

    async def __call__(self) -> None:
        changed = await self.questions.last_change()
        if changed is None or changed == self._done:
            return
        await self.questions.forget_oldest()
        newest = await self.questions.newest_open(limit=_MOST_QUESTIONS)
        asked = sorted(newest, key=lambda one: (one.asked_at, one.id))
        proposals = await self.model.propose(asked)
        # Minutes may have passed: of a session that was erased meanwhile nothing is drafted.
        left = {one.id for one in await self.questions.of([one.id for one in asked])}
        fresh = [one for one in proposals if left.issuperset(one.question_ids)]
        await self._reconcile(fresh)
        if len(left) == len(asked):
            self._done = changed
        else:
            await self.model.forget()  # it may have read them after it was told to forget them

    async def _reconcile(self, proposals: Sequence[Proposed]) -> None:
        pending = await self.drafts.pending()
        free = {draft.id: draft for draft in pending}
        room = _MOST_PENDING - len(pending)
        for proposal in proposals:
            known = _nearest(list(free.values()), proposal)
            if known is not None:
                del free[known.id]
                await self._update(known, proposal)
            elif room > 0:
                room -= await self.drafts.add(self._new(proposal))
        # Their questions went into other drafts, or have been forgotten.
        await self.drafts.forget([draft for draft in free.values() if not draft.is_edited])

    async def _update(self, draft: Draft, proposal: Proposed) -> None:
        updated = replace(
            draft,
            words=draft.words if draft.is_edited else _words_of(proposal),
            question_ids=tuple(proposal.question_ids),
            session_count=_sessions_in(proposal.question_ids),
            answered_by=proposal.answered_by,
            likeness=_likeness_of(proposal),
        )
        if updated != draft:
            try:
                await self.drafts.replace(replace(updated, rehearsal=None), at=self.clock())
            except Conflict:
                logger.info("draft changed while it was being updated", draft=draft.id)

    def _new(self, proposal: Proposed) -> Draft:
        now = self.clock()
        return Draft(
            id=_draft_id(proposal.question_ids[0]),
            words=_words_of(proposal),
            question_ids=tuple(proposal.question_ids),
            session_count=_sessions_in(proposal.question_ids),
            answered_by=proposal.answered_by,
            likeness=_likeness_of(proposal),
            created_at=now,
            updated_at=now,
        )


def _nearest(drafts: Sequence[Draft], proposal: Proposed) -> Draft | None:
    """The one that shares most questions, of equal ones the first."""
    mine = set(proposal.question_ids)
    shared = [(len(mine & set(draft.question_ids)), draft) for draft in drafts]
    best = max(shared, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] else None


def _words_of(proposal: Proposed) -> DraftWords:
    return DraftWords(
        question=proposal.question,
        answer=proposal.answer,
        alternatives=tuple(proposal.alternatives),
        language=proposal.language,
    )


def _sessions_in(question_ids: Sequence[str]) -> int:
    return len({session_of(one) for one in question_ids})


def _likeness_of(proposal: Proposed) -> str:
    kinds = {similar.kind for similar in proposal.similar}
    return next((kind for kind in ("conflict", "duplicate", "near") if kind in kinds), "")


def _draft_id(first_question_id: str) -> str:
    """The same for the same first question, so that two processes that both draft make one draft."""
    return "d_" + hashlib.sha256(first_question_id.encode()).hexdigest()[:20]
