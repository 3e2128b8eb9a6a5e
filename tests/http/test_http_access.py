"""Who may call what: the table of the protocol, route by route."""

import itertools
from collections.abc import Set as AbstractSet
from typing import Any

import pytest

from server.domain.people import Role
from server.http.routes import ROUTES
from tests.http.conftest import Edge

VISITOR, USER, CONSULTANT, SUPERVISOR, ADMIN = "visitor", "user", "consultant", "supervisor", "admin"
EVERYBODY = {None, VISITOR, USER, CONSULTANT, SUPERVISOR, ADMIN}
SIGNED_IN = EVERYBODY - {None}
STAFF = {CONSULTANT, SUPERVISOR, ADMIN}

ADMITTED: dict[tuple[str, str], AbstractSet[str | None]] = {
    ("POST", "/api/visitors"): EVERYBODY,
    ("POST", "/api/auth/register"): EVERYBODY,
    ("POST", "/api/auth/login"): EVERYBODY,
    ("POST", "/api/auth/refresh"): EVERYBODY,
    ("POST", "/api/auth/logout"): EVERYBODY,
    ("POST", "/api/auth/password"): SIGNED_IN,
    ("POST", "/api/auth/identity"): EVERYBODY,
    ("GET", "/api/me"): SIGNED_IN,
    ("GET", "/api/sessions"): SIGNED_IN,
    ("GET", "/api/sessions/{id}"): SIGNED_IN,
    ("GET", "/api/sessions/{id}/messages"): SIGNED_IN,
    ("GET", "/api/sessions/{id}/notes"): STAFF,
    ("GET", "/api/sessions/{id}/assignment"): STAFF,
    ("GET", "/api/sessions/{id}/declines"): {SUPERVISOR, ADMIN},
    ("GET", "/api/sessions/{id}/summary"): STAFF,
    ("GET", "/api/sessions/{id}/transcript"): SIGNED_IN,
    ("POST", "/api/sessions/{id}/rating"): {VISITOR, USER},
    ("GET", "/api/board"): {SUPERVISOR, ADMIN},
    ("POST", "/api/faq/check"): {ADMIN},
    ("POST", "/api/faq/try"): {ADMIN},
    ("GET", "/api/faq/drafts/{id}/rejections"): {ADMIN},
    ("POST", "/api/faq/import"): {ADMIN},
    ("GET", "/api/faq/imports"): {ADMIN},
    ("POST", "/api/faq/imports/{id}/undo"): {ADMIN},
    ("GET", "/api/faq/{id}/versions"): {CONSULTANT, ADMIN},
    ("POST", "/api/faq/{id}/versions/{version}/restore"): {ADMIN},
    ("GET", "/api/faq/export"): {ADMIN},
    ("GET", "/api/faq"): {CONSULTANT, ADMIN},
    ("POST", "/api/faq"): {ADMIN},
    ("POST", "/api/faq/search"): {CONSULTANT, ADMIN},
    ("GET", "/api/faq/unanswered"): {ADMIN},
    ("GET", "/api/faq/drafts"): {ADMIN},
    ("GET", "/api/faq/drafts/{id}"): {ADMIN},
    ("PUT", "/api/faq/drafts/{id}"): {ADMIN},
    ("POST", "/api/faq/drafts/{id}/rehearse"): {ADMIN},
    ("POST", "/api/faq/drafts/{id}/approve"): {ADMIN},
    ("POST", "/api/faq/drafts/{id}/reject"): {ADMIN},
    ("GET", "/api/faq/doubted"): {ADMIN},
    ("POST", "/api/faq/{id}/review"): {ADMIN},
    ("GET", "/api/bot/judgement"): {ADMIN},
    ("GET", "/api/faq/{id}"): {CONSULTANT, ADMIN},
    ("PUT", "/api/faq/{id}"): {ADMIN},
    ("DELETE", "/api/faq/{id}"): {ADMIN},
    ("GET", "/api/consultants"): SIGNED_IN,
    ("POST", "/api/consultants"): {ADMIN},
    ("GET", "/api/consultants/{id}"): SIGNED_IN,
    ("PUT", "/api/consultants/{id}"): {ADMIN},
    ("POST", "/api/matching/preview"): {ADMIN},
    ("GET", "/api/accounts"): {ADMIN},
    ("POST", "/api/accounts"): {ADMIN},
    ("GET", "/api/accounts/{id}"): {ADMIN},
    ("PUT", "/api/accounts/{id}"): {ADMIN},
    ("GET", "/api/reports/quality"): {SUPERVISOR, ADMIN},
    ("GET", "/api/reports/queue"): {SUPERVISOR, ADMIN},
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): {None},
}
"""Metrics know no roles: a person's token is not the operator's."""


