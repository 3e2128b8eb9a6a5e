"""Writes the machine-readable descriptions of the protocol: `python -m server.app.descriptions docs`."""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from server.http.routes import describe_routes
from server.realtime.asyncapi import describe_events


def descriptions() -> dict[str, bytes]:
    """File name → contents."""
    return {
        "openapi.json": _pretty(describe_routes()),
        "asyncapi.json": _pretty(describe_events(version=version("wenjin"))),
    }


def _pretty(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    for name, contents in descriptions().items():
        (Path(sys.argv[1]) / name).write_bytes(contents)
