"""Pages, files, operators' addresses and the API's description."""

import gzip
import json
import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from server.http.routes import ROUTES, describe_routes
from server.http.security_headers import page_headers
from tests.http.conftest import METRICS_TOKEN, OTHER_ORIGIN, Edge, build_edge_parts, edge_settings, served

ASSET = "/assets/index-BxQ3k9Zz.js"
COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


class TestPages:
    @pytest.mark.parametrize(("path", "title"), [("/", "index"), ("/desk", "desk"), ("/board", "board")])
    async def test_each_page_is_served_under_a_strict_policy(self, edge: Edge, path: str, title: str) -> None:
        answer = await edge.ask("GET", path)
        assert f"<title>{title}</title>" in answer.text
        policy = answer.headers["Content-Security-Policy"]
        for part in (
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert part in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-cache"

    async def test_only_the_chat_may_be_framed_and_only_by_named_sites(self, edge: Edge) -> None:
        chat = (await edge.ask("GET", "/")).headers
        assert f"frame-ancestors 'self' {OTHER_ORIGIN}" in chat["Content-Security-Policy"]
        assert "X-Frame-Options" not in chat
        for path in ("/desk", "/board"):
            headers = (await edge.ask("GET", path)).headers
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Frame-Options"] == "DENY"

    def test_any_site_may_frame_the_chat_while_none_is_named(self) -> None:
        headers = page_headers(host="chat.example.org", may_be_framed=True)
        assert "frame-ancestors *" in headers["Content-Security-Policy"]

    def test_sockets_are_limited_to_the_own_host_and_a_forged_host_adds_nothing(self) -> None:
        policy = page_headers(host="chat.example.org:8080", may_be_framed=False)["Content-Security-Policy"]
        assert "connect-src 'self' ws://chat.example.org:8080 wss://chat.example.org:8080;" in policy
        forged = page_headers(host="x; script-src *", may_be_framed=False)["Content-Security-Policy"]
        assert "connect-src 'self';" in forged
        assert "*" not in forged

    async def test_hashed_assets_are_kept_for_ever_and_come_compressed(self, edge: Edge) -> None:
        plain = await edge.ask("GET", ASSET, headers={"Accept-Encoding": "identity"})
        assert "immutable" in plain.headers["Cache-Control"]
        assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
        async with edge.client.get(
            edge.base + ASSET, headers={"Accept-Encoding": "gzip, br"}, auto_decompress=False
        ) as answer:
            assert answer.headers["Content-Encoding"] == "br"
            assert await answer.read() == b"squeezed"
        async with edge.client.get(
            edge.base + ASSET, headers={"Accept-Encoding": "gzip, br;q=0"}, auto_decompress=False
        ) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(await answer.read()).decode() == plain.text

    async def test_an_unchanged_file_is_not_sent_again(self, edge: Edge) -> None:
        tag = (await edge.ask("GET", ASSET)).headers["ETag"]
        again = await edge.ask("GET", ASSET, headers={"If-None-Match": tag})
        assert (again.status, again.text) == (304, "")

    async def test_other_sites_may_load_the_embed_script_and_nothing_else(self, edge: Edge) -> None:
        embed = (await edge.ask("GET", "/embed.js")).headers
        assert embed["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "immutable" not in embed["Cache-Control"]
        assert (await edge.ask("GET", ASSET)).headers["Cross-Origin-Resource-Policy"] == "same-origin"

    async def test_no_path_leads_out_of_the_folder(self, edge: Edge) -> None:
        for path in (
            "/assets/../../../etc/passwd",
            "/assets/%2e%2e/%2e%2e/etc/passwd",
            "/assets/..%5c..%5cx",
            "/assets/",
            "/assets",
            "/index.html",
            "/assets/index-BxQ3k9Zz.js.br",
            "//etc/passwd",
        ):
            assert (await edge.ask("GET", path)).status == 404, path

    async def test_without_a_build_people_are_told_in_both_languages(
        self, edge: Edge, tmp_path: Path
    ) -> None:
        parts = build_edge_parts(edge_settings(), edge.stores, edge.models, [], tmp_path)
        async with served(parts) as base, edge.client.get(f"{base}/") as answer:
            text = await answer.text()
            assert answer.status == 503
        assert "尚未构建" in text
        assert "has not been built" in text


class TestOperations:
    async def test_alive_and_ready(self, edge: Edge) -> None:
        assert (await edge.ask("GET", "/healthz")).json == {"status": "ok"}
        ready = await edge.ask("GET", "/readyz")
        assert (ready.status, ready.json) == (200, {"ready": True, "checks": {"database": "ok"}})

    async def test_metrics_are_for_loopback_or_the_token(self, edge: Edge) -> None:
        outside = {"X-Forwarded-For": "203.0.113.9"}
        assert (await edge.ask("GET", "/metrics")).status == 200
        assert (await edge.ask("GET", "/metrics", headers=outside)).status == 403
        assert (await edge.ask("GET", "/metrics", headers=outside, token="wrong")).status == 401
        answer = await edge.ask("GET", "/metrics", headers=outside, token=METRICS_TOKEN)
        assert "wenjin_http_requests_total" in answer.text

    async def test_metrics_hold_patterns_and_no_ids_or_made_up_methods(self, edge: Edge) -> None:
        token = (await edge.visitor())["access_token"]
        await edge.ask("GET", "/api/sessions/s_secret_id", token=token)
        await edge.ask("GET", "/made/up/address")
        await edge.ask("BREW", "/api/me")
        text = (await edge.ask("GET", "/metrics")).text
        assert "/api/sessions/{id}" in text
        for hidden in ("s_secret_id", "made/up", "BREW"):
            assert hidden not in text


class TestDescription:
    def test_it_describes_every_route(self) -> None:
        paths = describe_routes()["paths"]
        for route in ROUTES:
            operation = paths[route.path][route.method.lower()]
            assert operation["summary"] == route.summary
            assert "200" in operation["responses"]

    def test_every_reference_leads_somewhere(self) -> None:
        document = describe_routes()
        names = set(document["components"]["schemas"])
        referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
        assert referred <= names

    async def test_answers_have_the_described_shape(self, edge: Edge) -> None:
        document = (await edge.ask("GET", "/api/openapi.json")).json
        answer = await edge.ask("GET", "/api/me", token=(await edge.visitor())["access_token"])
        schema = {"$ref": "#/components/schemas/PersonJson", "components": document["components"]}
        jsonschema.validate(answer.json, schema)
        refused = await edge.ask("GET", "/api/me")
        jsonschema.validate(
            refused.json, {"$ref": "#/components/schemas/ErrorJson", "components": document["components"]}
        )

    async def test_the_page_shows_every_route_and_runs_nothing(self, edge: Edge) -> None:
        answer = await edge.ask("GET", "/api/docs")
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        for route in ROUTES:
            assert f"{route.method} {route.path}" in answer.text
