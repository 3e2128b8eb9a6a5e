"""Draws an evaluation's curves; needs the optional `plots` dependencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.curves import reliability_curve, risk_coverage_curve
from chatbot.metrics import expected_calibration_error

_INCHES = (6.0, 5.0)
_DOTS_PER_INCH = 150
_INK, _GREY, _RED = "#1f5f8b", "#8a8a8a", "#b3402a"
_WHOLE = (-0.02, 1.02)
"""A share's axis: wide enough that points at 0 and at 1 are seen whole."""


class PlotsUnavailable(Exception):
    """matplotlib is not installed."""

    code = "plots_unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was decided, in one order: how confident it was, and whether it was right.

    `acts_from` is the confidence from which something follows, if there is one.
    """

    confidence: Sequence[float]
    is_right: Sequence[bool]
    acts_from: float | None = None


def draw_curves(judged: Judged, folder: Path) -> tuple[Path, Path]:
    """Write `reliability.png` and `risk_coverage.png` into `folder`, which is made; returns both.

    Raises PlotsUnavailable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = (
        (folder / "reliability.png", _draw_reliability),
        (folder / "risk_coverage.png", _draw_risk_coverage),
    )
    for file, draw in drawn:
        figure = new_figure()
        axes = figure.subplots()
        axes.grid(visible=True, color="#e4e4e4", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes, judged)
        figure.savefig(file)
    return drawn[0][0], drawn[1][0]


def new_figure(*, width: float = _INCHES[0], height: float = _INCHES[1]) -> Any:
    """An empty matplotlib Figure of so many inches. Raises PlotsUnavailable."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  optional, and a second to import
    except ImportError as error:
        raise PlotsUnavailable("plots need matplotlib: pip install 'wenjin[plots]'") from error
    return Figure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")


def _draw_reliability(axes: Any, judged: Judged) -> None:
    points = reliability_curve(judged.confidence, judged.is_right)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="perfect")
    axes.plot(
        [point.confidence for point in points],
        [point.share_right for point in points],
        color=_INK,
        marker="o",
        label="equal-mass bins",
    )
    if judged.acts_from is not None:
        label = f"answers from {judged.acts_from:.2f}"
        axes.axvline(judged.acts_from, color=_RED, linewidth=1, label=label)
    error = expected_calibration_error(judged.confidence, judged.is_right)
    title = "Reliability" if error is None else f"Reliability: calibration error {error:.3f}"
    axes.set(xlabel="confidence", ylabel="share right", xlim=_WHOLE, ylim=_WHOLE, title=title)
    axes.legend(loc="best", frameon=False)


def _draw_risk_coverage(axes: Any, judged: Judged) -> None:
    """Over all that was asked; of a bot's questions also those out of scope: answering one is wrong."""
    points = risk_coverage_curve(judged.confidence, judged.is_right)
    axes.plot([point.coverage for point in points], [point.risk for point in points], color=_INK)
    acts_from = judged.acts_from
    answered = [] if acts_from is None else [point for point in points if point.threshold >= acts_from]
    if answered:
        chosen = answered[-1]
        label = f"the bot answers {chosen.coverage:.0%}, {chosen.risk:.1%} of that wrong"
        axes.plot(chosen.coverage, chosen.risk, "o", color=_RED, label=label)
        axes.legend(loc="best", frameon=False)
    axes.set(
        xlabel="coverage (share of all that is decided)",
        ylabel="risk (share of those wrong)",
        xlim=_WHOLE,
        title="Risk and coverage",
    )
    axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])
