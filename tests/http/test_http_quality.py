"""The quality report: who serves how well, from ratings as users gave them."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from server.domain.ids import AccountId
from server.domain.people import Role
from server.domain.times import rfc3339, utc_now
from tests.http.conftest import Edge
from tests.support.made_sessions import rated_session

PATH = "/api/reports/quality"


async def file_rating(edge: Edge, consultant: Any, score: int, *, age: timedelta, **parts: Any) -> None:
    session = rated_session(consultant["user"]["id"], score, age=age, **parts)
    assert await edge.stores.sessions.insert(session)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(edge: Edge) -> AsyncIterator[dict[str, Any]]:
    """Three consultants (one has never been rated) and their ratings, with the models running."""
    names = {"good": "=甲", "poor": "乙", "new": "丙"}
    found: dict[str, Any] = {who: await edge.person(Role.CONSULTANT) for who in names}
    found["supervisor"] = await edge.person(Role.SUPERVISOR)
    for who, name in names.items():
        stored = await edge.stores.consultants.get(AccountId(found[who]["user"]["id"]))
        stored.name = name
        await edge.stores.consultants.save_profile(stored)
    for number in range(30):
        age = timedelta(days=number, hours=1)
        topic = "合同" if number % 2 else "签证"
        await file_rating(edge, found["good"], 5, age=age, topic=topic, first_response_seconds=10 + number)
        await file_rating(edge, found["poor"], 2 + number % 2, age=age, topic=topic)
    await file_rating(edge, found["poor"], 5, age=timedelta(days=500), topic="合同")
    await edge.models.start()
    yield found
    await edge.models.stop()


async def ask(edge: Edge, people: dict[str, Any], query: str = "", who: str = "supervisor") -> Any:
    return await edge.ask("GET", PATH + query, token=people[who]["access_token"])


async def report(edge: Edge, people: dict[str, Any], query: str = "") -> tuple[Any, dict[str, Any]]:
    """The report, and its rows by who they are about."""
    answer = await ask(edge, people, query)
    assert answer.status == 200, answer.text
    rows = {row["id"]: row for row in answer.json["items"]}
    return answer.json, {who: rows[people[who]["user"]["id"]] for who in ("good", "poor", "new")}


async def test_each_consultant_has_a_row_with_interval_topics_and_share(
    edge: Edge, people: dict[str, Any]
) -> None:
    whole, rows = await report(edge, people)
    good, poor = rows["good"]["quality"], rows["poor"]["quality"]
    assert good["low"] < good["value"] < good["high"] <= 5
    assert good["low"] > poor["high"]
    assert good["is_known"]
    assert (good["sessions"], good["plain_mean"]) == (30, 5)
    assert {one["topic"] for one in good["topics"]} == {"合同", "签证"}
    assert all(one["shines"] for one in good["topics"])
    assert not any(one["shines"] for one in poor["topics"])
    assert [week["ratings"] for week in good["weeks"]][-4:] == [7, 7, 7, 7]
    assert good["trend"] is None or good["trend"]["direction"] == 0
    assert rows["new"]["quality"] is None
    assert whole["usual"]["low"] < whole["usual"]["high"]
    assert whole["is_complete"]
    assert whole["definitions"]["enough_ratings"] > 1


async def test_shares_and_first_responses_are_those_of_the_period(edge: Edge, people: dict[str, Any]) -> None:
    begin = rfc3339(utc_now() - timedelta(days=10))
    _, rows = await report(edge, people, f"?from={begin}")
    assert rows["good"]["quality"]["sessions"] == 10
    assert rows["good"]["served"] == rows["poor"]["served"] == 10
    assert rows["good"]["share"] == rows["poor"]["share"] > 0
    assert rows["good"]["first_response"] == {"p50_s": 14, "p90_s": 18, "count": 10}
    assert rows["poor"]["first_response"] is None
    assert rows["new"]["share"] == 0


async def test_the_sheet_has_the_same_rows_and_no_formula(edge: Edge, people: dict[str, Any]) -> None:
    whole, rows = await report(edge, people)
    answer = await ask(edge, people, "?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [line["id"] for line in lines] == [row["id"] for row in whole["items"]]
    good = next(line for line in lines if line["id"] == rows["good"]["id"])
    assert good["name"] == "'=甲"
    assert float(good["quality"]) == pytest.approx(rows["good"]["quality"]["value"], abs=0.01)
    assert "合同" in good["shines_in"]
    assert "n=15" in good["topics"]
    new = next(line for line in lines if line["id"] == rows["new"]["id"])
    assert (new["quality"], new["rated_sessions"]) == ("", "")


async def test_one_person_who_rates_again_and_again_moves_little(edge: Edge, people: dict[str, Any]) -> None:
    _, before = await report(edge, people)
    for number in range(40):
        age = timedelta(hours=number, minutes=30)
        await file_rating(edge, people["good"], 1, age=age, topic="合同", user_id="u_angry")
    _, after = await report(edge, people)
    moved = before["good"]["quality"]["value"] - after["good"]["quality"]["value"]
    assert 0 < moved < 0.35
    assert after["good"]["quality"]["sessions"] == 70


@pytest.mark.parametrize(
    "query",
    [
        "?from=2030-01-01T00:00:00Z",
        "?from=2025-01-02T00:00:00Z&to=2025-01-01T00:00:00Z",
        "?from=2001-01-01T00:00:00Z&to=2025-01-01T00:00:00Z",
        "?to=0001-01-02T00:00:00Z",
        "?from=0001-01-01T00:00:00%2B14:00",
        "?from=9999-12-31T23:59:59-14:00",
        "?from=yesterday",
        "?format=xlsx",
    ],
)
async def test_periods_that_make_no_sense_are_refused(edge: Edge, people: dict[str, Any], query: str) -> None:
    answer = await ask(edge, people, query)
    assert (answer.status, answer.code) == (400, "bad_request")


async def test_an_empty_period_knows_nothing_of_anybody(edge: Edge, people: dict[str, Any]) -> None:
    whole, rows = await report(edge, people, "?from=2015-01-01T00:00:00Z&to=2015-02-01T00:00:00Z")
    assert whole["rated"] == 0
    assert all(row["quality"] is None and row["share"] == 0 for row in rows.values())


async def test_consultants_do_not_read_about_each_other(edge: Edge, people: dict[str, Any]) -> None:
    assert (await ask(edge, people, who="good")).code == "forbidden"


async def test_without_a_model_it_is_unavailable(edge: Edge, people: dict[str, Any]) -> None:
    await edge.models.stop()
    try:
        answer = await ask(edge, people)
        assert (answer.status, answer.code) == (503, "unavailable")
    finally:
        await edge.models.start()
