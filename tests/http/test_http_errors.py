"""Whatever a client sends, it hears what was wrong with it, in one shape, and the server goes on."""

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from server.app.stores import build_stores, redis_client
from server.domain import errors
from server.http.errors import STATUS_BY_CODE
from server.store.client import connect
from tests.http.conftest import OTHER_ORIGIN, Edge, build_edge_parts, edge_settings, served

LOGIN = "/api/auth/login"


def test_every_refusal_has_a_status() -> None:
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}
    assert codes == set(STATUS_BY_CODE)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"NaN",
        b'{"username": NaN}',
        b'{"username": 1e999}',
        b'{"username": "\\ud800", "password": "x"}',
        b'{"username": "\xff"}',
        b'{"username": {"$ne": null}, "password": {"$ne": null}}',
        b'{"username": ["a"], "password": "b"}',
        b'{"username": 1, "password": "b"}',
        b'{"username": "a", "password": null}',
        b'{"__proto__": {}, "constructor": 1}',
        b'{"deep": ' + b"[" * 40 + b"]" * 40 + b"}",
        b"[" * 20_000,
        b'{"username": "' + b"a" * 5_000 + b'", "password": "b"}',
        b'{"username": "a", "password": "' + b"9" * 5_000 + b'"}',
    ],
)
async def test_a_bad_body_is_a_bad_request(edge: Edge, body: bytes) -> None:
    answer = await edge.ask("POST", LOGIN, data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (400, "bad_request"), answer.text
    assert answer.json["error"]["message"]
    assert "Traceback" not in answer.text


async def test_details_name_the_field_and_repeat_nothing_that_was_sent(edge: Edge) -> None:
    answer = await edge.ask("POST", LOGIN, {"username": "somebody", "password": ["my secret"]})
    assert answer.json["error"]["details"]["fields"][0]["field"] == "password"
    assert "my secret" not in answer.text


async def test_only_json_is_read(edge: Edge) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = await edge.ask("POST", LOGIN, data=b'{"a":1}', headers={"Content-Type": media_type})
        assert (answer.status, answer.code) == (400, "bad_request")


async def test_the_last_of_two_equal_keys_counts(edge: Edge) -> None:
    body = b'{"username": 1, "username": "nobody-here", "password": "12345678"}'
    answer = await edge.ask("POST", LOGIN, data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 401


async def test_a_large_body_is_too_large_also_when_it_unpacks_to_one(edge: Edge) -> None:
    large = json.dumps({"username": "a" * 200_000}).encode()
    plain = await edge.ask("POST", LOGIN, data=large, headers={"Content-Type": "application/json"})
    assert (plain.status, plain.code) == (413, "too_large")
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    bomb = await edge.ask("POST", LOGIN, data=gzip.compress(b" " * 50_000_000), headers=packed)
    assert (bomb.status, bomb.code) == (413, "too_large")


async def test_a_body_that_breaks_off_or_unpacks_wrongly_is_a_bad_request(edge: Edge) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = await edge.ask("POST", LOGIN, data=b"this is not gzip", headers=headers)
    assert (answer.status, answer.code) == (400, "bad_request")
    host, port = edge.base.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b'{"user')
    await writer.drain()
    writer.close()
    assert (await edge.ask("GET", "/healthz")).status == 200


async def test_an_unknown_address_is_not_found(edge: Edge) -> None:
    for path in ("/api/nothing", "/api/", "/api", "/socket.io", "/.env", "/..%2f..%2fetc/passwd"):
        answer = await edge.ask("GET", path)
        assert (answer.status, answer.code) == (404, "not_found"), path


async def test_people_get_a_page_in_both_languages(edge: Edge) -> None:
    answer = await edge.ask("GET", "/nothing", headers={"Accept": "text/html,*/*"})
    assert answer.status == 404
    assert "没有找到" in answer.text
    assert "no such page" in answer.text


async def test_a_wrong_method_says_which_are_right(edge: Edge) -> None:
    answer = await edge.ask("DELETE", LOGIN)
    assert (answer.status, answer.code) == (405, "bad_request")
    assert answer.headers["Allow"] == "POST"


async def test_hostile_ids_are_not_found(edge: Edge) -> None:
    token = (await edge.visitor())["access_token"]
    for identifier in ("%00", "..%2f", "%7B%22$ne%22:null%7D", "a" * 500, "*", "%0d%0aX:1", "{0}", "会话"):
        answer = await edge.ask("GET", f"/api/sessions/{identifier}", token=token)
        assert (answer.status, answer.code) == (404, "not_found"), identifier


async def test_a_broken_authorization_header_is_unauthorized(edge: Edge) -> None:
    for header in ("Basic abc", "Bearer", "Bearer ", "Bearer a b", "bearer\tx", "x" * 5_000):
        answer = await edge.ask("GET", "/api/me", headers={"Authorization": header})
        assert (answer.status, answer.code) == (401, "unauthorized"), header
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_surprise_is_internal_and_tells_nothing(edge: Edge) -> None:
    visitor = await edge.visitor()
    accounts = edge.stores.accounts.database["accounts"]
    await accounts.update_one({"_id": visitor["user"]["id"]}, {"$set": {"role": "emperor"}})
    answer = await edge.ask("GET", "/api/me", token=visitor["access_token"])
    assert (answer.status, answer.code) == (500, "internal")
    assert answer.json["error"]["details"]["request_id"] == answer.headers["X-Request-Id"]
    assert "emperor" not in answer.text


async def test_without_database_and_redis_the_edge_says_so_and_stays(edge: Edge, tmp_path: Path) -> None:
    token = (await edge.visitor())["access_token"]
    database, redis = connect("mongodb://127.0.0.1:1", "nowhere"), redis_client("redis://127.0.0.1:1")
    settings = edge_settings()
    stores = build_stores(database, redis, settings.limits)
    async with served(build_edge_parts(settings, stores, edge.models, [], tmp_path)) as base:
        async with edge.client.get(f"{base}/readyz") as ready:
            assert ready.status == 503
            assert await ready.json() == {"ready": False, "checks": {"database": "failed"}}
        async with edge.client.get(f"{base}/api/me", headers={"Authorization": f"Bearer {token}"}) as me:
            assert me.status == 503
            assert (await me.json())["error"]["code"] == "unavailable"
        async with edge.client.get(f"{base}/healthz") as health:
            assert health.status == 200
    await redis.aclose()
    database.client.close()


async def test_every_answer_of_the_api_is_guarded(edge: Edge) -> None:
    for path in ("/healthz", "/api/nothing", "/api/me"):
        headers = (await edge.ask("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Server"] == "Wenjin"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers


async def test_named_origins_may_use_the_api_and_others_may_not(edge: Edge) -> None:
    ask = {"Origin": OTHER_ORIGIN, "Access-Control-Request-Method": "POST"}
    preflight = await edge.ask("OPTIONS", "/api/visitors", headers=ask)
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == OTHER_ORIGIN
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    actual = await edge.ask("GET", "/api/me", headers={"Origin": OTHER_ORIGIN})
    assert actual.headers["Access-Control-Allow-Origin"] == OTHER_ORIGIN
    for origin in ("null", "https://shop.example.org.evil.example", "https://evil.example"):
        refused = await edge.ask("OPTIONS", "/api/visitors", headers=ask | {"Origin": origin})
        assert "Access-Control-Allow-Origin" not in refused.headers
