"""One running server for all attacks; nobody else must notice them."""

from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio

from tests.support.people import Crowd, SignedIn, crowd_at
from tests.support.serving import RunningServer, running_server


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def server(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningServer]:
    """Everything as it is by default, and without limits."""
    folder = tmp_path_factory.mktemp("server")
    async with running_server(folder, mongo_url=mongo_url, redis_url=redis_url) as running:
        yield running


@pytest.fixture(scope="session")
def log_ins() -> dict[str, dict[str, SignedIn]]:
    """Of staff, by server."""
    return {}


@pytest_asyncio.fixture
async def crowd(server: RunningServer, log_ins: dict[str, dict[str, SignedIn]]) -> AsyncIterator[Crowd]:
    async with crowd_at(server.base, log_ins.setdefault(server.base, {})) as people:
        yield people


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what its server has logged."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(server, RunningServer):
        report.sections.append(("log of the server", server.log))
    return report
