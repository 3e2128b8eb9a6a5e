"""What was learned from a session is forgotten, because its user asks for that or its time is over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.normalisation import squeezed
from server.domain.drafts import Draft, DraftStatus
from server.domain.ids import SessionId
from server.domain.unanswered import UnansweredQuestion, session_of
from server.use_cases.learning_ports import Drafts, UnansweredQuestions
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class ForgetLearned:
    """To be called once the session itself is gone: models then learn anew from what is left.

    Again after a crash, or a Conflict with an editor, it does the rest.

    What an admin has approved stays as knowledge, and forgets where it came from. Of other drafts nothing
    stays that was said in the session. One that nobody has edited is made anew of what other sessions asked.
    """

    questions: UnansweredQuestions
    drafts: Drafts
    clock: Clock

    async def __call__(self, *, session_id: SessionId) -> None:
        asked = await self.questions.of_session(session_id)
        said = _said_in(asked)
        await self._forget_drafts(session_id, said)
        await self.questions.forget_session(session_id)
        # Whoever was drafting meanwhile has read the questions before they were gone.
        await self._forget_drafts(session_id, said)

    async def _forget_drafts(self, session_id: SessionId, said: frozenset[str]) -> None:
        for draft in await self.drafts.of_session(session_id):
            rest = tuple(one for one in draft.question_ids if session_of(one) != session_id)
            stripped = _without(draft, rest, said)
            if stripped is None:
                await self.drafts.delete(draft.id)
                await self.questions.touch(rest, at=self.clock())
            else:
                await self.drafts.overwrite(stripped)


def _said_in(asked: Sequence[UnansweredQuestion]) -> frozenset[str]:
    """In the form in which wordings are compared; a proposed answer joins the replies to a question."""
    texts = [one.text for one in asked] + ["\n".join(reply.text for reply in one.replies) for one in asked]
    return frozenset(squeezed(text) for text in texts) - {""}


def _without(draft: Draft, rest: tuple[str, ...], said: frozenset[str]) -> Draft | None:
    """None where nothing may be left of it."""
    words = draft.words
    if draft.status is not DraftStatus.APPROVED:
        is_machine_made = draft.status is DraftStatus.PENDING and not draft.is_edited
        if not rest or is_machine_made or {squeezed(words.question), squeezed(words.answer)} & said:
            return None
        kept = tuple(one for one in words.alternatives if squeezed(one) not in said)
        words = replace(words, alternatives=kept)
    return replace(
        draft,
        words=words,
        question_ids=rest,
        session_count=len({session_of(one) for one in rest}),
        answered_by=draft.answered_by if draft.answered_by in rest else None,
        rehearsal=draft.rehearsal if words == draft.words else None,
    )
