"""`wenjin create-user` and `wenjin consultants import`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.command_line.text_files import read_text
from server.domain.errors import BadRequest
from server.domain.people import Role

consultants = typer.Typer(help="Consultants and their profiles.", no_args_is_help=True)


def add_to(parent: typer.Typer) -> None:
    parent.command("create-user")(create_user)
    parent.add_typer(consultants, name="consultants")


def create_user(
    username: str,
    role: Annotated[Role, typer.Option(help="What the person may do.")],
    name: Annotated[
        str | None, typer.Option(help="The name that others see; the username otherwise.")
    ] = None,
    password_stdin: Annotated[
        bool,
        typer.Option("--password-stdin", help="Read the password from the first line of standard input."),
    ] = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Make an account. A consultant gets an empty profile with it."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere

    settings = read_settings(config)
    password = _password(from_stdin=password_stdin)

    async def create() -> str:
        async with opened_stores(data_dir, settings) as stores:
            account = await stores.create_account(username=username, password=password, role=role, name=name)
            return account.id

    account_id = run_in_loop(create())
    sys.stdout.write(f"created {role.value} {username} {account_id}\n")


@consultants.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="JSON Lines, one consultant each.")
    ],
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Make or update consultants; prints the log-ins of new ones, whose passwords are kept nowhere else."""
    from server.command_line.consultant_files import import_consultants  # noqa: PLC0415  as above
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415

    settings = read_settings(config)
    text = read_text(file)

    async def bring_in() -> None:
        async with opened_stores(data_dir, settings) as stores:
            result = await import_consultants(text, stores)
        for log_in in result.created:
            sys.stdout.write(f"{log_in.username}\t{log_in.password}\n")
        sys.stderr.write(
            f"{len(result.created)} created, {result.updated} updated, {result.unchanged} unchanged\n"
        )

    run_in_loop(bring_in())


def _password(*, from_stdin: bool) -> str:
    if not from_stdin:
        prompted: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return prompted
    line = sys.stdin.readline()
    if not line:
        raise BadRequest("there is no password on standard input")
    return line.rstrip("\r\n")
