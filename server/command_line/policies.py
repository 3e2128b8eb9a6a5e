"""`wenjin policy …`: versions of the matching policy, which of them decides, and what speaks for another."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import rich.table
import typer
from rich.console import Console

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.command_line.text_files import read_text
from server.domain.errors import BadRequest, Conflict
from server.domain.times import rfc3339, utc_now

if TYPE_CHECKING:
    from server.domain.policies import Activation

application = typer.Typer(help="Which version of the matching policy decides.", no_args_is_help=True)

_SHOWN_ACTIVATIONS = 20
_MOST_NAME_CHARACTERS = 80

Name = Annotated[str, typer.Argument(help="As `wenjin policy list` names it.")]
By = Annotated[
    str, typer.Option("--by", help="Who wants it, for the record; without it the name you are logged in by.")
]
Days = Annotated[int, typer.Option(min=1, max=3_650, help="How far back decisions are looked at.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object to standard output.")]


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(application, name="policy")


@application.command("list")
def list_policies(
    as_json: AsJson = False, config: ConfigFile = None, data_dir: DataDir = DEFAULT_DATA_DIR
) -> None:
    """All versions, which one is in force, and the last activations with who wanted them."""
    from matching.policies import SHIPPED  # noqa: PLC0415  saves 0.3 s elsewhere
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415

    settings = read_settings(config)

    async def read() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        async with opened_stores(data_dir, settings) as stores:
            stored = await stores.policies.all()
            activations = await stores.policies.activations(limit=_SHOWN_ACTIVATIONS)
        live = activations[0].policy if activations else SHIPPED.name
        versions: list[dict[str, object]] = [
            {"name": one.name, "added_by": one.added_by, "added_at": rfc3339(one.added_at)} for one in stored
        ]
        if SHIPPED.name not in {one.name for one in stored}:
            versions.append({"name": SHIPPED.name, "added_by": "shipped", "added_at": None})
        for one in versions:
            one |= {
                "in_force": one["name"] == live,
                "is_shadow": one["name"] == settings.routing.shadow_policy,
            }
        return versions, [_activation_json(one) for one in activations]

    versions, activations = run_in_loop(read())
    _print_table("policies", versions)
    if activations:
        _print_table("activations", activations)
    if as_json:
        _print_json({"policies": versions, "activations": activations})


@application.command("show")
def show_policy(name: Name, config: ConfigFile = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """One version as JSON, the way `wenjin policy add` reads it."""
    from matching.policies import fingerprint, policy_json  # noqa: PLC0415  saves 0.3 s elsewhere
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415
    from server.use_cases.policy_ports import policy_named  # noqa: PLC0415

    settings = read_settings(config)

    async def read() -> None:
        async with opened_stores(data_dir, settings) as stores:
            policy = await policy_named(stores.policies, name)
        sys.stderr.write(f"fingerprint {fingerprint(policy)}\n")
        sys.stdout.write(orjson.dumps(policy_json(policy), option=orjson.OPT_INDENT_2).decode() + "\n")

    run_in_loop(read())


@application.command("add")
def add_policy(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON; `show` prints an example.")
    ],
    by: By = "",
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Keep a version under its name, for ever. It decides nothing before it is activated."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.switch_policy import AddPolicy  # noqa: PLC0415

    settings = read_settings(config)
    try:
        value = orjson.loads(read_text(file))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"{file.name} is not JSON: {error}") from error

    async def keep() -> None:
        async with opened_stores(data_dir, settings) as stores:
            policy = await AddPolicy(policies=stores.policies, clock=utc_now)(value, by=_person(by))
        sys.stderr.write(f"{policy.name} is kept\n")

    run_in_loop(keep())


@application.command("activate")
def activate_policy(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Also when the log does not rule out a loss.")] = False,
    days: Days = 30,
    by: By = "",
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Let a version decide, after showing what the log says of it. Running servers follow within 5 s."""
    from server.command_line.comparing import basis_of, print_comparison  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415
    from server.use_cases.judge_policy import ComparePolicy  # noqa: PLC0415
    from server.use_cases.switch_policy import ActivatePolicy, AddPolicy  # noqa: PLC0415

    settings = read_settings(config)

    async def switch() -> None:
        async with opened_stores(data_dir, settings) as stores:
            look = ComparePolicy(policies=stores.policies, decisions=stores.decisions, clock=utc_now)
            comparison = await look(name, days=days)
            print_comparison(name, comparison)
            if (comparison is None or comparison.may_lose) and not yes:
                raise Conflict("the log does not rule out a loss: add --yes to activate it all the same")
            add = AddPolicy(policies=stores.policies, clock=utc_now)
            activate = ActivatePolicy(policies=stores.policies, add=add, clock=utc_now)
            _print_switch(await activate(name, by=_person(by), basis=basis_of(comparison)))

    run_in_loop(switch())


@application.command("rollback")
def roll_back(by: By = "", config: ConfigFile = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
    """Take the last activation back: the version before it decides again, exactly as it was."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.switch_policy import RollBackPolicy  # noqa: PLC0415

    settings = read_settings(config)

    async def switch() -> None:
        async with opened_stores(data_dir, settings) as stores:
            go_back = RollBackPolicy(policies=stores.policies, clock=utc_now)
            _print_switch(await go_back(by=_person(by)))

    run_in_loop(switch())


@application.command("compare")
def compare_policy(
    name: Name,
    days: Days = 30,
    as_json: AsJson = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """What the log says of a version: replayed, as a shadow, and by the ratings that choices have earned."""
    from server.command_line.comparing import basis_of, print_comparison  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415
    from server.use_cases.judge_policy import ComparePolicy  # noqa: PLC0415

    settings = read_settings(config)

    async def look() -> None:
        async with opened_stores(data_dir, settings) as stores:
            find = ComparePolicy(policies=stores.policies, decisions=stores.decisions, clock=utc_now)
            comparison = await find(name, days=days)
        print_comparison(name, comparison)
        if as_json:
            _print_json(basis_of(comparison))

    run_in_loop(look())


def _person(by: str) -> str:
    """Who the record names: bounded, and without what could forge another line of it."""
    try:
        name = by or getpass.getuser()
    except (KeyError, OSError):
        name = "command line"
    return "".join(one for one in name if one.isprintable())[:_MOST_NAME_CHARACTERS] or "command line"


def _activation_json(one: "Activation") -> dict[str, object]:
    return {
        "number": one.number,
        "kind": one.kind,
        "policy": one.policy,
        "instead_of": one.former_policy if one.kind == "activate" else None,
        "by": one.by,
        "at": rfc3339(one.at),
    }


def _print_switch(activation: "Activation") -> None:
    sys.stderr.write(f"{activation.policy} is in force ({activation.kind} {activation.number})\n")


def _print_table(title: str, rows: list[dict[str, object]]) -> None:
    table = rich.table.Table(*rows[0], title=title)
    for row in rows:
        table.add_row(*("–" if value is None else _cell(value) for value in row.values()))
    Console(stderr=True).print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)


def _print_json(value: object) -> None:
    sys.stdout.write(orjson.dumps(value).decode() + "\n")
    sys.stdout.flush()
