"""Routing rules that others publish, re-implemented by us from their descriptions, to compare ours with."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matching.learning import PastSession
from matching.simulation.desks import Desk, Waiting
from matching.simulation.scenario import Scenario

Pairs = list[tuple[Waiting, Desk]]

LEARN_EVERY_SECONDS = 14_400.0


class Policy(Protocol):
    """Who gets whom."""

    @property
    def look_again_seconds(self) -> float | None:
        """After so long in the queue a session is looked at once more, though nobody has become free."""
        ...

    def pairs(self, waiting: Sequence[Waiting], desks: Sequence[Desk], now: float) -> Pairs:
        """Pair waiting sessions, given in order of service, with present desks within their free places."""
        ...

    def arrived(self, present: Sequence[Desk], now: float) -> None:
        """Somebody has begun to work; `present` are all who do now."""
        ...

    def rated(self, session: PastSession) -> None: ...

    def learn(self, now: float) -> None:
        """Called from time to time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Who is next, and `places`: how many are left at each desk that has one. `desks` are all at work."""

    one: Waiting
    places: Mapping[Desk, int]
    desks: Sequence[Desk]
    now: float

    def idle_order(self, desk: Desk) -> tuple[int, float]:
        """Sorts the longest idle first; who was given something in this very round is no longer idle."""
        is_idle = not desk.sessions and self.places[desk] == desk.free_places
        return (0, desk.free_since) if is_idle else (1, desk.last_given)


@dataclass(kw_only=True)
class InOrder:
    """Serves the queue in order: `choose` takes one of the desks with a place, or lets the session wait."""

    choose: Callable[[Choice], Desk | None]
    look_again_seconds: float | None = None

    def pairs(self, waiting: Sequence[Waiting], desks: Sequence[Desk], now: float) -> Pairs:
        given: Pairs = []
        places = {desk: desk.free_places for desk in desks if desk.free_places}
        for one in waiting:
            if not places:
                break
            desk = self.choose(Choice(one=one, places=places, desks=desks, now=now))
            if desk is None:
                continue
            given.append((one, desk))
            places[desk] -= 1
            if not places[desk]:
                del places[desk]
        return given

    def arrived(self, present: Sequence[Desk], now: float) -> None:
        """These rules keep nothing about people."""

    def rated(self, session: PastSession) -> None:
        """These rules learn nothing."""

    def learn(self, now: float) -> None:
        """These rules learn nothing."""


def any_free(scenario: Scenario) -> Policy:
    """Any consultant with a free place, each as likely."""
    rng = np.random.default_rng(scenario.policy_seed)
    return InOrder(choose=lambda choice: list(choice.places)[int(rng.integers(len(choice.places)))])


def round_robin(scenario: Scenario) -> Policy:
    """The next in a fixed circle who has a free place."""
    numbers = _numbers(scenario)
    last = -1

    def choose(choice: Choice) -> Desk:
        nonlocal last
        desk = min(choice.places, key=lambda desk: (numbers[desk.person.id] - last - 1) % len(numbers))
        last = numbers[desk.person.id]
        return desk

    return InOrder(choose=choose)


def first_in_order(scenario: Scenario) -> Policy:
    """The first of a fixed list who has a free place (a linear hunt group)."""
    numbers = _numbers(scenario)
    return InOrder(choose=lambda choice: min(choice.places, key=lambda desk: numbers[desk.person.id]))


def least_busy(_scenario: Scenario) -> Policy:
    """Whoever has the most free places; among equals the one who was given nothing for longest."""
    return InOrder(
        choose=lambda choice: max(choice.places, key=lambda desk: (choice.places[desk], -desk.last_given))
    )


def longest_idle(_scenario: Scenario) -> Policy:
    """Those without a session by their last end, then the others by their last start: the earliest first."""
    return InOrder(choose=lambda choice: min(choice.places, key=choice.idle_order))


def skill_tags(_scenario: Scenario, *, relaxed_after_seconds: float = 60.0) -> Policy:
    """Only consultants tagged with the picked topic; after some seconds any; among them the longest idle.

    Where nobody at work has the tag, anybody will do at once.
    """

    def choose(choice: Choice) -> Desk | None:
        wanted = choice.one.arrival.picked_topic
        tagged = [desk for desk in choice.places if wanted in desk.person.tags]
        if not tagged and choice.now - choice.one.since < relaxed_after_seconds:
            must_wait = any(wanted in desk.person.tags for desk in choice.desks)
            if must_wait:
                return None
        return min(tagged or choice.places, key=choice.idle_order)

    return InOrder(choose=choose, look_again_seconds=relaxed_after_seconds)


def perfect_knowledge(scenario: Scenario) -> Policy:
    """Nobody can follow this one: each gets, in order, the free consultant who truly satisfies them best."""

    def choose(choice: Choice) -> Desk:
        def worth(desk: Desk) -> float:
            return scenario.logit(
                desk.person,
                choice.one.arrival,
                wait_seconds=choice.now - choice.one.since,
                other_sessions=scenario.world.capacity - choice.places[desk],
            )

        return max(choice.places, key=worth)

    return InOrder(choose=choose)


RULES: Mapping[str, Callable[[Scenario], Policy]] = {
    "random": any_free,
    "round-robin": round_robin,
    "least-busy": least_busy,
    "longest-idle": longest_idle,
    "skill-tags": skill_tags,
    "first-in-order": first_in_order,
}


def in_order_of_service(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Haste before others, then whoever came first."""
    return sorted(waiting, key=lambda one: (-one.arrival.priority, one.since, one.arrival.id))


def _numbers(scenario: Scenario) -> dict[str, int]:
    return {person.id: number for number, person in enumerate(scenario.people)}
