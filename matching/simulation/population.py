"""Draws a consultancy: who works there, what they can do, and what their profiles say of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.embedding import FloatArray, unit_rows
from matching.profiles import Profile
from matching.simulation.wording import Vocabulary, draw_vocabulary
from matching.simulation.world import World

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """A consultant. `skill` (topics,) and `specialties` are true and hidden; the profile names `tags`."""

    id: str
    skill: Floats
    specialties: frozenset[int]
    speed: float
    comes_at: float
    tags: frozenset[int]
    profile: Profile

    @property
    def is_newcomer(self) -> bool:
        return self.comes_at > 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Population:
    """`difficulty`, `popularity` (topics,), `directions` (topics, dimensions); `phrases`: vectors by text."""

    people: tuple[Person, ...]
    topic_names: tuple[str, ...]
    vocabulary: Vocabulary
    directions: FloatArray
    difficulty: Floats
    popularity: Floats
    phrases: dict[str, FloatArray]


def draw_population(world: World, rng: np.random.Generator) -> Population:
    directions = unit_rows(rng.standard_normal((world.topics, world.dimensions)).astype(np.float32))
    vocabulary = draw_vocabulary(world.topics, rng)
    names = tuple(map(vocabulary.name_of, range(world.topics)))
    popularity = np.arange(1, world.topics + 1) ** -world.topic_skew
    phrases: dict[str, FloatArray] = {
        name: noisy(row, world.phrase_noise, rng) for name, row in zip(names, directions, strict=True)
    }
    # The difficulties of a world add up to nothing: a seed must not make all of it easy.
    difficulty = world.difficulty_spread * rng.standard_normal(world.topics)
    shares = popularity / popularity.sum()
    specialties = _specialties(world, shares, rng)
    people = tuple(
        _person(
            world,
            number,
            specialties[number],
            vocabulary=vocabulary,
            directions=directions,
            phrases=phrases,
            rng=rng,
        )
        for number in range(world.consultants)
    )
    return Population(
        people=people,
        topic_names=names,
        vocabulary=vocabulary,
        directions=directions,
        difficulty=difficulty - float(shares @ difficulty),
        popularity=shares,
        phrases=phrases,
    )


def noisy(direction: FloatArray, noise: float, rng: np.random.Generator) -> FloatArray:
    """A unit vector near the direction: their cosine is about 1 / sqrt(1 + noise squared)."""
    spread = noise / np.sqrt(len(direction)) * rng.standard_normal(len(direction))
    return np.asarray(unit_rows((direction + spread).astype(np.float32)[None, :])[0], dtype=np.float32)


def _specialties(world: World, shares: Floats, rng: np.random.Generator) -> list[frozenset[int]]:
    """Topics by person, dealt out so that those much asked for have more specialists, as one would staff."""
    counts = rng.choice(np.array(world.specialties), size=world.consultants)
    supply = np.zeros(world.topics)
    dealt: list[frozenset[int]] = []
    for count in counts:
        wanted = np.argsort(supply / shares + 1e-3 * rng.random(world.topics), kind="stable")
        mine = frozenset(int(topic) for topic in wanted[:count])
        for topic in mine:
            supply[topic] += 1.0
        dealt.append(mine)
    return [dealt[place] for place in rng.permutation(len(dealt))]


def _person(
    world: World,
    number: int,
    specialties: frozenset[int],
    *,
    vocabulary: Vocabulary,
    directions: FloatArray,
    phrases: dict[str, FloatArray],
    rng: np.random.Generator,
) -> Person:
    general = world.general_skill_spread * rng.standard_normal()
    skill = general + world.topic_skill_spread * rng.standard_normal(world.topics)
    skill[list(specialties)] += world.specialist_skill
    tags = _stated(world, specialties, rng)
    sentences = []
    for topic in sorted(_stated(world, specialties, rng)):
        share = world.topical_share_of_profile
        sentence = vocabulary.text(topic, words=world.words, topical_share=share, rng=rng)
        phrases[sentence] = noisy(directions[topic], world.phrase_noise, rng)
        sentences.append(sentence)
    is_new = number >= world.consultants - world.newcomers
    profile = Profile(
        id=f"consultant-{number:03}",
        bio="\n".join(sentences),
        skills=tuple(vocabulary.name_of(topic) for topic in sorted(tags)),
    )
    return Person(
        id=profile.id,
        skill=skill,
        specialties=specialties,
        speed=float(np.exp(world.speed_spread * rng.standard_normal())),
        comes_at=world.newcomers_come_after_hours * 3_600.0 if is_new else 0.0,
        tags=tags,
        profile=profile,
    )


def _stated(world: World, specialties: frozenset[int], rng: np.random.Generator) -> frozenset[int]:
    """What one text says of somebody's specialties: some left out, some claimed that they don't have."""
    left_out = rng.random(len(specialties)) < world.skill_unstated
    stated = {topic for topic, missing in zip(sorted(specialties), left_out, strict=True) if not missing}
    if rng.random() < world.skill_overstated:
        stated.add(int(rng.integers(world.topics)))
    return frozenset(stated)
