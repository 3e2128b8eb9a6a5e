"""What a simulated consultancy is like: every assumption is a number here, with a range that it must keep."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any


class WorldInvalid(Exception):
    """A world that cannot be simulated: an unknown name, or a value out of its range."""

    code = "bad_world"


@dataclass(frozen=True, kw_only=True)
class World:
    """Assumptions, chosen as docs/simulator.md argues.

    A user is satisfied (rating 4 or 5) with the chance sigmoid(satisfaction_base + general skill + skill in
    the topic - difficulty of the topic - costs of waiting and of divided attention): all these are logits.
    """

    consultants: int = 30
    newcomers: int = 3
    newcomers_come_after_hours: float = 1.0
    capacity: int = 2
    arrivals_by_hour: tuple[float, ...] = (0.85, 1.1, 1.15, 0.95, 0.85, 1.0, 1.1, 1.0)
    topics: int = 12
    topic_skew: float = 0.7
    specialties: tuple[int, ...] = (2, 3)
    haste_share: float = 0.05

    satisfaction_base: float = 0.6
    specialist_skill: float = 1.2
    general_skill_spread: float = 0.4
    topic_skill_spread: float = 0.4
    difficulty_spread: float = 0.5
    wait_cost_per_minute: float = 0.08
    attention_cost_per_session: float = 0.15

    dimensions: int = 32
    need_noise: float = 3.0
    phrase_noise: float = 0.7
    words: int = 10
    topical_share: float = 0.2
    topical_share_of_profile: float = 0.5
    skill_unstated: float = 0.2
    skill_overstated: float = 0.2
    topic_mispicked: float = 0.2

    handle_minutes: float = 15.0
    handle_spread: float = 0.7
    handle_skill_effect: float = 0.12
    speed_spread: float = 0.15
    slowdown_per_session: float = 0.2
    patience_minutes: float = 8.0
    patience_shape: float = 1.2

    rated_share: float = 0.3
    past_ratings: int = 10_000
    past_by_topic: float = 0.5
    rating_steps: tuple[float, ...] = (-1.1, -0.6, 0.0, 0.7)

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            for number in value if isinstance(value, tuple) else (value,):
                if not least <= number <= most:
                    raise WorldInvalid(f"{name} must be within {least} and {most}, not {number}")
        if self.newcomers >= self.consultants:
            raise WorldInvalid("newcomers must be fewer than consultants")
        if not 1 <= len(self.arrivals_by_hour) <= _HOURS or sum(self.arrivals_by_hour) <= 0:
            raise WorldInvalid("arrivals_by_hour must name 1 to 24 hours, not all of them 0")
        if self.newcomers and self.newcomers_come_after_hours >= len(self.arrivals_by_hour):
            raise WorldInvalid("newcomers_come_after_hours must be within the day")
        if not self.specialties or max(self.specialties) > self.topics:
            raise WorldInvalid("specialties must name at least one number, none above topics")
        if len(self.rating_steps) != 4 or list(self.rating_steps) != sorted(self.rating_steps):  # noqa: PLR2004
            raise WorldInvalid("rating_steps must be four rising numbers, for ratings from 2, 3, 4 and 5 on")

    @property
    def day_seconds(self) -> float:
        return len(self.arrivals_by_hour) * 3_600.0

    def arrivals_per_second(self, occupancy: float) -> float:
        """The mean rate that keeps this share of all places occupied where sessions are spread evenly.

        Above 1 it is that multiple of what all places together can finish.
        """
        per_person = min(occupancy, 1.0) * self.capacity
        fewer = int(per_person)
        work_done = (fewer + 1 - per_person) * fewer * self.work_rate(fewer)
        work_done += (per_person - fewer) * (fewer + 1) * self.work_rate(fewer + 1)
        return max(1.0, occupancy) * self.consultants * work_done / (self.handle_minutes * 60.0)

    def work_rate(self, open_sessions: int) -> float:
        """How fast each of so many parallel sessions of one consultant proceeds; 1 when alone."""
        return 1.0 / (1.0 + self.slowdown_per_session * max(0, open_sessions - 1))


_HOURS = 24
_RANGES: Mapping[str, tuple[float, float]] = {
    "consultants": (2, 500),
    "newcomers": (0, 499),
    "newcomers_come_after_hours": (0, _HOURS),
    "capacity": (1, 20),
    "arrivals_by_hour": (0, 100),
    "topics": (2, 200),
    "topic_skew": (0, 3),
    "specialties": (1, 200),
    "haste_share": (0, 1),
    "satisfaction_base": (-10, 10),
    "specialist_skill": (0, 10),
    "general_skill_spread": (0, 10),
    "topic_skill_spread": (0, 10),
    "difficulty_spread": (0, 10),
    "wait_cost_per_minute": (0, 10),
    "attention_cost_per_session": (0, 10),
    "dimensions": (2, 1_024),
    "need_noise": (0, 1_000),
    "phrase_noise": (0, 1_000),
    "words": (1, 100),
    "topical_share": (0, 1),
    "topical_share_of_profile": (0, 1),
    "skill_unstated": (0, 1),
    "skill_overstated": (0, 1),
    "topic_mispicked": (0, 1),
    "handle_minutes": (0.1, 1_440),
    "handle_spread": (0, 3),
    "handle_skill_effect": (0, 2),
    "speed_spread": (0, 2),
    "slowdown_per_session": (0, 10),
    "patience_minutes": (0.01, 100_000),
    "patience_shape": (0.1, 10),
    "rated_share": (0, 1),
    "past_ratings": (0, 20_000),
    "past_by_topic": (0, 1),
    "rating_steps": (-20, 20),
}


def world_from(record: Mapping[str, Any]) -> World:
    """A world in which the values given replace the defaults. Raises WorldInvalid."""
    kinds = {field.name: type(getattr(_DEFAULT, field.name)) for field in fields(World)}
    values: dict[str, Any] = {}
    for name, value in record.items():
        if name not in kinds:
            near = get_close_matches(str(name), kinds, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise WorldInvalid(f"a world has no `{name}`{hint}")
        values[name] = _read(name, value, kinds[name])
    return World(**values)


def _read(name: str, value: Any, kind: type) -> Any:
    if kind is tuple:
        if not isinstance(value, list | tuple):
            raise WorldInvalid(f"{name} must be a list of numbers")
        whole = isinstance(getattr(_DEFAULT, name)[0], int)
        return tuple(_read(f"each of {name}", one, int if whole else float) for one in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or (kind is int and value != int(value)):
        raise WorldInvalid(f"{name} must be a {'whole ' if kind is int else ''}number")
    return kind(value)


_DEFAULT = World()
