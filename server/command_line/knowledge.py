"""`wenjin faq import` and `wenjin faq export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.command_line.text_files import read_text
from server.domain.errors import BadRequest
from server.domain.ids import AccountId
from server.domain.people import Person, Role

if TYPE_CHECKING:
    from server.use_cases.import_knowledge import ImportPreview

application = typer.Typer(help="What the bot knows, as JSON Lines, CSV or Markdown.", no_args_is_help=True)

COMMAND_LINE = Person(id=AccountId("command-line"), role=Role.ADMIN, name="command line")
"""Whoever may read the data folder may edit what is in it."""


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(application, name="faq")


@application.command("import")
def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Ends in .jsonl, .csv or .md; else told by its start."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """All of the file or, with the wrong lines named, nothing. A running server has it within seconds."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.import_knowledge import ImportKnowledge  # noqa: PLC0415
    from server.use_cases.knowledge_files import format_of_name  # noqa: PLC0415

    settings = read_settings(config)
    text, file_format = read_text(file), format_of_name(file.name)

    async def bring_in() -> None:
        async with opened_stores(data_dir, settings) as stores:
            importer = ImportKnowledge(knowledge=stores.knowledge, announce=lambda _fact: None)
            if dry_run:
                _show(await importer.preview(editor=COMMAND_LINE, text=text, file_format=file_format))
                return
            result = await importer(editor=COMMAND_LINE, text=text, file_format=file_format)
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
        Path,
        typer.Argument(dir_okay=False, help="Ends in .csv or .md, else JSON Lines; - is standard output."),
    ],
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """Everything, drafts and archived entries included; importing the file again changes nothing."""
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.use_cases.export_knowledge import ExportKnowledge  # noqa: PLC0415
    from server.use_cases.knowledge_files import format_of_name  # noqa: PLC0415

    settings = read_settings(config)

    async def take_out() -> str:
        async with opened_stores(data_dir, settings) as stores:
            export = ExportKnowledge(knowledge=stores.knowledge)
            return await export(file_format=format_of_name(file.name) or "jsonl")

    text = run_in_loop(take_out())
    if str(file) == "-":
        sys.stdout.write(text)
    else:
        file.write_text(text, encoding="utf-8", newline="")


def _show(preview: "ImportPreview") -> None:
    """What a dry run found. Raises BadRequest when lines are wrong, as the import itself would."""
    for one in preview.changes:
        names = f" ({', '.join(each.field for each in one.differences)})" if one.differences else ""
        sys.stderr.write(f"line {one.line}: {one.kind} {one.question}{names}\n")
    sys.stderr.write(
        f"would be {preview.created} created, {preview.updated} updated, {preview.unchanged} unchanged\n"
    )
    if preview.errors:
        raise BadRequest("nothing would be imported", details={"errors": preview.errors})


def _with_lines(refusal: BadRequest) -> str:
    errors: Any = (refusal.details or {}).get("errors") or []
    lines = "; ".join(f"line {error['line']}: {error['message']}" for error in errors)
    return f"{refusal.message}: {lines}" if lines else refusal.message
