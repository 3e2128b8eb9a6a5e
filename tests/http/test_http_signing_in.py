"""Coming in, staying in and going out, as a client sees it."""

import asyncio
import time
import uuid
from typing import Any

import jwt

from server.domain.events import AccountRevoked
from server.domain.ids import AccountId, SessionId, new_id
from server.domain.people import Role
from server.domain.session import Named, Session
from server.domain.times import utc_now
from tests.http.conftest import PASSWORD, SITE_SECRETS, TOKEN_SECRET, Edge


def new_username() -> str:
    return f"user-{uuid.uuid4().hex[:12]}"


async def open_session(edge: Edge, user_id: str) -> Session:
    session = Session(
        id=SessionId(new_id("s")),
        epoch=1,
        user=Named(AccountId(user_id), "someone"),
        language="zh",
        created_at=utc_now(),
    )
    assert await edge.stores.sessions.insert(session)
    return session


def site_token(*, key_id: str = "key-1", secret: str | None = None, **claims: Any) -> str:
    now = int(time.time())
    payload = {
        "iss": "shop",
        "aud": "wenjin",
        "sub": "customer-7",
        "name": "李雷",
        "exp": now + 120,
        "jti": uuid.uuid4().hex,
    } | claims
    kept = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(kept, secret or SITE_SECRETS[key_id], algorithm="HS256", headers={"kid": key_id})


class TestVisitors:
    async def test_a_visitor_gets_tokens_and_is_someone(self, edge: Edge) -> None:
        answer = await edge.ask(
            "POST", "/api/visitors", {"language": "en-GB"}, headers={"X-Forwarded-For": "192.0.2.1"}
        )
        assert answer.status == 200
        assert answer.json["expires_in"] == 900
        me = await edge.ask("GET", "/api/me", token=answer.json["access_token"])
        assert me.json == answer.json["user"]
        assert me.json["is_visitor"] is True
        assert me.json["language"] == "en"
        assert me.json["name"].startswith("Visitor ")

    async def test_one_address_gets_so_many_and_no_more(self, edge: Edge) -> None:
        headers = {"X-Forwarded-For": "198.51.100.7"}
        answers = [await edge.ask("POST", "/api/visitors", {}, headers=headers) for _ in range(6)]
        assert [answer.status for answer in answers] == [200] * 5 + [429]
        assert answers[5].code == "rate_limited"
        assert answers[5].json["error"]["details"]["retry_after_ms"] > 0
        assert int(answers[5].headers["Retry-After"]) >= 1
        other = await edge.ask("POST", "/api/visitors", {}, headers={"X-Forwarded-For": "198.51.100.8"})
        assert other.status == 200

    async def test_a_name_is_one_clean_line(self, edge: Edge) -> None:
        body = {"name": "\u202eevil\n\x1b[31m  name "}
        answer = await edge.ask("POST", "/api/visitors", body, headers={"X-Forwarded-For": "192.0.2.2"})
        assert answer.json["user"]["name"] == "evil [31m name"


