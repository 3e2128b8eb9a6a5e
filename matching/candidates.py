"""The present consultants of one round, in columns: thousands are scored without an object each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt
from typing_extensions import override

Integers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

PRIOR_RATING = 4.3
PRIOR_RATING_COUNT = 8
"""A consultant's mean counts as much as this prior from the eighth rating on."""

LONG_IDLE_SECONDS = 600.0

ANY_NUMBER = np.iinfo(np.intp).max
"""In the column of `new_sessions_left`, for None."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One present consultant now; `rating_mean` is 1 to 5, None before the first rating.

    `new_sessions_left`: so many new ones they may be given at this time; None: any number.
    """

    consultant_id: str
    open_sessions: int = 0
    capacity: int = 1
    rating_mean: float | None = None
    rating_count: int = 0
    idle_seconds: float = 0.0
    new_sessions_left: int | None = None

    @property
    def free_slots(self) -> int:
        return max(0, self.capacity - self.open_sessions)

    @property
    def places(self) -> int:
        """How many sessions they may be given now."""
        if self.new_sessions_left is None:
            return self.free_slots
        return min(self.free_slots, self.new_sessions_left)


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates(Sequence[Candidate]):
    """Equal to a list of Candidate. Columns are (candidates,); `rating_mean` NaN before the first rating."""

    ids: tuple[str, ...]
    open_sessions: Integers
    capacity: Integers
    rating_mean: Floats
    rating_count: Integers
    idle_seconds: Floats
    new_sessions_left: Integers
    _placed: dict[int, tuple[Mapping[str, int], Integers]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> "Candidates":
        if isinstance(candidates, Candidates):
            return candidates
        some = list(candidates)
        means = [np.nan if one.rating_mean is None else one.rating_mean for one in some]
        return cls(
            ids=tuple(one.consultant_id for one in some),
            open_sessions=np.array([one.open_sessions for one in some], dtype=np.intp),
            capacity=np.array([one.capacity for one in some], dtype=np.intp),
            rating_mean=np.array(means, dtype=np.float64),
            rating_count=np.array([one.rating_count for one in some], dtype=np.intp),
            idle_seconds=np.array([one.idle_seconds for one in some], dtype=np.float64),
            new_sessions_left=np.array(
                [ANY_NUMBER if one.new_sessions_left is None else one.new_sessions_left for one in some],
                dtype=np.intp,
            ),
        )

    @override
    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Candidate: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Candidate]: ...
    @override
    def __getitem__(self, index: int | slice) -> Candidate | Sequence[Candidate]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        mean, left = float(self.rating_mean[index]), int(self.new_sessions_left[index])
        return Candidate(
            consultant_id=self.ids[index],
            open_sessions=int(self.open_sessions[index]),
            capacity=int(self.capacity[index]),
            rating_mean=None if np.isnan(mean) else mean,
            rating_count=int(self.rating_count[index]),
            idle_seconds=float(self.idle_seconds[index]),
            new_sessions_left=None if left == ANY_NUMBER else left,
        )

    @cached_property
    def free_slots(self) -> Integers:
        return np.asarray(np.maximum(0, self.capacity - self.open_sessions))

    @cached_property
    def places(self) -> Integers:
        """How many sessions each may be given now."""
        return np.asarray(np.minimum(self.free_slots, self.new_sessions_left))

    @cached_property
    def free_share(self) -> Floats:
        """Of each one's capacity."""
        return np.asarray(self.free_slots / np.maximum(1, self.capacity))

    @cached_property
    def idle_share(self) -> Floats:
        """1 from LONG_IDLE_SECONDS on."""
        return np.clip(self.idle_seconds / LONG_IDLE_SECONDS, 0.0, 1.0)

    @cached_property
    def shrunk_rating(self) -> Floats:
        """Means shrunk to the prior: (prior x 8 + mean x count) / (8 + count), 1 to 5."""
        prior = PRIOR_RATING * PRIOR_RATING_COUNT
        rating = (prior + self.rating_mean * self.rating_count) / (PRIOR_RATING_COUNT + self.rating_count)
        return np.where(np.isnan(rating), PRIOR_RATING, rating)

    def places_in(self, columns: Mapping[str, int]) -> Integers:
        """Each one's place among others; who has none gets the place after the last. Kept for next time."""
        known = self._placed.get(id(columns))
        if known is None or known[0] is not columns:
            found = [columns.get(consultant_id, len(columns)) for consultant_id in self.ids]
            known = (columns, np.array(found, dtype=np.intp))
            self._placed.clear()
            self._placed[id(columns)] = known
        return known[1]

    def columns_of(self, consultant_ids: Iterable[str]) -> list[int]:
        """Where these stand; those who are not candidates are left out."""
        wanted = list(consultant_ids)
        return [self._columns[one] for one in wanted if one in self._columns] if wanted else []

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {consultant_id: column for column, consultant_id in enumerate(self.ids)}
