"""Prints what the log says of a policy, and its replays."""

from dataclasses import asdict
from typing import Any

import rich.table
from rich.console import Console

from matching.comparison import Comparison
from matching.off_policy import Interval, OffPolicyEstimate
from matching.replay import Replay

_NOTHING = "no decision of the live policy is logged for this time: nothing can be said of {name}"
_ASSUMPTIONS = (
    "Replayed round by round from the logged state. Ratings are those of users who gave one;"
    " intervals hold if that does not hang on the choice."
)


def basis_of(comparison: Comparison | None) -> dict[str, Any]:
    """As plain JSON, to be kept with an activation."""
    if comparison is None:
        return {"decisions": 0}
    return asdict(comparison) | {"replay": replay_json(comparison.replay)}


def replay_json(replay: Replay) -> dict[str, Any]:
    """Without the single choices."""
    return {name: value for name, value in asdict(replay).items() if name != "choices"}


def print_comparison(name: str, comparison: Comparison | None) -> None:
    """To standard error, as tables are everywhere."""
    console = Console(stderr=True)
    if comparison is None:
        console.print(_NOTHING.format(name=name))
        return
    table = rich.table.Table("figure", "value", title=f"{comparison.policy} instead of {comparison.live}")
    for row in (*_replay_rows(comparison.replay), *_shadow_rows(comparison), *_rating_rows(comparison)):
        table.add_row(*row)
    console.print(table)
    if comparison.refusal:
        console.print(f"no estimate ({comparison.refusal_reason}): {comparison.refusal}", markup=False)
    console.print(_ASSUMPTIONS)


def print_replay(replay: Replay) -> None:
    table = rich.table.Table("figure", "value", title=f"replay under {replay.policy}")
    for row in _replay_rows(replay):
        table.add_row(*row)
    console = Console(stderr=True)
    console.print(table)
    console.print(
        "Replayed round by round from the logged state: later rounds don't know of earlier changes."
    )


def _replay_rows(replay: Replay) -> list[tuple[str, str]]:
    ours, theirs = replay.spread, replay.logged_spread
    return [
        ("decisions (rounds)", f"{replay.decisions} ({replay.rounds})"),
        ("would differ", f"{replay.differ} ({replay.differ / replay.decisions:.1%})"),
        ("expected satisfaction (0 to 1), its choices", f"{replay.score:.4f}"),
        ("expected satisfaction, the logged choices", f"{replay.logged_score:.4f}"),
        ("load: Gini, was", f"{ours.gini:.3f}, {theirs.gini:.3f}"),
        ("load: most sessions of one consultant, was", f"{ours.most}, {theirs.most}"),
        ("load: consultants without a session, was", f"{ours.none}, {theirs.none} of {ours.consultants}"),
    ]


def _shadow_rows(comparison: Comparison) -> list[tuple[str, str]]:
    shadow = comparison.shadow
    if shadow is None:
        return []
    return [
        ("as a shadow: decisions", str(shadow.decisions)),
        ("as a shadow: differed", f"{shadow.differ} ({shadow.differ / shadow.decisions:.1%})"),
        ("as a shadow: mean gain, by its own score", f"{shadow.gain:+.4f}"),
        ("as a shadow: mean gain, by the live score", f"{shadow.live_gain:+.4f}"),
    ]


def _rating_rows(comparison: Comparison) -> list[tuple[str, str]]:
    rows = [("rated decisions", str(comparison.rated))]
    said = comparison.agreement
    if said is not None:
        reward = "–" if said.reward is None else f"{said.reward:.3f}"
        rows += [
            ("rated: both choose alike", f"{said.share:.1%}, rated {reward}"),
            ("rating whatever the rest would earn", f"{said.low:.3f} to {said.high:.3f}"),
        ]
    if comparison.estimate is not None:
        rows += _estimate_rows(comparison.estimate)
    return rows


def _estimate_rows(found: OffPolicyEstimate) -> list[tuple[str, str]]:
    percent = f"{found.confidence:.0%}"
    return [
        (f"rating as it was ({percent})", _interval(found.logged)),
        (f"IPS ({percent})", _interval(found.ips)),
        (f"self-normalised IPS ({percent})", _interval(found.self_normalised)),
        (f"doubly robust ({percent})", _interval(found.doubly_robust)),
        (f"gain, doubly robust ({percent})", _interval(found.gain)),
        ("effective sample size", f"{found.effective_sample_size:.0f} of {found.count}"),
        ("weights clipped", f"{found.clipped} at {found.clip:.1f}, {found.cut:.1%} of all weight"),
        ("choices that the log can't know", f"{found.unsupported:.1%}"),
    ]


def _interval(one: Interval) -> str:
    return f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
