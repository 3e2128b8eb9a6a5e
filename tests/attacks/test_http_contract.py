"""The HTTP API against its own description: generated requests, good and bad, in three roles.

Schemathesis runs as a program: it brings an event loop of its own.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.people import Crowd
from tests.support.serving import RunningServer, running_server

REQUESTS_AN_OPERATION = 6
MOST_SECONDS = 110
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_THE_LOG_IN = "/api/auth/(logout|password)"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """One of its own: what is generated here edits accounts, profiles and knowledge."""
    async with running_server(
        tmp_path_factory.mktemp("contract"), mongo_url=mongo_url, redis_url=redis_url
    ) as running:
        yield running


@pytest.mark.timeout(MOST_SECONDS + 60)
@pytest.mark.parametrize("role", ["admin", "consultant", "user"])
async def test_responses_are_as_described_and_never_a_server_error(
    crowd: Crowd, server: RunningServer, tmp_path: Path, role: str
) -> None:
    if role == "user":
        visitor = await crowd.visitor()
        await visitor.queue_up("我有一个问题")
        token = visitor.account.access_token
    else:
        username = {"admin": "admin", "consultant": "lin-zhiyuan"}[role]
        token = (await crowd.log_in(username)).access_token
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"{crowd.base}/api/openapi.json",
        f"--header=Authorization: Bearer {token}",
        f"--checks={CHECKS}",
        f"--exclude-path-regex={ENDS_THE_LOG_IN}",
        "--phases=examples,fuzzing",
        "--mode=all",
        f"--max-examples={REQUESTS_AN_OPERATION}",
        "--no-shrink",
        "--seed=1",
        "--warnings=off",
        "--suppress-health-check=all",
        "--continue-on-failure",
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(MOST_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        pytest.fail(f"schemathesis took more than {MOST_SECONDS} s")
    shown = output.decode(errors="replace")
    assert process.returncode == 0, shown[-8_000:]
    assert "Traceback" not in server.log, server.log


async def test_the_description_names_every_road_and_its_errors(crowd: Crowd) -> None:
    async with crowd.http.get(f"{crowd.base}/api/openapi.json") as answer:
        description = json.loads(await answer.text())
    roads = description["paths"]
    assert {"/api/visitors", "/api/auth/login", "/api/sessions/{id}", "/api/faq", "/api/board"} <= set(roads)
    for path, operations in roads.items():
        for method, operation in operations.items():
            assert operation["responses"], (method, path)
