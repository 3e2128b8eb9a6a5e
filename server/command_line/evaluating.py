"""`wenjin evaluate …`: quality figures from labelled data; needs no database and no Redis."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import rich.table
import typer
from rich.console import Console

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.command_line.text_files import read_lines

InputFile = Annotated[Path, typer.Option(exists=True, dir_okay=False, readable=True)]
OptionalInputFile = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, readable=True)]
Plots = Annotated[
    Path | None,
    typer.Option(file_okay=False, help="A folder for the reliability and the risk-coverage curve, as PNG."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON object to standard output.")]

application = typer.Typer(
    help="Measure the bot, the matching or the sentiment on labelled JSON Lines.", no_args_is_help=True
)


def add_to(parent: typer.Typer) -> None:
    parent.add_typer(application, name="evaluate")


@application.command("bot")
def evaluate_bot_command(
    kb: InputFile,
    queries: InputFile,
    calibrate: OptionalInputFile = None,
    plots: Plots = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,  # noqa: ARG001  accepted by every command; nothing is kept here
) -> None:
    """How often the bot finds the right answer, and how well it knows when it does not."""
    from chatbot.evaluate import evaluate_bot  # noqa: PLC0415  half a second that other commands save
    from matching.embedding import load_encoder  # noqa: PLC0415
    from server.command_line.plots import Judged, draw_curves  # noqa: PLC0415

    settings = read_settings(config)
    embedding = settings.embedding
    encoder = load_encoder(
        embedding.model, threads=embedding.threads, cache_file=None, is_offline=embedding.offline
    )
    evaluation = evaluate_bot(
        read_lines(kb),
        read_lines(queries),
        read_lines(calibrate) if calibrate else None,
        encoder=encoder,
        target_precision=settings.bot.target_precision,
    )
    if plots is not None:
        judged = Judged(
            confidence=[one.confidence for one in evaluation.outcomes],
            is_right=[one.is_right for one in evaluation.outcomes],
            acts_from=evaluation.answer_from,
        )
        draw_curves(judged, plots)
    _show("evaluate bot", evaluation.figures, as_json=as_json)


@application.command("matching")
def evaluate_matching_command(
    consultants: InputFile,
    requests: InputFile,
    history: OptionalInputFile = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,  # noqa: ARG001  accepted by every command; nothing is kept here
) -> None:
    """How often a consultant of the right specialty comes first; the specialty itself is never read."""
    from matching.embedding import load_encoder  # noqa: PLC0415
    from matching.evaluate import evaluate_matching, read_records  # noqa: PLC0415

    embedding = read_settings(config).embedding
    encoder = load_encoder(
        embedding.model, threads=embedding.threads, cache_file=None, is_offline=embedding.offline
    )
    figures = evaluate_matching(
        read_records(consultants),
        read_records(requests),
        read_records(history) if history else None,
        encoder=encoder,
    )
    _show("evaluate matching", figures, as_json=as_json)


@application.command("sentiment")
def evaluate_sentiment_command(
    data: InputFile,
    plots: Plots = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,  # noqa: ARG001  accepted by every command; nothing is kept here
) -> None:
    """How often the shipped model hears the mood of a text as people did."""
    from chatbot.evaluate_sentiment import evaluate_sentiment  # noqa: PLC0415
    from matching.embedding import load_encoder  # noqa: PLC0415
    from server.command_line.plots import Judged, draw_curves  # noqa: PLC0415

    embedding = read_settings(config).embedding
    encoder = load_encoder(
        embedding.model, threads=embedding.threads, cache_file=None, is_offline=embedding.offline
    )
    evaluation = evaluate_sentiment(read_lines(data), encoder=encoder, source=data.name)
    if plots is not None:
        draw_curves(Judged(confidence=evaluation.confidence, is_right=evaluation.is_right), plots)
    _show("evaluate sentiment", evaluation.figures, as_json=as_json)


def _show(title: str, figures: Mapping[str, Any], *, as_json: bool) -> None:
    table = rich.table.Table("figure", "value", title=title)
    for name, value in flattened(figures):
        table.add_row(
            name, "–" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
        )
    Console(stderr=True).print(table)
    if as_json:
        sys.stdout.write(orjson.dumps(figures, option=orjson.OPT_SERIALIZE_NUMPY).decode() + "\n")
        sys.stdout.flush()


def flattened(figures: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested objects as dotted names, in their order."""
    rows: list[tuple[str, Any]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            rows += flattened(value, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", value))
    return rows
