"""The HTTP edge over real stores, served on a free port of loopback."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry

from server.app.http_parts import build_http_parts, build_people
from server.app.metrics_exchange import MetricsExchange
from server.app.session_parts import build_session_parts
from server.app.stores import Stores, build_stores, redis_client
from server.domain.events import Fact
from server.domain.people import Role
from server.http.app import build_http_app
from server.http.parts import HttpParts
from server.http.sign_in_routes import tokens_json
from server.models import ModelProcess
from server.realtime.feeds import Feeds
from server.security.passwords import Passwords
from server.settings import IdentityKey, Limits, Settings, Site
from server.store.client import connect, ping
from server.store.indexes import prepare
from server.wire.peers import Origins, PeerAddresses
from server.wire.session_views import SessionViews

SITE_SECRETS = {"key-1": "s" * 40, "key-2": "t" * 40}
TOKEN_SECRET = b"a test secret of more than 32 bytes"
METRICS_TOKEN = "metrics-token"
OTHER_ORIGIN = "https://shop.example.org"
PASSWORD = "correct horse"


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str
    json: Any

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


@dataclass
class Edge:
    """A served HTTP edge, what it is made of, and the facts that were told while it served."""

    base: str
    client: ClientSession
    parts: HttpParts
    stores: Stores
    models: ModelProcess
    facts: list[Fact] = field(default_factory=list)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> Answer:
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        arguments: dict[str, Any] = {"json": body} if body is not None else {"data": data}
        async with self.client.request(method, self.base + path, headers=sent, **arguments) as response:
            raw = await response.text()
            is_json = response.content_type == "application/json" and raw
            return Answer(response.status, response.headers, raw, await response.json() if is_json else None)

    async def visitor(self) -> Any:
        """A visitor's tokens, past the limit for addresses."""
        return tokens_json(await self.parts.people.create_visitor(name=None, language=None))

    async def person(self, role: Role) -> Any:
        """Tokens of a new account with this role, and its username."""
        username = f"{role.value}-{secrets.token_hex(6)}"
        people = self.parts.people
        account = await people.create_account(username=username, password=PASSWORD, role=role)
        return {**tokens_json(await people.log_in.issue_tokens(account)), "username": username}


def edge_settings(**sections: Any) -> Settings:
    keys = [{"id": name, "secret": secret} for name, secret in SITE_SECRETS.items()]
    return Settings(
        site=Site(identity_keys={"shop": tuple(IdentityKey.model_validate(key) for key in keys)}),
        limits=Limits(visitors_per_minute=5, logins_per_minute=100_000, login_failures=3),
        **sections,
    )


def build_edge_parts(
    settings: Settings, stores: Stores, models: ModelProcess, facts: list[Fact], web_folder: Path
) -> HttpParts:
    """As the server composes it, with facts that are only written down."""
    live, keeping = build_session_parts(stores, models.line.bot, models.line.matcher, settings, facts.append)
    views = SessionViews(stores.log, keeping.announce_queue)
    registry = CollectorRegistry()
    passwords = Passwords()
    people = build_people(
        stores, live, settings, facts.append, passwords=passwords, token_secret=TOKEN_SECRET
    )
    parts = build_http_parts(
        stores,
        people,
        live,
        bot=models.line.bot,
        matcher=models.line.matcher,
        views=views,
        feeds=Feeds(live.floor, keeping.line, views, can_claim=False),
        settings=settings,
        announce=facts.append,
        checks={"database": partial(ping, stores.accounts.database)},
        peers=PeerAddresses.trusting(["127.0.0.0/8"]),
        origins=Origins.allowing([OTHER_ORIGIN]),
        registry=registry,
        exposition=MetricsExchange("1", registry, web_folder).exposition,
    )
    operations = replace(parts.operations, metrics_token=METRICS_TOKEN)
    return replace(parts, operations=operations, web_folder=web_folder)


def write_web_client(folder: Path) -> None:
    (folder / "assets").mkdir()
    for name in ("index", "desk", "board"):
        (folder / f"{name}.html").write_text(f"<!doctype html><title>{name}</title>")
    (folder / "embed.js").write_text("window.wenjinEmbed = 1;")
    (folder / "assets" / "index-BxQ3k9Zz.js").write_text("const words = 1;\n" * 400)
    (folder / "assets" / "index-BxQ3k9Zz.js.br").write_bytes(b"squeezed")


@contextlib.asynccontextmanager
async def served(parts: HttpParts) -> AsyncIterator[str]:
    """The address under which an edge of these parts answers."""
    runner = web.AppRunner(build_http_app(parts))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def edge(
    mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Edge]:
    async with contextlib.AsyncExitStack() as stack:
        database = connect(mongo_url, "http_edge")
        stack.callback(database.client.close)
        await prepare(database)
        redis = redis_client(redis_url)
        stack.push_async_callback(redis.aclose)
        settings = edge_settings()
        stores = build_stores(database, redis, settings.limits)
        stores.limits.prefix = f"http-edge-{secrets.token_hex(4)}"
        stores.log.start()
        stack.push_async_callback(stores.log.stop)
        folder = tmp_path_factory.mktemp("web")
        write_web_client(folder)
        models = ModelProcess(
            settings,
            address=folder / "models.sock",
            cache_file=folder / "cache.npz",
            log_file=folder / "models.log",
            restarted=lambda: None,
        )
        facts: list[Fact] = []
        parts = build_edge_parts(settings, stores, models, facts, folder)
        base = await stack.enter_async_context(served(parts))
        client = await stack.enter_async_context(ClientSession())
        yield Edge(base, client, parts, stores, models, facts)
