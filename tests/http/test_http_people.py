"""Consultants and accounts over HTTP."""

import uuid
from typing import Any

import pytest

from server.domain.events import AccountRevoked, ProfilesChanged
from server.domain.ids import AccountId
from server.domain.people import Role
from tests.http.conftest import PASSWORD, Edge


@pytest.fixture(scope="module")
async def admin(edge: Edge) -> str:
    return str((await edge.person(Role.ADMIN))["access_token"])


async def hire(edge: Edge, admin: str, **fields: Any) -> Any:
    body = {"username": f"c-{uuid.uuid4().hex[:10]}", "password": PASSWORD, "name": "林律师"} | fields
    answer = await edge.ask("POST", "/api/consultants", body, token=admin)
    assert answer.status == 200, answer.text
    return answer.json | {"username": body["username"]}


class TestConsultants:
    async def test_a_new_consultant_can_sign_in_and_is_seen(self, edge: Edge, admin: str) -> None:
        hired = await hire(
            edge,
            admin,
            title="劳动法律师",
            bio="十年经验",
            skills=["劳动合同", "劳动合同", " "],
            languages=["zh", "en-US"],
            capacity=4,
            specialty="law",
        )
        assert hired["skills"] == ["劳动合同"]
        assert hired["languages"] == ["zh", "en"]
        assert ProfilesChanged() in edge.facts
        log_in = {"username": hired["username"], "password": PASSWORD}
        signed_in = (await edge.ask("POST", "/api/auth/login", log_in)).json
        assert (signed_in["user"]["id"], signed_in["user"]["role"]) == (hired["id"], "consultant")

    async def test_the_public_sees_the_profile_and_staff_also_the_load(self, edge: Edge, admin: str) -> None:
        hired = await hire(edge, admin)
        path = f"/api/consultants/{hired['id']}"
        public = (await edge.ask("GET", path, token=(await edge.visitor())["access_token"])).json
        assert public["name"] == "林律师"
        assert not {"status", "open_sessions", "is_active", "username"} & set(public)
        assert (await edge.ask("GET", path, token=admin)).json["open_sessions"] == 0

    async def test_edits_keep_what_they_leave_out(self, edge: Edge, admin: str) -> None:
        hired = await hire(edge, admin, bio="old", capacity=2)
        path = f"/api/consultants/{hired['id']}"
        edited = (await edge.ask("PUT", path, {"capacity": 5, "name": "林大律师"}, token=admin)).json
        assert (edited["capacity"], edited["bio"], edited["name"]) == (5, "old", "林大律师")
        account = await edge.ask("GET", f"/api/accounts/{hired['id']}", token=admin)
        assert account.json["name"] == "林大律师"

    async def test_a_price_class_is_shown_and_can_be_taken_back(self, edge: Edge, admin: str) -> None:
        hired = await hire(edge, admin, price_class="premium")
        path = f"/api/consultants/{hired['id']}"
        visitor = (await edge.visitor())["access_token"]
        assert (await edge.ask("GET", path, token=visitor)).json["price_class"] == "premium"
        renamed = (await edge.ask("PUT", path, {"name": "林"}, token=admin)).json
        assert renamed["price_class"] == "premium"
        cleared = (await edge.ask("PUT", path, {"price_class": ""}, token=admin)).json
        assert "price_class" not in cleared

    async def test_who_is_no_longer_active_is_gone_for_the_public(self, edge: Edge, admin: str) -> None:
        hired = await hire(edge, admin)
        path = f"/api/consultants/{hired['id']}"
        await edge.ask("PUT", path, {"is_active": False}, token=admin)
        visitor = (await edge.visitor())["access_token"]
        assert (await edge.ask("GET", path, token=visitor)).code == "not_found"
        everybody = (await edge.ask("GET", "/api/consultants?limit=200", token=visitor)).json["items"]
        assert hired["id"] not in {one["id"] for one in everybody}

    async def test_the_list_pages(self, edge: Edge, admin: str) -> None:
        hired = {(await hire(edge, admin))["id"] for _ in range(3)}
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            page = (await edge.ask("GET", f"/api/consultants?limit=2&cursor={cursor}", token=admin)).json
            seen += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        assert hired <= set(seen)
        assert len(seen) == len(set(seen))

    @pytest.mark.parametrize(
        "field",
        [
            {"capacity": 0},
            {"capacity": 1_000},
            {"languages": []},
            {"languages": ["fr"]},
            {"name": "\u0000"},
            {"avatar": "javascript:alert(1)"},
            {"avatar": "//evil.example/x.png"},
            {"avatar": "https://evil.example/x.png"},
            {"skills": [str(number) for number in range(31)]},
            {"bio": "x" * 2_001},
            {"price_class": "luxury"},
        ],
        ids=str,
    )
    async def test_a_bad_profile_makes_no_account(
        self, edge: Edge, admin: str, field: dict[str, Any]
    ) -> None:
        username = f"c-{uuid.uuid4().hex[:10]}"
        body = {"username": username, "password": PASSWORD, "name": "x"} | field
        assert (await edge.ask("POST", "/api/consultants", body, token=admin)).code == "bad_request"
        found = await edge.ask("GET", f"/api/accounts?username={username}", token=admin)
        assert found.json["items"] == []


