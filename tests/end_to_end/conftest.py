"""One served site and one browser for all stories; people come and go with each."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.end_to_end.browsing import running_browser
from tests.end_to_end.own_site import OwnSite, own_site
from tests.end_to_end.visiting import Company


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as chromium:
        yield chromium


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnSite]:
    async with own_site(tmp_path_factory.mktemp("site")) as served:
        yield served


@pytest_asyncio.fixture
async def company(
    site: OwnSite, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Company]:
    """The people of one story. What any of their pages complained about fails it at its end."""
    people = Company(site=site, browser=browser)
    yield people
    has_failed = getattr(request.node, "story_failed", False)
    if has_failed:
        for number, seat in enumerate(people.seats):
            await seat.page.screenshot(path=tmp_path / f"page-{number}.png")
    complaints = [complaint for seat in people.seats for complaint in seat.complaints]
    await people.go_home()
    if not has_failed:
        assert complaints == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed story shows what its server has logged and its pages have complained about."""
    report = yield
    company = getattr(item, "funcargs", {}).get("company")
    if report.when == "call" and report.failed and isinstance(company, Company):
        item.story_failed = True  # type: ignore[attr-defined]  # read by the fixture above
        complaints = [complaint for seat in company.seats for complaint in seat.complaints]
        report.sections.append(("complaints of the pages", "\n".join(complaints)))
        report.sections.append(("log of the server", company.site.log))
    return report
