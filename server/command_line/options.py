"""Options that every command shares, and what they are turned into."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from server.command_line.log_output import set_up_logging
from server.settings import Settings, load_settings

DEFAULT_CONFIG = Path("config.yaml")

DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir",
        envvar="WENJIN_DATA_DIR",
        file_okay=False,
        help="Where the embedded database, Redis and generated secrets live.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        exists=True,
        dir_okay=False,
        help="Settings file; without this option config.yaml in the working folder, where there is one.",
    ),
]
DEFAULT_DATA_DIR = Path("data")


def read_settings(config_file: Path | None, overrides: Mapping[str, object] | None = None) -> Settings:
    """Reads the settings and sets logging up by them. Raises SettingsError."""
    if config_file is None and DEFAULT_CONFIG.is_file():
        config_file = DEFAULT_CONFIG
    settings = load_settings(config_file, os.environ, overrides or {})
    set_up_logging(settings.log)
    return settings
