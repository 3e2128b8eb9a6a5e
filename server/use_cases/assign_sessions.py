"""All who wait meet all who are free: one round of assignment.

The matcher proposes; MongoDB decides each pair (a place at the consultant, then the session's own fence), so
that rounds on several nodes can't give a session twice or overfill anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

import structlog

from matching.rounds import Round
from server.domain.errors import AtCapacity, Conflict, Refusal, Unavailable
from server.domain.events import OfferMade
from server.domain.hours import OpeningHours
from server.domain.ids import AccountId, SessionId
from server.domain.people import Consultant, PresenceStatus
from server.domain.priority import URGENT_PRIORITY
from server.domain.session import Session, SessionStatus
from server.domain.times import rfc3339
from server.use_cases.contested_sessions import ContestedSessions
from server.use_cases.ports import Announce, Clock, Consultants, Presence, Sessions
from server.use_cases.slots import GiveSession
from server.use_cases.waiting_line import WaitingLine
from server.use_cases.waiting_requests import DescribeWaiting, candidate_of

if TYPE_CHECKING:
    from matching.results import Assignment, AssignmentResult

logger = structlog.get_logger(__name__)

AT_ONCE = 200
"""Sessions that the matcher is asked about in one go."""
_TRIES = 3
_LONGEST_PAUSE_SECONDS, _SHORTEST_PAUSE_SECONDS = 3.0, 0.05
_PRESENCE_AT_ONCE = 100


class MatcherModel(Protocol):
    async def assign(self, asked: Round) -> "AssignmentResult": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRules:
    """From `routing.*`: how a session comes to a consultant."""

    acceptance: Literal["auto", "offer"]
    offer_seconds: int
    overtaking_bound: int
    user_gone_seconds: int
    exploration: float = 0.0
    new_sessions_per_minute: int = 0


@dataclass(frozen=True, slots=True)
class Floor:
    """Who could take sessions at this moment: `present` have chosen `online` and have a live desk."""

    present: list[Consultant]
    absent: list[Consultant]

    @property
    def total_slots(self) -> int:
        return sum(max(one.capacity, len(one.open_sessions)) for one in self.present)

    @property
    def free_slots(self) -> int:
        return sum(max(0, one.capacity - len(one.open_sessions)) for one in self.present)


@dataclass(frozen=True, slots=True)
class LookAtFloor:
    consultants: Consultants
    presence: Presence

    async def __call__(self) -> Floor:
        everybody = await self.consultants.all()
        online = [one for one in everybody if one.status is PresenceStatus.ONLINE]
        with_desk: set[AccountId] = set()
        for start in range(0, len(online), _PRESENCE_AT_ONCE):
            part = online[start : start + _PRESENCE_AT_ONCE]
            with_desk |= await self.presence.desks_of([one.id for one in part])
        present = [one for one in online if one.id in with_desk]
        present_ids = {one.id for one in present}
        return Floor(present, [one for one in everybody if one.id not in present_ids])


class _OthersAssignToo(Exception):
    """Another process was faster: what this round has read is old."""

    def __init__(self, given: int) -> None:
        super().__init__("others assign too")
        self.given = given


class _NoLongerAsMatched(Conflict):
    """The session still waits, but has changed since it was matched."""


@dataclass(slots=True)
class AssignSessions:
    """One round. Runs whenever a session queues, a place becomes free or somebody comes online, and when time
    alone lets somebody be served: see `seconds_until_due`.

    A round takes the line in parts, oldest first, while places are free. Whoever is left over in one part
    could not be served by the places that are left, so the next part overtakes nobody.

    Who is going to be passed is counted before anybody is given away, over the count that was read: so two
    processes can't both use up the same allowance, and a process that dies in between takes no count along.

    Where another process was faster the rest of the round goes on, and the round is held again at once.
    """

    sessions: Sessions
    describe: DescribeWaiting
    line: WaitingLine
    look_at_floor: LookAtFloor
    presence: Presence
    matcher: MatcherModel
    give: GiveSession
    announce: Announce
    clock: Clock
    hours: OpeningHours
    rules: RoutingRules
    _due_at: datetime | None = None

    async def __call__(self) -> int:
        """How many sessions were given or offered."""
        given = in_vain = 0
        while in_vain < _TRIES:
            try:
                return given + await self._round()
            except _OthersAssignToo as contended:
                given += contended.given
                in_vain = 0 if contended.given else in_vain + 1
        return given

    async def _round(self) -> int:
        now = self.clock()
        self._due_at = None
        if not self.hours.are_open(now):
            return 0
        # A session that came back to its old place in the line, unnoticed here, would be passed uncounted.
        self.line.touch()
        queued = [one for one in await self.line.current() if one.offer is None]
        self.describe.forget_all_but({one.id for one in queued})
        if not queued:
            return 0
        floor = await self.look_at_floor()
        given = 0
        for start in range(0, len(queued), AT_ONCE):
            if not floor.free_slots:
                break
            waiting = await self._ready(queued[start : start + AT_ONCE], now)
            if waiting:
                try:
                    given += await self._give_to_all(waiting, floor, now)
                except _OthersAssignToo as contended:
                    raise _OthersAssignToo(given + contended.given) from None
        self._note_due(queued, floor, now)
        return given

    def seconds_until_due(self) -> float:
        """When the next round is worth while though nothing may have happened."""
        if self._due_at is None:
            return _LONGEST_PAUSE_SECONDS
        left = (self._due_at - self.clock()).total_seconds()
        return min(_LONGEST_PAUSE_SECONDS, max(_SHORTEST_PAUSE_SECONDS, left))

    def _note_due(self, queued: Sequence[Session], floor: Floor, now: datetime) -> None:
        """A session is about to need less, or a consultant may soon be given another one."""
        per_minute = self.rules.new_sessions_per_minute
        returns = (one.seconds_until_more(per_minute, now) for one in floor.present)
        seconds = min(
            self.describe.seconds_until_relaxed(queued, now),
            min((one for one in returns if one > 0), default=_LONGEST_PAUSE_SECONDS),
        )
        if seconds < _LONGEST_PAUSE_SECONDS:
            self._due_at = now + timedelta(seconds=seconds)

    async def _give_to_all(self, waiting: list[Session], floor: Floor, now: datetime) -> int:
        result = await self._match(waiting, floor, now)
        passed = {
            one.id: (one.overtaken, result.overtaken[one.id])
            for one in waiting
            if result.overtaken.get(one.id, 0) > one.overtaken
        }
        if passed and not await self.sessions.raise_overtaken(passed):
            raise _OthersAssignToo(0)
        given = 0
        contested = ContestedSessions(self.sessions, self.rules.overtaking_bound)
        consultants = {one.id: one for one in floor.present}
        by_id = {one.id: one for one in waiting}
        for assignment in result.assignments:
            session = by_id[SessionId(assignment.session_id)]
            consultant = consultants[AccountId(assignment.consultant_id)]
            # Also when another node was faster: the place is not free for the next part of the line.
            consultant.open_sessions.append(session.id)
            consultant.given_at.append(now)
            cannot_have = assignment.explanation.excluded_ids
            if not await contested.may_be_passed_by(session, consultant.id):
                contested.add(session, cannot_have)  # nor may later ones pass this one uncounted
                continue
            try:
                given += await self._give(session, consultant, assignment)
            except AtCapacity:
                contested.add(session, cannot_have)
            except _NoLongerAsMatched:
                contested.add(session, cannot_have, may_be_urgent=True)
        if contested:
            raise _OthersAssignToo(given)
        return given

    async def _ready(self, queued: Sequence[Session], now: datetime) -> list[Session]:
        """Those who are there, or left their message after hours."""
        seconds_gone = await self.presence.seconds_since_seen([one.user.id for one in queued])
        return [
            one
            for one in queued
            if seconds_gone[one.user.id] <= self.rules.user_gone_seconds
            or not self.hours.are_open(one.queued_at or now)
        ]

    async def _match(self, waiting: list[Session], floor: Floor, now: datetime) -> "AssignmentResult":
        per_minute = self.rules.new_sessions_per_minute
        asked = Round(
            await self.describe(waiting, now),
            [candidate_of(one, now, new_sessions_per_minute=per_minute) for one in floor.present],
            {one.id: one.overtaken for one in waiting},
            at=rfc3339(now),
            absent=[one.id for one in floor.absent],
            overtaking_limit=self.rules.overtaking_bound,
            exploration=self.rules.exploration,
        )
        return await self.matcher.assign(asked)

    async def _give(self, session: Session, consultant: Consultant, assignment: "Assignment") -> bool:
        """False when it waits no more. Raises AtCapacity, and _NoLongerAsMatched."""
        reason = assignment.reason.get(session.language) or assignment.reason.get("en", "")
        if session.priority >= URGENT_PRIORITY:
            reason = ""  # somebody in danger has no use for a line about specialties
        explanation = assignment.explanation.as_json()
        now = self.clock()
        expires_at = now + timedelta(seconds=self.rules.offer_seconds)
        is_offer = self.rules.acceptance == "offer"

        def step(one: Session) -> None:
            _must_be_as_matched(one, session)
            if is_offer:
                one.offer_to(consultant.id, expires_at=expires_at, reason=reason, explanation=explanation)
            else:
                one.assign(consultant, now=now, reason=reason, explanation=explanation)

        try:
            given = await self.give(session.id, consultant.id, step)
        except (AtCapacity, _NoLongerAsMatched, Unavailable):
            raise
        except Refusal as refusal:
            # Left the queue, or taken by another node, since this round began.
            logger.info("assignment overtaken by events", session_id=session.id, code=refusal.code)
            return False
        if is_offer:
            self.announce(OfferMade(given, explanation))
        return True


def _must_be_as_matched(session: Session, matched: Session) -> None:
    waits = session.status is SessionStatus.QUEUED and session.offer is None
    if waits and session.fence != matched.fence:
        raise _NoLongerAsMatched("the session has changed since it was matched")
