"""`wenjin replay`: logged decisions once more, under another policy."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
import typer

from server.command_line.options import DEFAULT_DATA_DIR, ConfigFile, DataDir, read_settings
from server.domain.errors import BadRequest, NotFound

_WHEN = "A day or a time, as 2026-03-01 or 2026-03-01T09:00, in `site.timezone`."


def add_to(parent: typer.Typer) -> None:
    parent.command("replay")(replay_command)


def replay_command(
    policy: Annotated[str, typer.Option(help="A name of `wenjin policy list`.")],
    since: Annotated[str, typer.Option("--from", help=f"{_WHEN} Default: a day before --to.")] = "",
    until: Annotated[str, typer.Option("--to", help=f"{_WHEN} Default: after the last decision.")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print exactly one JSON object to standard output.")
    ] = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT_DATA_DIR,
) -> None:
    """How many assignments would differ, what would be expected of them, and how the load would spread."""
    from server.command_line.comparing import print_replay, replay_json  # noqa: PLC0415  saves 0.5 s elsewhere
    from server.command_line.stores import opened_stores, run_in_loop  # noqa: PLC0415
    from server.use_cases.judge_policy import ReplayDecisions  # noqa: PLC0415

    settings = read_settings(config)
    zone = ZoneInfo(settings.site.timezone)
    begins, ends = _moment(since, zone), _moment(until, zone)

    async def play() -> None:
        async with opened_stores(data_dir, settings) as stores:
            span = await stores.decisions.span()
            if span is None:
                raise NotFound("no decision is logged")
            last = ends or span[1] + timedelta(milliseconds=1)
            run = ReplayDecisions(policies=stores.policies, decisions=stores.decisions)
            found = await run(policy, since=begins or last - timedelta(days=1), until=last)
        print_replay(found)
        if as_json:
            typer.echo(orjson.dumps(replay_json(found)).decode())

    run_in_loop(play())


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """Raises BadRequest."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{text!r} is not a time: write it as 2026-03-01 or 2026-03-01T09:00") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
