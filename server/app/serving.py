"""Starts everything in order, connects facts with those who react, and stops everything in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import RedisError

from server.app.http_parts import build_http_parts, build_people
from server.app.meters import LiveMeters, new_registry
from server.app.reactions import Announcer
from server.app.realtime_parts import build_edge
from server.app.session_parts import Housekeeping, build_session_parts
from server.app.stores import Stores, build_stores, redis_client
from server.app.timers import Timer, Timers
from server.domain.errors import Unavailable
from server.domain.events import (
    AccountRevoked,
    FloorChanged,
    KnowledgeChanged,
    MessagePosted,
    NoteAdded,
    OfferMade,
    ProfilesChanged,
    QueueMoved,
    ReceiptMoved,
    SessionChanged,
    TypingShown,
)
from server.domain.message import SenderRole
from server.domain.session import SessionStatus
from server.embedded import DataFolder, EmbeddedAddresses
from server.http.app import build_http_app
from server.models.loading import StoredModelContent
from server.models.process import ModelProcess
from server.realtime.connections import Connections
from server.realtime.edge import RealtimeEdge
from server.realtime.feeds import Feeds
from server.realtime.push import Push
from server.realtime.tail_repair import RepairTails
from server.security.passwords import Passwords
from server.settings import Settings
from server.store.client import Database, connect, ping
from server.store.indexes import prepare
from server.use_cases.keep_model_current import KeepModelCurrent
from server.use_cases.recall_past_sessions import RecallPastSessions
from server.wire.peers import Origins, PeerAddresses
from server.wire.session_views import SessionViews

logger = structlog.get_logger(__name__)

_FIRST_LOAD_SECONDS = 90.0
_FINISH_SECONDS = 3.0
_GRACEFUL_SECONDS = 1.0


async def serve(
    settings: Settings,
    *,
    folder: DataFolder,
    addresses: EmbeddedAddresses,
    ready: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    """Serves until `stop` is set, also when that happens while it is still starting.

    Calls `ready` with the address once people may come.
    """
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.create_task(_start(stack, settings, folder, addresses))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        ready(starting.result())
        await stopping


async def _start(
    stack: contextlib.AsyncExitStack, settings: Settings, folder: DataFolder, addresses: EmbeddedAddresses
) -> str:
    """The address. Whatever is to be undone at the end is put on `stack` before it is begun."""
    database = connect(addresses.mongo_url, settings.storage.database)
    stack.callback(database.client.close)
    await prepare(database)
    redis = redis_client(addresses.redis_url)
    stack.push_async_callback(redis.aclose)
    passwords = Passwords()
    stack.callback(passwords.close)
    node = _build(settings, folder, database, redis, passwords)
    stack.push_async_callback(node.models.stop)
    await node.models.start()
    await _load_models(node.current)
    return await stack.enter_async_context(_running(node, settings))


async def _load_models(current: KeepModelCurrent) -> None:
    """Waits until the bot knows what it should, but not for ever: much new knowledge takes minutes to embed,
    and until then people can at least talk to people. The loading goes on in the background."""
    logger.info("loading knowledge and profiles")
    loading = asyncio.create_task(current(), name="first load")
    await asyncio.wait([loading], timeout=_FIRST_LOAD_SECONDS)
    if loading.done():
        loading.result()
    else:
        logger.warning("ready before all knowledge is loaded", seconds=_FIRST_LOAD_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One serving process, built but not yet running."""

    stores: Stores
    models: ModelProcess
    current: KeepModelCurrent
    keeping: Housekeeping
    announcer: Announcer
    edge: RealtimeEdge
    http: web.Application
    timers: tuple[Timer, ...]


def _build(
    settings: Settings, folder: DataFolder, database: Database, redis: Redis, passwords: Passwords
) -> Node:
    announcer = Announcer()
    stores = build_stores(database, redis, settings.limits)
    models = ModelProcess(
        settings,
        cache_file=folder.path / "cache" / "embeddings.npz",
        log_file=folder.path / "logs" / "models.log",
        restarted=lambda: current.model_restarted(),  # noqa: PLW0108  made below, from this
    )
    current = KeepModelCurrent(
        knowledge=stores.knowledge,
        consultants=stores.consultants,
        model=StoredModelContent(
            models.bot,
            models.matcher,
            RecallPastSessions(sessions=stores.sessions, log=stores.log),
        ),
    )
    live, keeping = build_session_parts(stores, models.bot, models.matcher, settings, announcer.announce)
    secret = settings.security.token_secret.get_secret_value() or folder.secrets().token_secret
    people = build_people(
        stores, live, settings, announcer.announce, passwords=passwords, token_secret=secret.encode()
    )
    views = SessionViews(stores.log, keeping.announce_queue)
    connections = Connections()
    push, feeds = Push(connections, views), Feeds(live.floor, views, settings.routing.manual_claim)
    peers = PeerAddresses.trusting(settings.server.trusted_proxies)
    origins = Origins.allowing(settings.server.allowed_origins, public_url=settings.server.public_url)
    repair_tails = RepairTails(push, stores.log, stores.sessions)
    assign, timers = _timers(keeping, repair_tails)
    registry = new_registry()
    edge = build_edge(
        stores,
        live,
        identify=people.identify,
        connections=connections,
        push=push,
        feeds=feeds,
        views=views,
        settings=settings,
        peers=peers,
        origins=origins,
        registry=registry,
        presence_changed=lambda: announcer.announce(FloorChanged()),
    )
    registry.register(LiveMeters(stores.log, edge, keeping.announce_queue, repair_tails))
    _connect_reactions(announcer, push, feeds, keeping, current, assign)
    http_parts = build_http_parts(
        stores,
        people,
        live,
        bot=models.bot,
        matcher=models.matcher,
        views=views,
        feeds=feeds,
        settings=settings,
        announce=announcer.announce,
        checks=_checks(database, redis, models),
        registry=registry,
        peers=peers,
        origins=origins,
    )
    return Node(
        stores=stores,
        models=models,
        current=current,
        keeping=keeping,
        announcer=announcer,
        edge=edge,
        http=build_http_app(http_parts),
        timers=timers,
    )


