"""The simulated floor: what each consultant has open, how fast it proceeds, and when it will end."""

from dataclasses import dataclass, field

from matching.simulation.population import Person
from matching.simulation.scenario import Arrival
from matching.simulation.world import World


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """Somebody in the queue since `since` (seconds); `overtaken` as the policy itself counts, if it does."""

    arrival: Arrival
    since: float
    overtaken: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class OpenSession:
    """A session being served. `work_left` in seconds of undivided attention."""

    arrival: Arrival
    begun: float
    work: float
    work_left: float


@dataclass(slots=True, kw_only=True, eq=False)
class Desk:
    """One consultant at work; parallel sessions slow each other down (processor sharing by `work_rate`)."""

    person: Person
    world: World
    sessions: list[OpenSession] = field(default_factory=list)
    free_since: float = 0.0
    last_given: float = 0.0
    version: int = 0
    busy_place_seconds: float = 0.0
    rating_count: int = 0
    rating_sum: float = 0.0
    _as_of: float = 0.0

    @property
    def free_places(self) -> int:
        return self.world.capacity - len(self.sessions)

    def advance(self, now: float) -> None:
        """Let the work proceed to `now`."""
        passed = now - self._as_of
        done = passed * self.world.work_rate(len(self.sessions))
        for session in self.sessions:
            session.work_left -= done
        self.busy_place_seconds += passed * len(self.sessions)
        self._as_of = now

    def give(self, session: OpenSession, now: float) -> None:
        """Raises ValueError when the consultant is full."""
        if self.free_places < 1:
            raise ValueError(f"{self.person.id} is full")
        self.advance(now)
        self.sessions.append(session)
        self.last_given = now
        self.version += 1

    def end_next(self, now: float) -> OpenSession:
        """Take away the session whose end `next_end` has foretold."""
        self.advance(now)
        ended = min(self.sessions, key=lambda session: session.work_left)
        self.sessions.remove(ended)
        self.free_since = now
        self.version += 1
        return ended

    def next_end(self) -> float | None:
        """When the next session ends if none is added meanwhile; valid as of the last change."""
        if not self.sessions:
            return None
        least = min(session.work_left for session in self.sessions)
        return self._as_of + max(0.0, least) / self.world.work_rate(len(self.sessions))

    def rate(self, score: int) -> None:
        self.rating_count += 1
        self.rating_sum += score
