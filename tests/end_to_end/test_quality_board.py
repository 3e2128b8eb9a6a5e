"""A supervisor reads how well the consultants serve: nothing from a handful of ratings, more from weeks."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from server.domain.session import Session
from server.embedded import DataFolder, Purpose, embedded_servers
from server.settings import Settings
from server.store.client import connect
from server.store.sessions import SessionStore
from tests.end_to_end.browsing import Language
from tests.end_to_end.own_site import OwnSite, own_site
from tests.end_to_end.test_fit import DEVICES, LANGUAGES, assert_fits
from tests.end_to_end.visiting import Company
from tests.support.made_sessions import rated_session
from tests.support.people import crowd_at

FALLING, STEADY = "陈柏言", "徐可"


async def write_into(site: OwnSite, sessions: Iterable[Session]) -> None:
    """As if they had happened: nobody can wait for weeks."""
    folder, settings = DataFolder(site.folder / "data"), Settings()
    async with embedded_servers(folder, settings, purpose=Purpose.COMMAND) as addresses:
        database = connect(addresses.mongo_url, settings.storage.database)
        store = SessionStore(database)
        for session in sessions:
            assert await store.insert(session)
        database.client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnSite]:
    """In place of the one that all stories share: what they rated would be counted here."""
    async with own_site(tmp_path_factory.mktemp("quality")) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def weeks(site: OwnSite) -> None:
    """Three months in which one of two consultants has become worse."""
    profiles = await site.as_staff("GET", "/api/consultants?limit=100")
    ids = {one["name"]: one["id"] for one in profiles["items"]}
    sessions = []
    for number in range(60):
        age = timedelta(days=1.5 * number, hours=1)
        is_late = age < timedelta(days=28)
        topic = "体检报告" if number % 2 else "发烧咳嗽"
        sessions += [
            rated_session(ids[FALLING], 2 if is_late else 5, age=age, topic=topic, first_response_seconds=30),
            rated_session(ids[STEADY], 4 + number % 2, age=age, topic=topic, first_response_seconds=12),
        ]
    await write_into(site, sessions)


async def rated_by_users(company: Company, username: str, scores: Iterable[int]) -> None:
    """Conversations that really took place."""
    async with crowd_at(company.site.base, {}) as crowd:
        log_in = {"username": username, "password": company.site.passwords[username]}
        crowd.logged_in[username] = await crowd.sign_in("/api/auth/login", log_in)
        for score in scores:
            visitor, consultant = await crowd.pair("公司拖欠工资怎么办", username=username)
            await consultant.say("我来看看")
            await visitor.until_text("我来看看")
            await visitor.end()
            await visitor.call(
                "session:rate", session_id=visitor.session_id, score=score, comment="", tags=[]
            )
            await consultant.go_home()


async def test_ratings_of_a_few_minutes_are_too_few_to_say(company: Company) -> None:
    await rated_by_users(company, "lin-zhiyuan", [5] * 6)
    board = await company.staff("supervisor")
    await board.go("quality")
    row = board.part("quality-row").filter(has_text="林致远")
    await expect(row.get_by_test_id("quality-few")).to_be_visible()
    await expect(row.get_by_test_id("quality-value")).to_have_count(0)
    await expect(row).to_contain_text("折合 3 条")
    await expect(row).to_contain_text("6 个会话")
    await expect(row).to_contain_text("90% 在")


async def test_weeks_of_ratings_give_figures_with_intervals_and_a_direction(
    company: Company, weeks: None
) -> None:
    board = await company.staff("supervisor", "en")
    await board.go("quality")
    rows = board.part("quality-row")
    falling, steady = rows.filter(has_text=FALLING), rows.filter(has_text=STEADY)
    await expect(falling.get_by_test_id("quality-trend")).to_contain_text("↓")
    await expect(steady.get_by_test_id("quality-trend")).to_have_text("No clear change")
    await expect(steady.get_by_test_id("quality-value")).to_be_visible()
    await expect(steady.get_by_role("img").first).to_have_attribute("aria-label", re.compile("95 % sure"))
    await expect(steady).to_contain_text("12 sec")
    await expect(rows.filter(has_text="Daniel").get_by_test_id("quality-none")).to_be_visible()
    await expect(rows.first).to_have_attribute("data-known", "true")
    await steady.get_by_test_id("quality-topics").locator("summary").click()
    await expect(steady.get_by_test_id("quality-topics")).to_contain_text("体检报告n = 30")
    await board.part("quality-order").select_option("falling")
    await expect(rows.first).to_contain_text(FALLING)
    await board.part("quality-search").fill("徐")
    await expect(rows).to_have_count(1)
    await board.part("quality-search").fill("nobody of this name")
    await expect(board.part("quality-nobody")).to_be_visible()


async def test_the_same_rows_come_as_a_sheet(company: Company, weeks: None) -> None:
    board = await company.staff("supervisor")
    await board.go("quality")
    await expect(board.part("quality-row").first).to_be_visible()
    async with board.seat.page.expect_download() as waiting:
        await board.part("quality-csv").click()
    download = await waiting.value
    text = (await download.path()).read_text(encoding="utf-8-sig")
    lines = {line["name"]: line for line in csv.DictReader(io.StringIO(text))}
    assert len(lines) == await board.part("quality-row").count()
    assert float(lines[FALLING]["trend_high"]) < 0
    assert float(lines[STEADY]["low"]) < float(lines[STEADY]["quality"]) < float(lines[STEADY]["high"])


@DEVICES
@LANGUAGES
async def test_the_page_fits(
    company: Company, weeks: None, device: Mapping[str, Any], language: Language
) -> None:
    board = await company.staff("admin", language, device)
    await board.go("quality")
    await expect(board.part("quality-row").first).to_be_visible()
    await assert_fits(board.seat, "rows")
    await board.part("quality-definitions").locator("summary").click()
    await board.part("quality-topics").first.locator("summary").click()
    await assert_fits(board.seat, "opened")


async def test_a_failure_is_told_and_can_be_tried_again(company: Company, weeks: None) -> None:
    board = await company.staff("supervisor")
    board.seat.is_cut_off = True
    await board.seat.page.route("**/api/reports/quality*", lambda route: route.abort())
    await board.go("quality")
    await expect(board.part("load-failure")).to_be_visible()
    await board.seat.page.unroute("**/api/reports/quality*")
    await board.part("retry").click()
    await expect(board.part("quality-row").first).to_be_visible()
    await board.seat.settle()
