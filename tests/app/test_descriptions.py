"""The committed descriptions of the protocol are what the code says today."""

from pathlib import Path

import pytest

from server.app.descriptions import descriptions
from server.realtime.asyncapi import ROWS
from server.realtime.payloads import SERVER_EVENTS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["openapi.json", "asyncapi.json"])
def test_the_committed_description_is_current(name: str) -> None:
    assert (DOCS / name).read_bytes() == descriptions()[name], "run: make docs"


def test_every_event_is_described() -> None:
    described = descriptions()["asyncapi.json"].decode()
    for event in [*(row.name for row in ROWS), *SERVER_EVENTS]:
        assert f'"name": "{event}"' in described
