"""`wenjin simulate`: our matching beside the rules of others on simulated days; needs no database."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import rich.box
import rich.table
import typer
import yaml
from rich.console import Console

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings

if TYPE_CHECKING:
    from matching.simulation.world import World

Occupancies = Annotated[
    str, typer.Option("--occupancy", help="Shares of all places that would be taken, separated by commas.")
]
PolicyNames = Annotated[
    str | None, typer.Option("--policies", help="Names separated by commas; without it all but `ceiling`.")
]
WorldFile = Annotated[
    Path | None,
    typer.Option(
        "--world", exists=True, dir_okay=False, help="Assumptions as YAML or JSON; what isn't named stays."
    ),
]
Plots = Annotated[Path | None, typer.Option(file_okay=False, help="A folder for the pictures, as PNG.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object to standard output.")]

_MAIN = "satisfaction_all"
_SHOWN: Mapping[str, tuple[str, str]] = {
    "satisfaction_all": ("satisfied", ".3f"),
    "satisfaction": ("… of served", ".3f"),
    "rating": ("rating", ".2f"),
    "wait_p50": ("wait p50, s", ".0f"),
    "wait_p95": ("wait p95, s", ".0f"),
    "abandoned": ("left queue", ".1%"),
    "overtaken_most": ("overtaken", ".1f"),
    "gini_load": ("Gini load", ".2f"),
    "gini_good_cases": ("Gini good", ".2f"),
    "newcomers": ("newcomers", ".2f"),
    "occupancy": ("occupied", ".2f"),
    "estimate_90": ("p90 holds", ".2f"),
}


class BadOccupancy(Exception):
    """An occupancy that is no number, or out of range."""

    code = "bad_occupancy"


def add_to(parent: typer.Typer) -> None:
    parent.command("simulate")(simulate)


def simulate(
    occupancy: Occupancies = "0.6,0.85,1.1",
    policies: PolicyNames = None,
    seeds: Annotated[int, typer.Option(min=1, max=1_000)] = 20,
    days: Annotated[int, typer.Option(min=1, max=30)] = 1,
    consultants: Annotated[int | None, typer.Option(min=2, max=500)] = None,
    world: WorldFile = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help="Vary the assumptions instead, at the first occupancy.")
    ] = False,
    plots: Plots = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,  # noqa: ARG001  accepted by every command; nothing is kept here
) -> None:
    """Our matching beside our re-implementations of published routing rules, on simulated business days."""
    from matching.simulation.comparison import DEFAULT_POLICIES, compare  # noqa: PLC0415  slow to import
    from matching.simulation.sensitivity import sensitivity as vary  # noqa: PLC0415
    from server.command_line.simulation_plots import draw_comparison  # noqa: PLC0415

    read_settings(config)
    shares = _shares(occupancy)
    assumed = _read_world(world, consultants)
    figures: dict[str, Any] = {"seeds": seeds, "days": days}
    console = Console(stderr=True)
    with console.status("simulating") as status:
        if sensitivity:
            figures["occupancy"] = shares[0]
            figures["sensitivity"] = vary(
                assumed, occupancy=shares[0], seeds=seeds, days=days, progress=status.update
            )
            _show_sensitivity(console, figures)
        else:
            names = policies.split(",") if policies else DEFAULT_POLICIES
            compared = compare(
                assumed, occupancies=shares, seeds=seeds, days=days, policies=names, progress=status.update
            )
            figures["occupancies"] = compared.summary()
            _show_comparison(console, figures)
            if plots is not None:
                draw_comparison(compared, plots)
    if as_json:
        sys.stdout.write(orjson.dumps(figures).decode() + "\n")
        sys.stdout.flush()


def _shares(occupancy: str) -> list[float]:
    try:
        shares = [float(part) for part in occupancy.split(",")]
    except ValueError:
        raise BadOccupancy(f"`{occupancy}` must be numbers separated by commas") from None
    if not all(0.0 < share <= 2.0 for share in shares):  # noqa: PLR2004  twice what can be served
        raise BadOccupancy("an occupancy must be above 0 and at most 2")
    return list(dict.fromkeys(shares))


def _read_world(file: Path | None, consultants: int | None) -> "World":
    from matching.simulation.world import WorldInvalid, world_from  # noqa: PLC0415

    record: Any = {}
    if file is not None:
        try:
            record = yaml.safe_load(file.read_bytes()) or {}
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise WorldInvalid(f"{file.name} is neither YAML nor JSON: {error}") from error
        if not isinstance(record, dict):
            raise WorldInvalid(f"{file.name} must hold names and values")
    assumed = world_from(record)
    return assumed if consultants is None else replace(assumed, consultants=consultants)


def _show_comparison(console: Console, figures: Mapping[str, Any]) -> None:
    for occupancy, at in figures["occupancies"].items():
        policies = at["policies"]
        table = rich.table.Table(
            "",
            *(name.replace("-", "\n", 1) for name in policies),
            title=f"{float(occupancy):.0%} occupancy, means over {figures['seeds']} seeds",
            box=rich.box.SIMPLE,
            pad_edge=False,
        )
        for name, (label, form) in _SHOWN.items():
            table.add_row(label, *(_one(means[name], form) for means in policies.values()))
            if name == _MAIN:
                halves = [_half(means[name], form) for means in policies.values()]
                table.add_row("  95 %", *halves)
        console.print(table)
        if at.get("gain_over_best_other"):
            gain = _with_ends(at["gain_over_best_other"], "+.1%")
            console.print(f"ours against {at['best_other']}, seed by seed: {gain}")
    console.print("All policies but `ours` are our re-implementations of published rules.")


def _show_sensitivity(console: Console, figures: Mapping[str, Any]) -> None:
    table = rich.table.Table(
        "assumption", "best other", "satisfied", "ours", "gain", "of perfect knowledge",
        title=f"{figures['occupancy']:.0%} occupancy, {figures['seeds']} seeds",
    )  # fmt: skip
    for name, row in figures["sensitivity"].items():
        table.add_row(
            name,
            row["best_other"],
            format(row["satisfaction_of_best_other"], ".3f"),
            format(row["satisfaction_of_ours"], ".3f"),
            _with_ends(row["gain"], "+.1%"),
            format(row["gain_of_perfect_knowledge"], "+.1%"),
        )
    console.print(table)


def _one(mean: Mapping[str, float | None] | None, form: str) -> str:
    return "–" if mean is None or mean["mean"] is None else format(mean["mean"], form)


def _half(mean: Mapping[str, float | None] | None, form: str) -> str:
    if mean is None or mean["mean"] is None or mean["high"] is None:
        return "–"
    return f"±{format(mean['high'] - mean['mean'], form)}"


def _with_ends(mean: Mapping[str, float | None] | None, form: str) -> str:
    if mean is None or mean["low"] is None or mean["high"] is None:
        return _one(mean, form)
    return f"{format(mean['mean'], form)} ({format(mean['low'], form)} to {format(mean['high'], form)})"
