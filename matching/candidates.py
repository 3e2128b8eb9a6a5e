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


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One present consultant now; `rating_mean` is 1 to 5, None before the first rating."""

    consultant_id: str
    open_sessions: int = 0
    capacity: int = 1
    rating_mean: float | None = None
    rating_count: int = 0
    idle_seconds: float = 0.0

    @property
    def free_slots(self) -> int:
        return max(0, self.capacity - self.open_sessions)


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates(Sequence[Candidate]):
    """Equal to a list of Candidate. Columns are (candidates,); `rating_mean` NaN before the first rating."""

    ids: tuple[str, ...]
    open_sessions: Integers
    capacity: Integers
    rating_mean: Floats
    rating_count: Integers
    idle_seconds: Floats
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
        mean = float(self.rating_mean[index])
        return Candidate(
            consultant_id=self.ids[index],
            open_sessions=int(self.open_sessions[index]),
            capacity=int(self.capacity[index]),
            rating_mean=None if np.isnan(mean) else mean,
            rating_count=int(self.rating_count[index]),
            idle_seconds=float(self.idle_seconds[index]),
        )

    @cached_property
    def free_slots(self) -> Integers:
        return np.asarray(np.maximum(0, self.capacity - self.open_sessions))

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
