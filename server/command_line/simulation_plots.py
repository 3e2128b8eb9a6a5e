"""Draws what a comparison of simulated policies has found; needs the optional `plots` dependencies."""

from pathlib import Path
from typing import Any

from matching.simulation.comparison import OURS, Comparison
from server.command_line.plots import new_figure

_INK, _GREY = "#1f5f8b", "#8a8a8a"
_PICTURES = (
    ("satisfaction.png", "satisfaction_all", "Share of all users who are truly satisfied"),
    ("wait.png", "wait_p95", "Wait: 95th percentile, in seconds"),
    ("wait-median.png", "wait_p50", "Wait: median, in seconds"),
    ("abandonment.png", "abandoned", "Share of users who left the queue"),
    ("overtaken.png", "overtaken_most", "Most often that anybody was overtaken"),
    ("newcomers.png", "newcomers", "Sessions of newcomers over others' (1: fair)"),
    ("load.png", "gini_load", "Gini coefficient of sessions per hour"),
    ("good-cases.png", "gini_good_cases", "Gini coefficient of easy sessions per hour"),
    ("occupancy.png", "occupancy", "Share of places that were taken"),
    ("estimate.png", "estimate_90", "Waits within the 90th percentile told"),
)


def draw_comparison(compared: Comparison, folder: Path) -> list[Path]:
    """Write one picture a figure into `folder`, which is made: a panel for each occupancy, a point a policy.

    With 95 % intervals over seeds, cut at 0, below which no figure can be. Raises PlotsUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    occupancies = list(compared.runs)
    files = []
    for name, figure, title in _PICTURES:
        picture = new_figure(width=4.2 * len(occupancies) + 1.2, height=3.4)
        panels = picture.subplots(1, len(occupancies), sharey=True, squeeze=False)[0]
        for axes, occupancy in zip(panels, occupancies, strict=True):
            _draw_points(axes, compared, occupancy, figure)
        picture.suptitle(title)
        files.append(folder / name)
        picture.savefig(files[-1])
    return files


def _draw_points(axes: Any, compared: Comparison, occupancy: float, figure: str) -> None:
    """Points, not bars: differences of a few hundredths must be seen, so the axis doesn't begin at 0."""
    policies = list(compared.runs[occupancy])
    for place, policy in enumerate(policies):
        mean = compared.mean(occupancy, policy, figure)
        if mean is None:
            continue
        ends = None
        if mean.low is not None and mean.high is not None:
            ends = [[mean.mean - max(0.0, mean.low)], [mean.high - mean.mean]]
        colour = _INK if policy == OURS else _GREY
        axes.errorbar(mean.mean, place, xerr=ends, fmt="o", color=colour, elinewidth=1.4, capsize=3.0)
    axes.set_yticks(range(len(policies)), policies)
    axes.set_ylim(len(policies) - 0.5, -0.5)
    axes.grid(visible=True, axis="x", color="#e4e4e4", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{occupancy:.0%} occupancy", fontsize=10)
