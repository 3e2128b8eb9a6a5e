"""Puts waiting sessions and present consultants into the words of the matcher."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from matching.profiles import Profile
from matching.requirements import Demand, Rule, Situation, demands_on
from matching.scoring import Candidate, Request
from server.domain.ids import AccountId, SessionId
from server.domain.message import SenderRole
from server.domain.people import Consultant
from server.domain.session import Session
from server.use_cases.ports import Log, Sessions

NEED_CHARACTERS = 1_000
_NEED_MESSAGES = 40


@dataclass(frozen=True, slots=True)
class _Need:
    """What is known of a waiting session's wish, up to `tail` of its log."""

    tail: int
    text: str
    preferred_id: AccountId | None


@dataclass(frozen=True, slots=True)
class DescribeWaiting:
    """`rules` say whom sessions of a kind need."""

    sessions: Sessions
    log: Log
    rules: Sequence[Rule]
    _needs: dict[SessionId, _Need] = field(default_factory=dict)

    async def __call__(self, waiting: Sequence[Session], now: datetime) -> list[Request]:
        tails = await self.log.tails([one.id for one in waiting])
        return [await self._request(one, tails[one.id], now) for one in waiting]

    def forget_all_but(self, waiting: Collection[SessionId]) -> None:
        for session_id in self._needs.keys() - set(waiting):
            del self._needs[session_id]

    def seconds_until_relaxed(self, waiting: Sequence[Session], now: datetime) -> float:
        """Until the first of these sessions is less demanding; infinity when none ever will be."""
        if not self.rules:
            return float("inf")
        demands = (one for session in waiting for one in demands_of(session, self.rules, now))
        return min((one.seconds_left for one in demands), default=float("inf"))

    async def _request(self, session: Session, tail: int, now: datetime) -> Request:
        need = await self._need(session, tail)
        return Request(
            session_id=session.id,
            text=need.text,
            topic=session.topic or None,
            language=session.language,
            price_class=session.price_class or None,
            waited_seconds=_waited_seconds(session, now),
            priority=session.priority,
            last_consultant_id=session.wanted_consultant_id or need.preferred_id,
            declined_by=frozenset(session.declined_by),
            requirements=tuple(one.requirement for one in demands_of(session, self.rules, now)),
        )

    async def _need(self, session: Session, tail: int) -> _Need:
        known = self._needs.get(session.id)
        if known is None or known.tail != tail:
            preferred = (
                known.preferred_id if known else await self.sessions.last_consultant_of(session.user.id)
            )
            known = self._needs[session.id] = _Need(tail, await _need_of(session, self.log), preferred)
        return known


def demands_of(session: Session, rules: Sequence[Rule], now: datetime) -> tuple[Demand, ...]:
    """What the site's rules demand of whoever is to serve it, and for how long."""
    situation = Situation(
        topic=session.topic or None,
        tags=tuple(session.tags),
        language=session.language,
        priority=session.priority,
    )
    return demands_on(rules, situation, _waited_seconds(session, now))


def candidate_of(consultant: Consultant, now: datetime, *, new_sessions_per_minute: int = 0) -> Candidate:
    """What the matcher needs to know of a present consultant."""
    count = consultant.rating_count
    return Candidate(
        consultant_id=consultant.id,
        open_sessions=len(consultant.open_sessions),
        capacity=consultant.capacity,
        rating_mean=consultant.rating_sum / count if count else None,
        rating_count=count,
        idle_seconds=(now - consultant.free_since).total_seconds() if consultant.free_since else 0.0,
        new_sessions_left=consultant.new_sessions_left(new_sessions_per_minute, now),
    )


def profile_of(consultant: Consultant) -> Profile:
    """As far as requirements look at it."""
    return Profile(id=consultant.id, skills=tuple(consultant.skills), languages=tuple(consultant.languages))


def _waited_seconds(session: Session, now: datetime) -> float:
    return (now - (session.queued_at or now)).total_seconds()


async def _need_of(session: Session, log: Log) -> str:
    """What the user wants, in their own words: their messages from the first on, cut to NEED_CHARACTERS."""
    messages = await log.read_after(session.id, after=0, limit=_NEED_MESSAGES)
    texts = (one.text for one in messages if one.sender.role is SenderRole.USER)
    return "\n".join(texts)[:NEED_CHARACTERS]
