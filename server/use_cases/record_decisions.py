"""Keeps what each round decided, and what the shadow policy would have done: written behind, for comparisons.

Stands between the rounds of assignment and the matcher. A round waits for none of this.
"""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

import structlog

from matching.decisions import Decision, Review
from matching.rounds import Round
from matching.scoring import Request
from server.domain.errors import Refusal
from server.domain.events import SessionChanged
from server.domain.ids import new_id
from server.use_cases.assign_sessions import MatcherModel
from server.use_cases.ports import Clock

if TYPE_CHECKING:
    from matching.results import AssignmentResult

logger = structlog.get_logger(__name__)

_SETTLED_SECONDS = 5.0
"""By then whatever a round has proposed has been given to somebody, or was refused."""
_MOST_ROUNDS = 200
_MOST_REMEMBERED = 1_000
_SAME_SCORE = 0.002
"""Explanations round each term."""


class ReviewedMatcher(MatcherModel, Protocol):
    """It can also say afterwards how a round was decided."""

    async def review(self, asked: Round, *, policy: str, chosen: Mapping[str, str]) -> tuple[Review, ...]: ...


class DecisionLog(Protocol):
    async def add(self, decisions: Sequence[Decision]) -> None: ...
    async def forget(self, *, now: datetime, days: int, most: int) -> int: ...


@dataclass(slots=True)
class DecisionCounters:
    """`gains` are those of the last shadow choices: by the shadow's own score, and by the live one."""

    recorded: int = 0
    lost: int = 0
    shadow_same: int = 0
    shadow_other: int = 0
    gains: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=_MOST_REMEMBERED))

    @property
    def mean_gains(self) -> tuple[float, float]:
        """0 before the first one."""
        count = max(1, len(self.gains))
        return sum(own for own, _ in self.gains) / count, sum(live for _, live in self.gains) / count


@dataclass(slots=True, eq=False)
class _Noted:
    """What the matcher was asked, and which of its proposals have become facts."""

    asked: Round
    policy: str
    asked_at: float
    proposed: list[tuple[str, str]] = field(default_factory=list)
    given: dict[str, tuple[dict[str, Any], bool]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RecordDecisions:
    """Call it every few seconds. What a crash, an outage or a full memory takes along is lost, and biases
    nothing: it does not depend on who was chosen."""

    matcher: ReviewedMatcher
    decisions: DecisionLog
    counters: DecisionCounters = field(default_factory=DecisionCounters)
    _rounds: deque[_Noted] = field(default_factory=deque)
    _proposed: dict[tuple[str, str], _Noted] = field(default_factory=dict)

    async def assign(self, asked: Round) -> "AssignmentResult":
        """The matcher's own answer."""
        result = await self.matcher.assign(asked)
        if result.assignments:
            noted = _Noted(asked, policy=result.policy, asked_at=time.monotonic())
            self._rounds.append(noted)
            noted.proposed = [(one.session_id, asked.at) for one in result.assignments]
            self._proposed.update(dict.fromkeys(noted.proposed, noted))
            while len(self._rounds) > _MOST_ROUNDS:
                self.counters.lost += len(self._forgotten().given)
        return result

    def session_changed(self, fact: SessionChanged) -> None:
        """A proposal has become a fact: the session was given to somebody, or is being offered."""
        offer = fact.session.offer
        explanation = offer.explanation if offer else fact.session.unfiled
        if explanation is None:
            return
        noted = self._proposed.get((fact.session.id, explanation.get("at", "")))
        if noted is not None:
            noted.given.setdefault(fact.session.id, (explanation, offer is not None))

    async def __call__(self, *, all_of_them: bool = False) -> None:
        """Write down the rounds that are settled; with `all_of_them` also those that may not be."""
        settled_before = time.monotonic() - _SETTLED_SECONDS
        while self._rounds and (all_of_them or self._rounds[0].asked_at <= settled_before):
            noted = self._forgotten()
            if not noted.given:
                continue
            try:
                await self._write(noted)
            except Refusal as refusal:
                self.counters.lost += len(noted.given)
                logger.info("decisions lost", code=refusal.code, decisions=len(noted.given))
            except BaseException:
                self.counters.lost += len(noted.given)
                raise

    def _forgotten(self) -> _Noted:
        oldest = self._rounds.popleft()
        for key in oldest.proposed:
            if self._proposed.get(key) is oldest:
                del self._proposed[key]
        return oldest

    async def _write(self, noted: _Noted) -> None:
        reviews = await self.matcher.review(
            noted.asked,
            policy=noted.policy,
            chosen={key: why["consultant_id"] for key, (why, _) in noted.given.items()},
        )
        requests = {one.session_id: one for one in noted.asked.requests}
        round_id = new_id("r")
        decisions = [
            _decision(requests[one.session_id], one, *noted.given[one.session_id], round_id=round_id)
            for one in reviews
            if _is_as_decided(one, noted.given[one.session_id][0])
        ]
        await self.decisions.add(decisions)
        self.counters.recorded += len(decisions)
        self.counters.lost += len(noted.given) - len(decisions)
        for decision in decisions:
            self._count_shadow(decision)

    def _count_shadow(self, decision: Decision) -> None:
        shadow = decision.shadow
        if shadow is None:
            return
        if shadow.consultant_id == decision.consultant_id:
            self.counters.shadow_same += 1
        else:
            self.counters.shadow_other += 1
        self.counters.gains.append((shadow.gain, shadow.live_gain))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetDecisions:
    """By `routing.decision_days` and `routing.most_decisions`, a part at a time."""

    decisions: DecisionLog
    clock: Clock
    days: int
    most: int

    async def __call__(self) -> None:
        await self.decisions.forget(now=self.clock(), days=self.days, most=self.most)


def _is_as_decided(review: Review, explanation: Mapping[str, Any]) -> bool:
    """False when profiles or what was learned have changed meanwhile: these numbers have not decided."""
    chosen = explanation["consultant_id"]
    score = next(one.score for one in review.candidates if one.consultant_id == chosen)
    return abs(score - float(explanation["score"])) <= _SAME_SCORE


def _decision(
    request: Request, review: Review, explanation: Mapping[str, Any], is_offer: bool, *, round_id: str
) -> Decision:
    return Decision(
        session_id=review.session_id,
        round_id=round_id,
        at=datetime.fromisoformat(explanation["at"]).timestamp(),
        policy=explanation["policy"],
        consultant_id=explanation["consultant_id"],
        propensity=float(explanation["propensity"]),
        is_exploration=bool(explanation["is_exploration"]),
        is_offer=is_offer,
        priority=request.priority,
        waited_seconds=round(request.waited_seconds, 1),
        topic=request.topic,
        language=request.language,
        terms=review.terms,
        moved=review.moved,
        candidates=review.candidates,
        eligible_count=review.eligible_count,
        shadow=review.shadow,
    )
