"""`wenjin faq import` and `wenjin faq export`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.command_line.text_files import read_text
from server.domain.errors import BadRequest
from server.domain.ids import AccountId
from server.domain.people import Person, Role

application = typer.Typer(help="What the bot knows, as CSV or JSON Lines.", no_args_is_help=True)

COMMAND_LINE = Person(id=AccountId("command-line"), role=Role.ADMIN, name="command line")
"""Whoever may read the data folder may edit what is in it."""


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(application, name="faq")


@application.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Told apart by its first character.")
    ],
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """All of the file or, with the wrong lines named, nothing. A running server has it within seconds."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.import_knowledge import ImportKnowledge  # noqa: PLC0415

    settings = read_settings(config)
    text = read_text(file)

    async def bring_in() -> None:
        async with opened_stores(data_dir, settings) as stores:
            importer = ImportKnowledge(knowledge=stores.knowledge, announce=lambda _fact: None)
            result = await importer(editor=COMMAND_LINE, text=text)
        sys.stderr.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged\n"
        )

    try:
        run_in_loop(bring_in())
    except BadRequest as refusal:
        raise BadRequest(_with_lines(refusal)) from refusal


@application.command("export")
def export_file(
    file: Annotated[
        Path, typer.Argument(dir_okay=False, help="Ends in .csv or .jsonl; - is standard output.")
    ],
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Everything, drafts and archived entries included; importing the file again changes nothing."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.export_knowledge import ExportKnowledge  # noqa: PLC0415

    settings = read_settings(config)

    async def take_out() -> str:
        async with opened_stores(data_dir, settings) as stores:
            export = ExportKnowledge(knowledge=stores.knowledge)
            return await export(file_format="csv" if file.suffix.lower() == ".csv" else "jsonl")

    text = run_in_loop(take_out())
    if str(file) == "-":
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8", newline="")


def _with_lines(refusal: BadRequest) -> str:
    errors: Any = (refusal.details or {}).get("errors") or []
    lines = "; ".join(f"line {error['line']}: {error['message']}" for error in errors)
    return f"{refusal.message}: {lines}" if lines else refusal.message