@pytest.fixture(scope="module")
async def tokens(edge: Edge) -> dict[str | None, str | None]:
    people: dict[str | None, Any] = {role.value: await edge.person(role) for role in Role}
    people[VISITOR] = await edge.visitor()
    return {None: None} | {who: one["access_token"] for who, one in people.items()}


def test_every_route_is_in_the_table() -> None:
    assert {(route.method, route.path) for route in ROUTES} == set(ADMITTED)


@pytest.mark.parametrize(("method", "path"), ADMITTED)
async def test_the_right_people_are_let_in_and_nobody_else(
    edge: Edge, tokens: dict[str | None, str | None], method: str, path: str
) -> None:
    for who, token in tokens.items():
        # A body that no route takes: whoever is let in hears about the body, nothing is changed.
        body: list[str] | None = [] if method in {"POST", "PUT"} else None
        address = f"2001:db8:0:{abs(hash((path, who))) % 65536:x}::1"
        headers = {} if path == "/metrics" else {"X-Forwarded-For": address}
        answer = await edge.ask(
            method,
            path.replace("{id}", "nothing").replace("{version}", "1"),
            body,
            token=token,
            headers=headers,
        )
        if who in ADMITTED[method, path]:
            # No model runs here.
            is_away = path in {"/api/bot/judgement", "/api/reports/quality"} and answer.code == "unavailable"
            assert is_away or answer.status in {200, 400, 404}, (who, answer.text)
        elif who is None or path == "/metrics":
            assert (answer.status, answer.code) == (401, "unauthorized"), who
        else:
            assert (answer.status, answer.code) == (403, "forbidden"), who


async def test_a_person_who_was_blocked_is_out_at_once(edge: Edge) -> None:
    admin, user = await edge.person(Role.ADMIN), await edge.person(Role.USER)
    path = f"/api/accounts/{user['user']['id']}"
    blocked = await edge.ask("PUT", path, {"status": "blocked"}, token=admin["access_token"])
    assert blocked.json["status"] == "blocked"
    assert (await edge.ask("GET", "/api/me", token=user["access_token"])).code == "unauthorized"
    refresh = {"refresh_token": user["refresh_token"]}
    assert (await edge.ask("POST", "/api/auth/refresh", refresh)).status == 401
    log_in = {"username": user["username"], "password": "correct horse"}
    assert (await edge.ask("POST", "/api/auth/login", log_in)).status == 401
    await edge.ask("PUT", path, {"status": "active"}, token=admin["access_token"])
    assert (await edge.ask("POST", "/api/auth/login", log_in)).status == 200


async def test_a_new_role_asks_for_a_new_log_in(edge: Edge) -> None:
    admin, user = await edge.person(Role.ADMIN), await edge.person(Role.SUPERVISOR)
    path = f"/api/accounts/{user['user']['id']}"
    await edge.ask("PUT", path, {"role": "user"}, token=admin["access_token"])
    assert (await edge.ask("GET", "/api/board", token=user["access_token"])).status == 401
    log_in = {"username": user["username"], "password": "correct horse"}
    again = await edge.ask("POST", "/api/auth/login", log_in)
    assert (await edge.ask("GET", "/api/board", token=again.json["access_token"])).status == 403


async def test_admins_cannot_lock_themselves_out(edge: Edge) -> None:
    admin = await edge.person(Role.ADMIN)
    path = f"/api/accounts/{admin['user']['id']}"
    for change in ({"status": "blocked"}, {"role": "user"}):
        answer = await edge.ask("PUT", path, change, token=admin["access_token"])
        assert (answer.status, answer.code) == (409, "conflict")


def test_no_two_routes_are_the_same() -> None:
    for one, other in itertools.combinations(ROUTES, 2):
        assert (one.method, one.path) != (other.method, other.path)
