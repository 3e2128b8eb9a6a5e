"""An editor is told, while typing, which entries ask the same and whether their answers contradict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.ids import EntryId

MOST_WORDINGS = 12


class Clash(Protocol):
    """`mine` and `theirs` are the words of the two answers that contradict each other."""

    @property
    def kind(self) -> str: ...
    @property
    def mine(self) -> str: ...
    @property
    def theirs(self) -> str: ...


class Similar(Protocol):
    """`kind` is `duplicate`, `conflict` or `near`; `similarity` 0 to 1."""

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
    @property
    def contradictions(self) -> Sequence[Clash]: ...


class SimilarityModel(Protocol):
    async def similar_to(
        self, wordings: Sequence[str], *, answer: str, language: str, except_id: str | None = None
    ) -> Sequence[Similar]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    model: SimilarityModel

    async def __call__(
        self,
        *,
        question: str,
        alternatives: Sequence[str],
        answer: str,
        language: str,
        entry_id: EntryId | None,
    ) -> Sequence[Similar]:
        """Published entries that come close, closest first; the entry itself is left out.

        Unfinished words are no error: nothing typed yet is like nothing. Raises Unavailable without a model.
        """
        wordings = [text for text in (question, *alternatives) if text.strip()][:MOST_WORDINGS]
        if not wordings:
            return ()
        return await self.model.similar_to(wordings, answer=answer, language=language, except_id=entry_id)