def _timers(keeping: Housekeeping, repair_tails: RepairTails) -> tuple[Timer, tuple[Timer, ...]]:
    """The assignment round, which facts wake, and all timers."""

    async def assign_and_tell() -> None:
        await keeping.assign()
        await keeping.announce_queue()

    assign = Timer("assign sessions", assign_and_tell, seconds=3)
    return assign, (
        assign,
        Timer("expire offers", keeping.expire_offers, seconds=1),
        Timer("replace lost consultants", keeping.replace_lost, seconds=2),
        Timer("watch idle sessions", keeping.watch_idle, seconds=5),
        Timer("finish changes", keeping.finish_changes, seconds=5),
        Timer("check slots", keeping.check_slots, seconds=10),
        Timer("repair tails", repair_tails, seconds=5),
    )


def _connect_reactions(  # noqa: PLR0917  the table of who reacts to what has many columns
    announcer: Announcer,
    push: Push,
    feeds: Feeds,
    keeping: Housekeeping,
    current: KeepModelCurrent,
    assign: Timer,
) -> None:
    def touch(_fact: Any) -> None:
        feeds.touch()

    def look_for_work(_fact: Any) -> None:
        assign.wake()

    def let_bot_answer(fact: MessagePosted) -> Any:
        is_heard = fact.session.status in {SessionStatus.BOT, SessionStatus.QUEUED}
        if fact.message.sender.role is SenderRole.USER and is_heard:
            return keeping.answer_as_bot(question=fact.message)
        return None

    def look_at_model(_fact: Any) -> None:
        current.look_now()

    when = announcer.when
    when(MessagePosted, push.message, let_bot_answer, touch)
    when(SessionChanged, push.session, keeping.release_slots, touch, look_for_work)
    when(NoteAdded, push.note)
    when(ReceiptMoved, push.receipt, touch)
    when(TypingShown, push.typing)
    when(OfferMade, push.offer, touch)
    when(QueueMoved, push.queue)
    when(FloorChanged, touch, look_for_work)
    when(KnowledgeChanged, look_at_model)
    when(ProfilesChanged, look_at_model, touch)
    when(AccountRevoked, push.revoked)


def _checks(database: Database, redis: Redis, models: ModelProcess) -> dict[str, Any]:
    async def redis_answers() -> None:
        try:
            await redis.ping()
        except RedisError as error:
            raise Unavailable("Redis does not answer") from error

    async def model_is_loaded() -> None:
        facts = await models.ping()
        if not facts.has_knowledge or not facts.has_profiles:
            raise Unavailable("knowledge and profiles are still being loaded")

    return {"database": lambda: ping(database), "redis": redis_answers, "model": model_is_loaded}


@contextlib.asynccontextmanager
async def _running(node: Node, settings: Settings) -> AsyncIterator[str]:
    """Serves for the length of the block. Then: nobody new, a word to everybody, what was begun ends."""
    node.stores.log.start()
    await node.keeping.finish_changes()
    node.edge.attach(node.http)
    runner = web.AppRunner(node.http, access_log=None, handle_signals=False)
    await runner.setup()
    site = web.TCPSite(runner, settings.server.host, settings.server.port, shutdown_timeout=_GRACEFUL_SECONDS)
    await site.start()
    timers = Timers()
    timers.start(*node.timers)
    keep_current = asyncio.create_task(node.current.run(), name="keep model current")
    node.edge.start()
    node.announcer.in_background(node.keeping.resume_bot_turns(), about="resume bot turns")
    port = runner.addresses[0][1]
    try:
        yield f"http://{settings.server.host}:{port}"
    finally:
        await site.stop()
        await timers.stop()
        keep_current.cancel()
        await node.edge.close()
        await node.announcer.finish(_FINISH_SECONDS)
        await node.stores.log.stop()
        await runner.cleanup()
