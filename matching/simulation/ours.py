"""This package's own matching as a policy: the real Matcher, told what the server would tell it."""

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

from matching.learning import MOST_PAST_SESSIONS, PastSession
from matching.matcher import Matcher
from matching.policies import SHIPPED, Policy
from matching.rounds import Round
from matching.scoring import Candidate, Request
from matching.simulation.desks import Desk, Waiting
from matching.simulation.rules import LEARN_EVERY_SECONDS, Pairs
from matching.simulation.scenario import BEGINNING, Scenario


class OurMatching:
    """Loads profiles whenever somebody begins to work, keeps ratings as they come, refits when told."""

    look_again_seconds: float | None = None

    def __init__(
        self,
        scenario: Scenario,
        *,
        policy: Policy = SHIPPED,
        learns: bool = True,
        exploration: float = 0.0,
    ) -> None:
        self._matcher = Matcher(scenario.encoder, policy=policy)
        self._arrivals = scenario.arrivals
        self._topics = scenario.population.topic_names
        self._learns = learns
        self._exploration = exploration
        self._past: deque[PastSession] = deque(scenario.past if learns else (), maxlen=MOST_PAST_SESSIONS)

    def arrived(self, present: Sequence[Desk], now: float) -> None:
        self._matcher.load_profiles([desk.person.profile for desk in present])
        self.learn(now)

    def rated(self, session: PastSession) -> None:
        if self._learns:
            self._past.append(session)

    def learn(self, now: float) -> None:
        self._matcher.load_history(list(self._past), now=BEGINNING + now)
        self._read_ahead(now)

    def _read_ahead(self, now: float) -> None:
        """Let the matcher understand in one go whose text will come before it learns again: ten times faster.

        Nothing is decided here: without a candidate there is nobody to be given.
        """
        soon = [
            Request(session_id=one.id, text=one.text)
            for one in self._arrivals
            if now <= one.at < now + LEARN_EVERY_SECONDS
        ]
        self._matcher.assign(Round(soon, [], at=""))

    def pairs(self, waiting: Sequence[Waiting], desks: Sequence[Desk], now: float) -> Pairs:
        by_session = {one.arrival.id: one for one in waiting}
        by_consultant = {desk.person.id: desk for desk in desks}
        result = self._matcher.assign(
            Round(
                [self._request(one, now) for one in waiting],
                [_candidate(desk, now) for desk in desks],
                {one.arrival.id: one.overtaken for one in waiting},
                at=datetime.fromtimestamp(BEGINNING + now, UTC).isoformat(),
                exploration=self._exploration,
            )
        )
        for session_id, count in result.overtaken.items():
            by_session[session_id].overtaken = count
        return [(by_session[one.session_id], by_consultant[one.consultant_id]) for one in result.assignments]

    def _request(self, one: Waiting, now: float) -> Request:
        return Request(
            session_id=one.arrival.id,
            text=one.arrival.text,
            topic=self._topics[one.arrival.picked_topic],
            waited_seconds=now - one.since,
            priority=one.arrival.priority,
        )


def _candidate(desk: Desk, now: float) -> Candidate:
    count = desk.rating_count
    return Candidate(
        consultant_id=desk.person.id,
        open_sessions=len(desk.sessions),
        capacity=desk.world.capacity,
        rating_mean=desk.rating_sum / count if count else None,
        rating_count=count,
        idle_seconds=now - desk.free_since,
    )
