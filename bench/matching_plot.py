"""Draws what matching costs against how many consultants there are and how many wait."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_INCHES = (10.0, 4.2)
_DOTS_PER_INCH = 150
_COLOURS = ("#8fb8d4", "#1f5f8b", "#0c2d48", "#6b8f3a", "#d08c2f")
_RED = "#b3402a"


def draw_growth(
    rankings: Mapping[int, Mapping[str, float]],
    rounds: Mapping[tuple[int, int], Mapping[str, float]],
    file: Path,
    *,
    limits_ms: tuple[float, float],
) -> None:
    """`rankings` by consultants; `rounds` by (waiting, free). Both axes grow by factors. Needs matplotlib."""
    from matplotlib.figure import Figure  # noqa: PLC0415  optional, and a second to import

    figure = Figure(figsize=_INCHES, dpi=_DOTS_PER_INCH, layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, colour in (("p50_ms", _COLOURS[0]), ("p99_ms", _COLOURS[1])):
        counts = sorted(rankings)
        left.plot(counts, [rankings[one][name] for one in counts], color=colour, marker="o", label=name[:3])
    _finish(left, limits_ms[0], "Ranking for one request", "consultants", sorted(rankings))
    for free, colour in zip(sorted({free for _, free in rounds}), _COLOURS, strict=False):
        waiting = sorted(one for one, its in rounds if its == free)
        right.plot(
            waiting,
            [rounds[one, free]["p50_ms"] for one in waiting],
            color=colour,
            marker="o",
            label=f"{free} free",
        )
    counts = sorted({waiting for waiting, _ in rounds})
    _finish(right, limits_ms[1], "A whole round, with explanations", "waiting", counts)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file)


def _finish(axes: Any, limit_ms: float, title: str, counted: str, counts: list[int]) -> None:
    axes.axhline(limit_ms, color=_RED, linewidth=1, linestyle="--", label=f"wanted: {limit_ms:g} ms")
    axes.set(title=title, xlabel=counted, ylabel="milliseconds", xscale="log", yscale="log")
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.xaxis.minorticks_off()
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("{x:g}")
    axes.grid(visible=True, which="both", color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="best", frameon=False)
