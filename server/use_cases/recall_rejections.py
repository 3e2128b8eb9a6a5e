"""An admin who looks at a draft is told when one like it was rejected before, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.drafts import Draft, DraftStatus
from server.use_cases.learning_ports import Drafts
from server.use_cases.review_drafts import found_draft

_MOST_LOOKED_AT = 100
_WORDINGS_OF_EACH = 3
_MOST_TOLD = 3


class AlikeModel(Protocol):
    async def alike(
        self, question: str, others: Sequence[Sequence[str]], *, language: str
    ) -> Sequence[int]: ...


@dataclass(frozen=True, slots=True)
class RecallRejections:
    drafts: Drafts
    model: AlikeModel

    async def __call__(self, draft_id: str) -> list[Draft]:
        """At most three, the closest first, of the last hundred rejections.

        Raises NotFound, Unavailable without a model.
        """
        draft = await found_draft(self.drafts, draft_id)
        page, _ = await self.drafts.page(DraftStatus.REJECTED, limit=_MOST_LOOKED_AT, cursor=None)
        others = [one for one in page if one.id != draft_id]
        if not others:
            return []
        wordings = [(one.words.question, *one.words.alternatives)[:_WORDINGS_OF_EACH] for one in others]
        found = await self.model.alike(draft.words.question, wordings, language=draft.words.language)
        return [others[number] for number in found[:_MOST_TOLD]]
