"""Plays a scenario under one policy, event by event."""

import heapq
from collections.abc import Callable
from functools import partial

from matching.learning import PastSession
from matching.simulation.desks import Desk, OpenSession, Waiting
from matching.simulation.forecast import Forecaster
from matching.simulation.record import Attendance, Outcome, Record
from matching.simulation.rules import LEARN_EVERY_SECONDS, Policy, in_order_of_service
from matching.simulation.satisfaction import chance, mean_rating, rating_given
from matching.simulation.scenario import BEGINNING, DAY_SECONDS, Arrival, Scenario


def run_policy(scenario: Scenario, policy: Policy, *, tells_waits: bool = False) -> Record:
    """What happens when `policy` routes `scenario`. Who is in the queue at closing time is still served.

    `tells_waits`: whoever queues is told how long it may take, which takes longer than all the rest.
    """
    return _Run(scenario, policy, Forecaster() if tells_waits else None).play()


class _Run:
    """Discrete events on one heap: (time, order of making, what to do)."""

    def __init__(self, scenario: Scenario, policy: Policy, forecaster: Forecaster | None) -> None:
        self._scenario = scenario
        self._policy = policy
        self._forecaster = forecaster
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._made = 0
        self._now = 0.0
        self._waiting: dict[str, Waiting] = {}
        self._desks: list[Desk] = []
        self._absent = [Desk(person=person, world=scenario.world) for person in scenario.people]
        self._outcomes: dict[str, Outcome] = {}

    def play(self) -> Record:
        scores: dict[str, list[float]] = {}
        for past in self._scenario.past:
            scores.setdefault(past.consultant_id, []).append(past.score)
        for desk in self._absent:
            for score in scores.get(desk.person.id, ()):
                desk.rate(int(score))
        for moment in sorted({person.comes_at for person in self._scenario.people}):
            self._at(moment, self._come)
        for arrival in self._scenario.arrivals:
            self._at(arrival.at, partial(self._arrive, arrival))
        for day in range(self._scenario.days):
            times = int(self._scenario.world.day_seconds / LEARN_EVERY_SECONDS)
            for turn in range(day == 0, times):
                self._at(day * DAY_SECONDS + turn * LEARN_EVERY_SECONDS, self._policy.learn)
        while self._events:
            self._now, _, do = heapq.heappop(self._events)
            do(self._now)
        return Record(
            outcomes=tuple(self._outcomes.values()), attendance=tuple(map(self._attendance, self._desks))
        )

    def _at(self, time: float, do: Callable[[float], None]) -> None:
        self._made += 1
        heapq.heappush(self._events, (time, self._made, do))

    def _come(self, now: float) -> None:
        for desk in [desk for desk in self._absent if desk.person.comes_at <= now]:
            self._absent.remove(desk)
            desk.free_since = desk.last_given = now
            desk.advance(now)
            self._desks.append(desk)
        self._policy.arrived(self._desks, now)
        self._round(now)

    def _arrive(self, arrival: Arrival, now: float) -> None:
        self._outcomes[arrival.id] = Outcome(arrival=arrival)
        self._waiting[arrival.id] = Waiting(arrival=arrival, since=now)
        self._round(now)
        if arrival.id not in self._waiting:
            return
        outcome = self._outcomes[arrival.id]
        outcome.has_queued = True
        if self._forecaster is not None:
            line = in_order_of_service(self._waiting.values())
            outcome.told = self._forecaster.tell(self._waiting[arrival.id], line, self._desks, now)
        self._at(now + arrival.patience, partial(self._lose_patience, arrival))
        if self._policy.look_again_seconds is not None:
            self._at(now + self._policy.look_again_seconds, self._round)

    def _lose_patience(self, arrival: Arrival, now: float) -> None:
        waiting = self._waiting.pop(arrival.id, None)
        if waiting is not None:
            self._end_wait(waiting, now)

    def _round(self, now: float) -> None:
        """All who wait meet all who are free, as in the server: whenever either may have changed."""
        if not self._waiting or not any(desk.free_places for desk in self._desks):
            return
        line = in_order_of_service(self._waiting.values())
        pairs = self._policy.pairs(line, self._desks, now)
        for waiting, desk in pairs:
            del self._waiting[waiting.arrival.id]
            self._begin(waiting, desk, now)
        self._count_overtakings([waiting for waiting, _ in pairs])

    def _begin(self, waiting: Waiting, desk: Desk, now: float) -> None:
        arrival, work = waiting.arrival, self._scenario.work_of(desk.person, waiting.arrival)
        outcome = self._outcomes[arrival.id]
        outcome.consultant_id, outcome.begun = desk.person.id, now
        self._end_wait(waiting, now)
        desk.give(OpenSession(arrival=arrival, begun=now, work=work, work_left=work), now)
        self._foresee_end(desk)

    def _end_wait(self, waiting: Waiting, now: float) -> None:
        outcome = self._outcomes[waiting.arrival.id]
        outcome.wait_seconds = now - waiting.since
        if self._forecaster is not None:
            was_served = outcome.consultant_id is not None
            self._forecaster.waited(waiting.arrival.id, outcome.wait_seconds, was_served=was_served)

    def _foresee_end(self, desk: Desk) -> None:
        ends_at = desk.next_end()
        if ends_at is not None:
            self._at(ends_at, partial(self._end, desk, desk.version))

    def _end(self, desk: Desk, version: int, now: float) -> None:
        if version != desk.version:
            return  # another session has begun or ended at this desk since this was foreseen
        session = desk.end_next(now)
        self._foresee_end(desk)
        if self._forecaster is not None:
            self._forecaster.ended(now - session.begun)
        self._judge(session, desk, now)
        self._round(now)

    def _judge(self, session: OpenSession, desk: Desk, now: float) -> None:
        world, arrival = self._scenario.world, session.arrival
        outcome = self._outcomes[arrival.id]
        stretched = (now - session.begun) / session.work - 1.0
        others = max(0.0, stretched) / world.slowdown_per_session if world.slowdown_per_session else 0.0
        logit = self._scenario.logit(
            desk.person, arrival, wait_seconds=outcome.wait_seconds, other_sessions=others
        )
        outcome.ended = now
        outcome.satisfaction, outcome.mean_rating = chance(logit), mean_rating(world, logit)
        if not arrival.is_rated:
            return
        outcome.score = rating_given(world, logit, arrival.rating_noise)
        desk.rate(outcome.score)
        self._policy.rated(
            PastSession(
                consultant_id=desk.person.id,
                text=arrival.text,
                score=outcome.score,
                at=BEGINNING + now,
                user_id=f"user-{arrival.id}",
                topic=self._scenario.population.topic_names[arrival.picked_topic],
            )
        )

    def _count_overtakings(self, served: list[Waiting]) -> None:
        """Of those who still wait: by how many later ones, not more urgent, were they passed?"""
        for left in self._waiting.values():
            self._outcomes[left.arrival.id].overtaken += sum(
                one.since > left.since and one.arrival.priority <= left.arrival.priority for one in served
            )

    def _attendance(self, desk: Desk) -> Attendance:
        days = self._scenario.days
        return Attendance(
            consultant_id=desk.person.id,
            is_newcomer=desk.person.is_newcomer,
            comes_at=desk.person.comes_at,
            present_seconds=days * self._scenario.world.day_seconds - desk.person.comes_at,
            busy_place_seconds=desk.busy_place_seconds,
        )