class TestAccounts:
    async def test_registering_keeps_the_visitors_id(self, edge: Edge) -> None:
        visitor = await edge.visitor()
        answer = await edge.ask(
            "POST",
            "/api/auth/register",
            {"username": new_username(), "password": PASSWORD, "name": "韩梅梅"},
            token=visitor["access_token"],
        )
        assert answer.status == 200
        assert answer.json["user"]["id"] == visitor["user"]["id"]
        assert answer.json["user"]["is_visitor"] is False
        assert answer.json["user"]["name"] == "韩梅梅"

    async def test_a_username_belongs_to_one_person_whatever_its_case(self, edge: Edge) -> None:
        username = new_username()
        body = {"username": username, "password": PASSWORD}
        assert (await edge.ask("POST", "/api/auth/register", body)).status == 200
        again = await edge.ask("POST", "/api/auth/register", body | {"username": username.upper()})
        assert (again.status, again.code) == (409, "conflict")

    async def test_two_who_register_one_name_at_once_do_not_both_get_it(self, edge: Edge) -> None:
        body = {"username": new_username(), "password": PASSWORD}
        answers = await asyncio.gather(*(edge.ask("POST", "/api/auth/register", body) for _ in range(5)))
        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409]

    async def test_short_and_endless_passwords_are_refused_with_the_rule(self, edge: Edge) -> None:
        for password, rule in (("short", "at least 8"), ("x" * 257, "at most 256")):
            answer = await edge.ask(
                "POST", "/api/auth/register", {"username": new_username(), "password": password}
            )
            assert (answer.status, answer.code) == (400, "bad_request")
            assert rule in answer.json["error"]["message"]

    async def test_logging_in_brings_the_visitors_sessions_along(self, edge: Edge) -> None:
        user, visitor = await edge.person(Role.USER), await edge.visitor()
        session = await open_session(edge, visitor["user"]["id"])
        body = {"username": user["username"], "password": PASSWORD, "otp": "123456"}
        answer = await edge.ask("POST", "/api/auth/login", body, token=visitor["access_token"])
        assert answer.json["user"]["id"] == user["user"]["id"]
        found = await edge.ask("GET", f"/api/sessions/{session.id}", token=answer.json["access_token"])
        assert found.json["user"]["id"] == user["user"]["id"]
        assert AccountRevoked(AccountId(visitor["user"]["id"])) in edge.facts
        left = await edge.ask("GET", "/api/me", token=visitor["access_token"])
        assert (left.status, left.code) == (401, "unauthorized")

    async def test_staff_who_were_visitors_do_not_swallow_the_visitor(self, edge: Edge) -> None:
        consultant, visitor = await edge.person(Role.CONSULTANT), await edge.visitor()
        body = {"username": consultant["username"], "password": PASSWORD}
        await edge.ask("POST", "/api/auth/login", body, token=visitor["access_token"])
        assert (await edge.ask("GET", "/api/me", token=visitor["access_token"])).status == 200

    async def test_unknown_name_and_wrong_password_look_the_same(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        wrong = {"username": user["username"], "password": "wrong password"}
        unknown = wrong | {"username": new_username()}
        first, second = [await edge.ask("POST", "/api/auth/login", body) for body in (wrong, unknown)]
        assert first.status == second.status == 401
        assert first.json == second.json

    async def test_guessing_locks_the_account_for_a_while_even_in_parallel(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        guess = {"username": user["username"], "password": "wrong password"}
        answers = await asyncio.gather(*(edge.ask("POST", "/api/auth/login", guess) for _ in range(8)))
        assert sorted(answer.status for answer in answers) == [401] * 3 + [429] * 5
        right = await edge.ask("POST", "/api/auth/login", guess | {"password": PASSWORD})
        assert right.status == 429

    async def test_the_right_password_is_never_limited_by_its_own_use(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        body = {"username": user["username"], "password": PASSWORD}
        answers = await asyncio.gather(*(edge.ask("POST", "/api/auth/login", body) for _ in range(12)))
        assert {answer.status for answer in answers} == {200}

    async def test_a_new_password_ends_every_other_log_in(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        body = {"username": user["username"], "password": PASSWORD}
        other_device = (await edge.ask("POST", "/api/auth/login", body)).json
        answer = await edge.ask(
            "POST",
            "/api/auth/password",
            {"password": PASSWORD, "new_password": "another horse"},
            token=user["access_token"],
        )
        assert answer.status == 200
        assert (await edge.ask("GET", "/api/me", token=answer.json["access_token"])).status == 200
        assert (await edge.ask("GET", "/api/me", token=other_device["access_token"])).status == 401
        refreshed = await edge.ask(
            "POST", "/api/auth/refresh", {"refresh_token": other_device["refresh_token"]}
        )
        assert refreshed.status == 401
        assert (await edge.ask("POST", "/api/auth/login", body)).status == 401

    async def test_a_wrong_present_password_changes_nothing(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        body = {"password": "wrong password", "new_password": "another horse"}
        answer = await edge.ask("POST", "/api/auth/password", body, token=user["access_token"])
        assert (answer.status, answer.code) == (401, "unauthorized")
        assert (await edge.ask("GET", "/api/me", token=user["access_token"])).status == 200


class TestRefreshing:
    async def refresh(self, edge: Edge, token: str) -> Any:
        return await edge.ask("POST", "/api/auth/refresh", {"refresh_token": token})

    async def test_two_tabs_get_the_same_successor(self, edge: Edge) -> None:
        first = (await edge.visitor())["refresh_token"]
        answers = await asyncio.gather(*(self.refresh(edge, first) for _ in range(8)))
        assert {answer.status for answer in answers} == {200}
        assert len({answer.json["refresh_token"] for answer in answers}) == 1
        assert answers[0].json["refresh_token"] != first

    async def test_an_older_one_that_comes_back_ends_the_log_in(self, edge: Edge) -> None:
        visitor = await edge.visitor()
        second = (await self.refresh(edge, visitor["refresh_token"])).json
        third = (await self.refresh(edge, second["refresh_token"])).json
        reused = await self.refresh(edge, visitor["refresh_token"])
        assert (reused.status, reused.code) == (401, "unauthorized")
        assert (await self.refresh(edge, third["refresh_token"])).status == 401
        assert (await edge.ask("GET", "/api/me", token=third["access_token"])).status == 401

    async def test_made_up_tokens_are_refused(self, edge: Edge) -> None:
        for token in ("x", "f_nobody.abc", ".", "f_\u0000.\u0000", "a" * 8_000, "f_{$ne:1}.x"):
            assert (await self.refresh(edge, token)).status == 401

    async def test_signing_out_ends_this_log_in_and_no_other(self, edge: Edge) -> None:
        user = await edge.person(Role.USER)
        other = (
            await edge.ask("POST", "/api/auth/login", {"username": user["username"], "password": PASSWORD})
        ).json
        assert (await edge.ask("POST", "/api/auth/logout", {}, token=user["access_token"])).status == 200
        assert (await edge.ask("GET", "/api/me", token=user["access_token"])).status == 401
        assert (await self.refresh(edge, user["refresh_token"])).status == 401
        assert (await edge.ask("GET", "/api/me", token=other["access_token"])).status == 200

    async def test_signing_out_works_with_the_refresh_token_alone_and_twice(self, edge: Edge) -> None:
        visitor = await edge.visitor()
        body = {"refresh_token": visitor["refresh_token"]}
        assert (await edge.ask("POST", "/api/auth/logout", body)).status == 200
        assert (await edge.ask("POST", "/api/auth/logout", body)).status == 200
        assert (await self.refresh(edge, visitor["refresh_token"])).status == 401
        assert (await edge.ask("POST", "/api/auth/logout", {})).status == 401


class TestAccessTokens:
    async def claims(self, edge: Edge, **changes: Any) -> dict[str, Any]:
        token = (await edge.visitor())["access_token"]
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return {name: value for name, value in (claims | changes).items() if value is not None}

    async def refused(self, edge: Edge, token: str) -> str:
        answer = await edge.ask("GET", "/api/me", token=token)
        assert answer.status == 401
        return answer.code

    async def test_an_expired_one_says_so(self, edge: Edge) -> None:
        claims = await self.claims(edge, exp=int(time.time()) - 1)
        assert await self.refused(edge, jwt.encode(claims, TOKEN_SECRET, "HS256")) == "token_expired"

    async def test_forged_and_foreign_ones_are_unauthorized(self, edge: Edge) -> None:
        now = int(time.time())
        changes: list[dict[str, Any]] = [
            {"iss": "somebody"},
            {"aud": "somebody"},
            {"nbf": now + 600},
            {"exp": None},
            {"gen": None},
            {"gen": 7},
            {"gen": True},
            {"fam": "f_other"},
            {"fam": {"$ne": None}},
            {"sub": "u_nobody"},
            {"sub": {"$ne": None}},
        ]
        for change in changes:
            claims = await self.claims(edge, **change)
            token = jwt.encode(claims, TOKEN_SECRET, "HS256", sort_headers=True)
            assert await self.refused(edge, token) == "unauthorized", change

    async def test_other_algorithms_and_keys_are_unauthorized(self, edge: Edge) -> None:
        claims = await self.claims(edge)
        unsigned = jwt.encode(claims, "", algorithm="none")
        other_key = jwt.encode(claims, b"x" * 40, "HS256")
        other_algorithm = jwt.encode(claims, TOKEN_SECRET * 2, "HS512")
        for token in (unsigned, other_key, other_algorithm, "x.y.z", "....", "a" * 5_000):
            assert await self.refused(edge, token) == "unauthorized"

    async def test_the_role_comes_from_the_account_not_from_the_token(self, edge: Edge) -> None:
        claims = await self.claims(edge, role="admin")
        answer = await edge.ask("GET", "/api/accounts", token=jwt.encode(claims, TOKEN_SECRET, "HS256"))
        assert (answer.status, answer.code) == (403, "forbidden")

    async def test_a_token_in_the_address_is_not_looked_at(self, edge: Edge) -> None:
        token = (await edge.visitor())["access_token"]
        assert (await edge.ask("GET", f"/api/me?access_token={token}&token={token}")).status == 401


class TestHostSites:
    async def test_one_subject_is_one_account_and_a_token_works_once(self, edge: Edge) -> None:
        subject = uuid.uuid4().hex
        token = site_token(sub=subject)
        first = await edge.ask("POST", "/api/auth/identity", {"token": token})
        assert first.status == 200
        assert first.json["user"]["name"] == "李雷"
        assert first.json["user"]["is_visitor"] is False
        again = await edge.ask("POST", "/api/auth/identity", {"token": token})
        assert (again.status, again.code) == (401, "unauthorized")
        other_key = site_token(sub=subject, key_id="key-2")
        second = await edge.ask("POST", "/api/auth/identity", {"token": other_key})
        assert second.json["user"]["id"] == first.json["user"]["id"]

    async def test_a_token_used_twice_at_once_lets_one_in(self, edge: Edge) -> None:
        body = {"token": site_token(sub=uuid.uuid4().hex)}
        answers = await asyncio.gather(*(edge.ask("POST", "/api/auth/identity", body) for _ in range(6)))
        assert sorted(answer.status for answer in answers) == [200] + [401] * 5

    async def test_bad_tokens_are_refused(self, edge: Edge) -> None:
        now = int(time.time())
        bad = [
            site_token(iss="nobody"),
            site_token(aud="somebody"),
            site_token(exp=now + 900),
            site_token(exp=now - 5),
            site_token(exp=None),
            site_token(jti=None),
            site_token(sub=""),
            site_token(secret="x" * 40),
            site_token(key_id="key-1", secret=SITE_SECRETS["key-2"]),
        ]
        for token in bad:
            assert (await edge.ask("POST", "/api/auth/identity", {"token": token})).status == 401
