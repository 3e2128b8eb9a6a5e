"""Numbers for people and for programs: quantiles, medians over turns, one table and one JSON object."""

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from bench.machine import CORES, load_average

Figures = dict[str, Any]


def quantiles(seconds: Sequence[float], *shares: float) -> dict[str, float]:
    """`p50_ms` and so on; nothing for an empty list."""
    if not seconds:
        return {}
    chosen = shares or (0.5, 0.99)
    values = np.quantile(np.asarray(seconds), chosen) * 1000
    return {f"p{share * 100:g}_ms": float(value) for share, value in zip(chosen, values, strict=True)}


def worst_second(at: Sequence[float], seconds: Sequence[float]) -> float:
    """The highest p99 in milliseconds of any second of the run."""
    if not at:
        return 0.0
    moments, values = np.asarray(at), np.asarray(seconds)
    bins = np.floor(moments - moments.min()).astype(int)
    return max(float(np.quantile(values[bins == one], 0.99)) for one in np.unique(bins)) * 1000


def median_of(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each figure by itself."""
    return {key: float(np.median([run[key] for run in runs if key in run])) for key in runs[0]}


def ratio(one: float, other: float) -> float | None:
    return round(one / other, 3) if other else None


def table(title: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """To standard error: one row a thing, one column a figure."""
    columns = list(dict.fromkeys(key for _, figures in rows for key in figures))
    cells = [["", *columns]]
    cells += [[name, *(_shown(figures.get(key)) for key in columns)] for name, figures in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns) + 1)]
    say(f"\n{title}")
    for line in cells:
        first, *others = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        say("  ".join([line[0].ljust(len(first)), *others]))


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def rounded(value: Any) -> Any:
    """Four digits that mean something, in whatever is nested."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def machine() -> Figures:
    return {
        "cores": CORES,
        "load_average": load_average(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def print_json(figures: Figures) -> None:
    print(json.dumps(rounded(figures), ensure_ascii=False, indent=1))


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
