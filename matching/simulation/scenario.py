"""Draws what happens whoever routes it: people, arrivals, patience and noise (common random numbers)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gamma

import numpy as np

from matching.embedding import FloatArray
from matching.learning import PastSession
from matching.simulation.encoder import WorldEncoder
from matching.simulation.population import Person, Population, draw_population, noisy
from matching.simulation.satisfaction import rating_given, satisfaction_logit
from matching.simulation.world import World

DAY_SECONDS = 86_400.0
BEGINNING = 1_767_225_600.0
"""The first simulated midnight, in seconds since the epoch: past sessions say when they were."""

_PAST_DAYS = 45
_PAST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Arrival:
    """Somebody who comes. Times in seconds: `at` since the first opening, `work` of an average person alone.

    `rating_noise` is logistic; `is_rated`: whether this user would rate a session.
    """

    id: str
    text: str
    topic: int
    picked_topic: int
    priority: int
    at: float
    patience: float
    work: float
    rating_noise: float
    is_rated: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Scenario:
    """One seed of a world. Every policy meets the same one, so that differences are due to the policies.

    `past` are the rated sessions of the weeks before, which other rules had routed.
    """

    world: World
    population: Population
    arrivals: tuple[Arrival, ...]
    past: tuple[PastSession, ...]
    encoder: WorldEncoder
    days: int
    policy_seed: int

    @property
    def people(self) -> tuple[Person, ...]:
        return self.population.people

    def logit(self, person: Person, arrival: Arrival, *, wait_seconds: float, other_sessions: float) -> float:
        """The true log odds that this user is satisfied with this consultant."""
        return satisfaction_logit(
            self.world,
            skill=float(person.skill[arrival.topic]),
            difficulty=float(self.population.difficulty[arrival.topic]),
            wait_seconds=wait_seconds,
            other_sessions=other_sessions,
        )

    def work_of(self, person: Person, arrival: Arrival) -> float:
        """Seconds that the session would take this person alone: the skilled and the quick end sooner."""
        effect = -self.world.handle_skill_effect * float(person.skill[arrival.topic])
        return arrival.work * person.speed * float(np.exp(effect))


def draw_scenario(world: World, *, seed: int, occupancy: float, days: int = 1) -> Scenario:
    """The same arguments give the same scenario; the people of a seed are the same at every occupancy."""
    of_people, of_past, of_arrivals, of_policies = np.random.SeedSequence(seed).spawn(4)
    population = draw_population(world, np.random.default_rng(of_people))
    vectors = dict(population.phrases)
    past = tuple(_past_sessions(world, population, vectors, np.random.default_rng(of_past)))
    rng = np.random.default_rng(of_arrivals)
    arrivals = tuple(_arrivals(world, population, vectors, rng, occupancy=occupancy, days=days))
    return Scenario(
        world=world,
        population=population,
        arrivals=arrivals,
        past=past,
        encoder=WorldEncoder(vectors, dimensions=world.dimensions),
        days=days,
        policy_seed=int(of_policies.generate_state(1)[0]),
    )


def _arrivals(
    world: World,
    population: Population,
    vectors: dict[str, FloatArray],
    rng: np.random.Generator,
    *,
    occupancy: float,
    days: int,
) -> Iterator[Arrival]:
    """Poisson by hour of day: a number for each hour, then uniform within it."""
    mean_rate = world.arrivals_per_second(occupancy)
    by_hour = np.array(world.arrivals_by_hour) / np.mean(world.arrivals_by_hour)
    times: list[float] = []
    for day in range(days):
        for hour, relative in enumerate(by_hour):
            count = rng.poisson(mean_rate * relative * 3_600.0)
            times.extend(day * DAY_SECONDS + 3_600.0 * (hour + rng.random(count)))
    mean_work = world.handle_minutes * 60.0
    spread = world.handle_spread
    for number, at in enumerate(sorted(times)):
        topic, text = _need(world, population, vectors, rng, number)
        yield Arrival(
            id=f"session-{number:06}",
            text=text,
            topic=topic,
            picked_topic=_picked(world, population, topic, rng),
            priority=int(rng.random() < world.haste_share),
            at=float(at),
            patience=world.patience_minutes * 60.0 * _unit_weibull(world.patience_shape, rng),
            work=mean_work * float(np.exp(spread * rng.standard_normal() - spread * spread / 2.0)),
            rating_noise=float(rng.logistic()),
            is_rated=bool(rng.random() < world.rated_share),
        )


def _unit_weibull(shape: float, rng: np.random.Generator) -> float:
    return float(rng.weibull(shape)) / gamma(1.0 + 1.0 / shape)


def _past_sessions(
    world: World, population: Population, vectors: dict[str, FloatArray], rng: np.random.Generator
) -> Iterator[PastSession]:
    seasoned = [person for person in population.people if not person.is_newcomer]
    moments = np.sort(rng.random(world.past_ratings)) * _PAST_DAYS * DAY_SECONDS
    for number, moment in enumerate(moments):
        topic, text = _need(world, population, vectors, rng, -1 - number)
        picked = _picked(world, population, topic, rng)
        person = _past_choice(world, seasoned, picked, rng)
        logit = satisfaction_logit(
            world,
            skill=float(person.skill[topic]),
            difficulty=float(population.difficulty[topic]),
            wait_seconds=_PAST_WAIT_SECONDS * float(rng.exponential()),
            other_sessions=0.7 * (world.capacity - 1),
        )
        yield PastSession(
            consultant_id=person.id,
            text=text,
            score=rating_given(world, logit, float(rng.logistic())),
            at=BEGINNING - _PAST_DAYS * DAY_SECONDS + float(moment),
            user_id=f"user-{-1 - number}",
            topic=population.topic_names[picked],
        )


def _past_choice(world: World, seasoned: list[Person], picked: int, rng: np.random.Generator) -> Person:
    """Whoever was free; for a part of the sessions among those tagged with the topic that the user picked."""
    tagged = [person for person in seasoned if picked in person.tags]
    among = tagged if tagged and rng.random() < world.past_by_topic else seasoned
    return among[int(rng.integers(len(among)))]


def _picked(world: World, population: Population, topic: int, rng: np.random.Generator) -> int:
    """What a user picks from the list of topics: sometimes another one than they mean."""
    is_mispicked = rng.random() < world.topic_mispicked
    other = int(rng.choice(world.topics, p=population.popularity))
    return other if is_mispicked else topic


def _need(
    world: World,
    population: Population,
    vectors: dict[str, FloatArray],
    rng: np.random.Generator,
    number: int,
) -> tuple[int, str]:
    """A topic, and the text of a need in it, whose vector is kept; `number` tells equal words apart."""
    topic = int(rng.choice(world.topics, p=population.popularity))
    words = population.vocabulary.text(topic, words=world.words, topical_share=world.topical_share, rng=rng)
    text = f"{words} {number}"
    vectors[text] = noisy(population.directions[topic], world.need_noise, rng)
    return topic, text
