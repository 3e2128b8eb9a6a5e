"""An admin asks who would get a question, without giving it to anybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from matching.explain import Explanation
from matching.requirements import Rule, Situation, demands_on
from matching.scoring import Candidate, Request
from server.domain.message import clean_text
from server.domain.times import rfc3339, utc_now
from server.use_cases.consultant_ports import Profiles
from server.use_cases.ports import Clock
from server.use_cases.waiting_requests import candidate_of


class RankingModel(Protocol):
    async def rank(
        self, request: Request, candidates: Sequence[Candidate], *, at: str, absent: Collection[str] = ()
    ) -> Explanation: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`names` gives each consultant's name by id."""

    explanation: Explanation
    names: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewMatching:
    model: RankingModel
    profiles: Profiles
    clock: Clock = utc_now
    rules: Sequence[Rule] = ()

    async def __call__(
        self, *, text: str, topic: str | None, language: str | None, price_class: str | None = None
    ) -> Preview:
        """Every active consultant takes part as if present, with the sessions that they have now. What is
        demanded of them is what is demanded at the beginning of a wait.

        Raises BadRequest or TooLarge for the text, Unavailable without a model.
        """
        demands = demands_on(self.rules, Situation(topic=topic or None, language=language or None), 0.0)
        request = Request(
            session_id="preview",
            text=clean_text(text),
            topic=topic or None,
            language=language or None,
            price_class=price_class,
            requirements=tuple(one.requirement for one in demands),
        )
        consultants = await self.profiles.all(active_only=True)
        now = self.clock()
        explanation = await self.model.rank(
            request, [candidate_of(one, now) for one in consultants], at=rfc3339(now)
        )
        return Preview(explanation=explanation, names={one.id: one.name for one in consultants})
