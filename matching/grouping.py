"""Turns names into numbers that count from 0, and sums rows that share a number."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def codes_of(names: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """(codes, the distinct names in order): `names[i] == distinct[codes[i]]`."""
    distinct = tuple(sorted(set(names)))
    place = {name: number for number, name in enumerate(distinct)}
    return np.fromiter((place[name] for name in names), np.int64, len(names)), distinct


def sum_by(codes: Codes, values: Floats, count: int = 0) -> Floats:
    """(groups,): at least `count` groups."""
    return np.asarray(np.bincount(codes, values, count), dtype=np.float64)
