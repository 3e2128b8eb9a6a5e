"""Says who may serve a session at all: rules of the site that demand a skill, a language, certain people."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.profiles import Profile, speaks
from matching.wording import plain


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """What a consultant must bring; every part that is given must be met.

    One of `skills`, written as in the profile apart from case and width; the `language`, stated in the
    profile; to be one of `consultants` (ids).
    """

    skills: tuple[str, ...] = ()
    language: str | None = None
    consultants: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What rules look at in a waiting session."""

    topic: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Demands `requirement` of sessions in which every given condition holds; of all where none is given.

    Of several topics, tags or languages one must fit. After `relax_after_seconds` of waiting it demands
    nothing any more; None: it always does.
    """

    requirement: Requirement
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    least_priority: int = 0
    relax_after_seconds: float | None = None

    def applies_to(self, situation: Situation) -> bool:
        return (
            situation.priority >= self.least_priority
            and _is_one_of(self.topics, (situation.topic or "",))
            and _is_one_of(self.tags, situation.tags)
            and (
                not self.languages
                or speaks(Profile(id="", languages=self.languages), situation.language or "") is True
            )
        )

    def seconds_left(self, waited_seconds: float) -> float:
        """How long it will go on to demand: 0 when relaxed, infinity when it never relaxes."""
        if self.relax_after_seconds is None:
            return float("inf")
        return max(0.0, self.relax_after_seconds - waited_seconds)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A requirement in force, and for how many more seconds."""

    requirement: Requirement
    seconds_left: float


def demands_on(rules: Sequence[Rule], situation: Situation, waited_seconds: float) -> tuple[Demand, ...]:
    """What is demanded of whoever is to serve a session that has waited so long."""
    asked = (rule for rule in rules if rule.applies_to(situation))
    left = ((rule.requirement, rule.seconds_left(waited_seconds)) for rule in asked)
    return tuple(Demand(requirement=one, seconds_left=seconds) for one, seconds in left if seconds > 0)


def meets(profile: Profile, requirement: Requirement) -> bool:
    """Somebody whose profile states no language, or no such skill, does not meet a demand for it."""
    is_skilled = not requirement.skills or _is_one_of(requirement.skills, profile.skills)
    is_spoken = requirement.language is None or speaks(profile, requirement.language) is True
    is_meant = not requirement.consultants or profile.id in requirement.consultants
    return is_skilled and is_spoken and is_meant


def unmet(
    requirements_by_request: Sequence[Sequence[Requirement]], profiles: Sequence[Profile]
) -> npt.NDArray[np.bool_]:
    """(requests, profiles): True where the consultant lacks something that is demanded."""
    shape = (len(requirements_by_request), len(profiles))
    lacking = {
        requirement: np.array([not meets(profile, requirement) for profile in profiles], dtype=bool)
        for requirements in requirements_by_request
        for requirement in requirements
    }
    mask = np.zeros(shape, dtype=bool)
    for row, requirements in enumerate(requirements_by_request):
        for requirement in requirements:
            mask[row] |= lacking[requirement]
    return mask


def seconds_until_open(demands: Sequence[Demand], profiles: Sequence[Profile]) -> list[float]:
    """For each consultant, in how many seconds these demands let them serve: 0 now, infinity never."""
    return [
        max((one.seconds_left for one in demands if not meets(profile, one.requirement)), default=0.0)
        for profile in profiles
    ]


def _is_one_of(wanted: Sequence[str], given: Sequence[str]) -> bool:
    """True where nothing is wanted."""
    return not wanted or bool({plain(one) for one in wanted} & {plain(one) for one in given})
