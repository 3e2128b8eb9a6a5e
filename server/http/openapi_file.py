"""Writes docs/openapi.json: `python -m server.http.openapi_file`."""

from pathlib import Path

import orjson

from server.http.routes import describe_routes

OPENAPI_FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def write_openapi_file() -> None:
    text = orjson.dumps(describe_routes(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    OPENAPI_FILE.write_bytes(text)


if __name__ == "__main__":
    write_openapi_file()