class TestAccounts:
    async def test_an_admin_makes_finds_and_edits_accounts(self, edge: Edge, admin: str) -> None:
        username = f"S-{uuid.uuid4().hex[:10]}"
        body = {"username": username, "password": PASSWORD, "role": "supervisor", "name": "主管"}
        made = (await edge.ask("POST", "/api/accounts", body, token=admin)).json
        assert (made["username"], made["role"]) == (username.lower(), "supervisor")
        assert "password_hash" not in made
        found = await edge.ask("GET", f"/api/accounts?username={username}", token=admin)
        assert [one["id"] for one in found.json["items"]] == [made["id"]]
        again = await edge.ask("POST", "/api/accounts", body, token=admin)
        assert again.code == "conflict"

    async def test_visitors_are_not_listed(self, edge: Edge, admin: str) -> None:
        visitor = (await edge.visitor())["user"]["id"]
        listed = (await edge.ask("GET", "/api/accounts?limit=200", token=admin)).json["items"]
        assert visitor not in {one["id"] for one in listed}

    async def test_a_new_password_from_an_admin_ends_all_log_ins(self, edge: Edge, admin: str) -> None:
        user = await edge.person(Role.USER)
        path = f"/api/accounts/{user['user']['id']}"
        assert (await edge.ask("PUT", path, {"password": "brand new one"}, token=admin)).status == 200
        assert (await edge.ask("GET", "/api/me", token=user["access_token"])).status == 401
        assert AccountRevoked(AccountId(user["user"]["id"])) in edge.facts
        log_in = {"username": user["username"], "password": "brand new one"}
        assert (await edge.ask("POST", "/api/auth/login", log_in)).status == 200

    async def test_a_consultants_role_and_profile_go_together(self, edge: Edge, admin: str) -> None:
        user = await edge.person(Role.USER)
        identifier = user["user"]["id"]
        path = f"/api/accounts/{identifier}"
        await edge.ask("PUT", path, {"role": "consultant"}, token=admin)
        profile = await edge.ask("GET", f"/api/consultants/{identifier}", token=admin)
        assert profile.json["is_active"] is True
        await edge.ask("PUT", path, {"status": "blocked"}, token=admin)
        profile = await edge.ask("GET", f"/api/consultants/{identifier}", token=admin)
        assert profile.json["is_active"] is False

    async def test_renaming_ends_no_log_in(self, edge: Edge, admin: str) -> None:
        user = await edge.person(Role.USER)
        await edge.ask("PUT", f"/api/accounts/{user['user']['id']}", {"name": "新名字"}, token=admin)
        assert (await edge.ask("GET", "/api/me", token=user["access_token"])).json["name"] == "新名字"

    async def test_what_is_not_there_is_not_found(self, edge: Edge, admin: str) -> None:
        for method, path in (
            ("GET", "/api/accounts/u_nobody"),
            ("PUT", "/api/accounts/u_nobody"),
            ("GET", "/api/consultants/c_nobody"),
            ("PUT", "/api/consultants/c_nobody"),
        ):
            answer = await edge.ask(method, path, {"name": "x"}, token=admin)
            assert (answer.status, answer.code) == (404, "not_found"), path
