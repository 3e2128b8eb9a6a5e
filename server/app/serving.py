"""One serving process: starts its parts in order, connects facts with those who react, ends in order."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from redis.asyncio import Redis

from server.app.between import Between, build_between
from server.app.checks import readiness_checks
from server.app.http_parts import build_http_parts, build_people
from server.app.meters import DecisionMeters, LiveMeters, LoopLag, SessionMeters, batch_observer, new_registry
from server.app.metric_table import observer
from server.app.metrics_exchange import MetricsExchange
from server.app.reaction_table import connect_reactions, connect_returns
from server.app.reactions import Announcer
from server.app.realtime_parts import build_edge
from server.app.session_parts import Housekeeping, build_session_parts
from server.app.stores import OUTAGES, Stores, build_stores, redis_client
from server.app.timers import Timer, Timers
from server.app.upkeep import sweeps, woken_timers
from server.domain.events import FloorChanged, MessagePosted
from server.embedded import DataFolder, EmbeddedAddresses
from server.http.app import build_http_app
from server.live.leases import HousekeepingLease
from server.models.client import ModelLine
from server.models.process import model_address
from server.realtime.connections import Connections
from server.realtime.edge import RealtimeEdge
from server.realtime.feeds import Feeds
from server.realtime.push import Push
from server.security.passwords import Passwords
from server.settings import Settings
from server.store.client import Database, connect, disconnect
from server.wire.peers import Origins, PeerAddresses
from server.wire.session_views import SessionViews

_FINISH_SECONDS = 3.0
_LOG_SECONDS = 1.0
_GRACEFUL_SECONDS = 1.0
_BACKLOG = 1_024  # everybody comes back at once after a restart


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where, and as whom, one process serves.

    `number` counts from 1 on the machine and comes again after a restart. The sockets of the machine's other
    processes are in `private_folder`. `content_changed` tells who fills the models.
    """

    settings: Settings
    data_folder: DataFolder
    addresses: EmbeddedAddresses
    private_folder: Path
    number: int
    content_changed: Callable[[], None]
    shares_port: bool


@contextlib.asynccontextmanager
async def serving_node(place: Place, *, metrics_socket: socket.socket | None = None) -> AsyncIterator[str]:
    """Its address, while it serves. At `metrics_socket` siblings ask for its numbers."""
    async with contextlib.AsyncExitStack() as stack:
        database = connect(place.addresses.mongo_url, place.settings.storage.database)
        stack.push_async_callback(disconnect, database)
        redis = redis_client(place.addresses.redis_url)
        stack.push_async_callback(redis.aclose)
        passwords = Passwords()
        stack.callback(passwords.close)
        node = _build(place, database, redis, passwords)
        node.models.start()
        stack.push_async_callback(node.models.stop)
        await node.models.first_connected()
        if metrics_socket is not None:
            await stack.enter_async_context(node.metrics.told_on(metrics_socket))
        yield await stack.enter_async_context(_running(node, place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One serving process, built but not yet running."""

    stores: Stores
    models: ModelLine
    metrics: MetricsExchange
    keeping: Housekeeping
    announcer: Announcer
    edge: RealtimeEdge
    http: web.Application
    timers: tuple[Timer, ...]
    between: Between
    loop_lag: LoopLag


def _build(place: Place, database: Database, redis: Redis, passwords: Passwords) -> Node:
    settings = place.settings
    announcer = Announcer()
    registry = new_registry()
    namespace = settings.storage.database
    stores = build_stores(database, redis, settings.limits, namespace=namespace)
    announcer.when(MessagePosted, SessionMeters(registry).message_posted)
    stores.log.observe_batch = batch_observer(registry)
    models = ModelLine(
        model_address(place.private_folder), observe=observer("wenjin_model_call_seconds", registry)
    )
    metrics = MetricsExchange(str(place.number), registry, place.private_folder)
    live, keeping = build_session_parts(stores, models.bot, models.matcher, settings, announcer.announce)
    secret = settings.security.token_secret.get_secret_value() or place.data_folder.secrets().token_secret
    people = build_people(
        stores, live, settings, announcer.announce, passwords=passwords, token_secret=secret.encode()
    )
    views = SessionViews(stores.log, keeping.announce_queue)
    connections = Connections()
    push, feeds = (
        Push(connections, views),
        Feeds(live.floor, keeping.line, views, settings.routing.manual_claim),
    )
    peers = PeerAddresses.trusting(settings.server.trusted_proxies)
    origins = Origins.allowing(settings.server.allowed_origins, public_url=settings.server.public_url)
    lease = HousekeepingLease(redis=redis, key=f"{namespace}:housekeeping")
    assign, announce_queue = woken_timers(keeping, lease)

    def look_for_work() -> None:
        keeping.line.touch()
        assign.wake()
        announce_queue.wake()

    between = build_between(
        stores,
        connections,
        push,
        feeds,
        announcer,
        redis_url=place.addresses.redis_url,
        namespace=namespace,
        lease=lease,
        look_for_work=look_for_work,
        look_at_content=place.content_changed,
    )
    repair = Timer("repair tails", between.repair_tails, seconds=between.repair_seconds)
    receipts = Timer("write receipts", stores.sessions.write_receipts, seconds=5)
    decisions = Timer("record decisions", keeping.record_decisions, seconds=2)
    edge = build_edge(
        stores,
        live,
        identify=people.identify,
        connections=connections,
        push=push,
        hears=between.relay.hears,
        feeds=feeds,
        views=views,
        settings=settings,
        peers=peers,
        origins=origins,
        registry=registry,
        presence_changed=lambda account_id: announcer.announce(FloorChanged(account_id)),
    )
    registry.register(
        LiveMeters(stores.log, edge, keeping.announce_queue, keeping.judge_estimates.judged, between)
    )
    registry.register(DecisionMeters(keeping.record_decisions.counters))
    connect_reactions(announcer, push, between.relay, feeds, keeping, look_for_work, place.content_changed)
    log_ins = Timer(
        "look at log-ins",
        lambda: edge.tokens.look_at_log_ins(every_seconds=between.log_in_seconds()),
        seconds=2,
    )
    timers = (assign, announce_queue, *sweeps(keeping, lease), repair, log_ins, receipts, decisions)
    connect_returns(between, edge, assign=assign, repair=repair, log_ins=log_ins)
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
        checks=readiness_checks(database, redis, models, edge, between.bus),
        registry=registry,
        exposition=metrics.exposition,
        peers=peers,
        origins=origins,
    )
    return Node(
        stores=stores,
        models=models,
        metrics=metrics,
        keeping=keeping,
        announcer=announcer,
        edge=edge,
        http=build_http_app(http_parts),
        timers=timers,
        between=between,
        loop_lag=LoopLag(registry),
    )


@contextlib.asynccontextmanager
async def _running(node: Node, place: Place) -> AsyncIterator[str]:
    """Serves for the length of the block, and then ends in order."""
    node.stores.log.start()
    await node.keeping.finish_changes()
    await node.between.start()
    node.edge.attach(node.http)
    runner = web.AppRunner(
        node.http, access_log=None, handle_signals=False, shutdown_timeout=_GRACEFUL_SECONDS
    )
    await runner.setup()
    host = place.settings.server.host
    site = web.TCPSite(
        runner, host, place.settings.server.port, reuse_port=place.shares_port or None, backlog=_BACKLOG
    )
    await site.start()
    timers = Timers()
    timers.start(*node.timers)
    watching_lag = asyncio.create_task(node.loop_lag.watch(), name="event loop lag")
    node.edge.start()
    _spare_collections()
    try:
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await _drain(node, runner, site, timers)
        watching_lag.cancel()


def _spare_collections() -> None:
    """A full collection holds up everybody, with 2,000 connections for 170 ms, and came every 14 s. What has
    been loaded stays and need not be looked at again; the rest is looked at after 2 million new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(2_000, 10, 100)


async def _drain(node: Node, runner: web.AppRunner, site: web.TCPSite, timers: Timers) -> None:
    """Nobody new; a word to everybody; what was begun ends, in the database and at the client; then the end.

    Every step has its limit: with 2,000 clients and a database that hangs it takes about five seconds.
    """
    await site.stop()
    node.edge.say_farewell()
    await asyncio.gather(
        timers.stop(),
        node.between.lease.stop(),
        node.edge.finish_events(within_seconds=_FINISH_SECONDS),
        node.announcer.finish(_FINISH_SECONDS),
    )
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LOG_SECONDS):
            await node.stores.log.stop()
            with contextlib.suppress(*OUTAGES):
                await node.stores.sessions.write_receipts()
                await node.keeping.record_decisions(all_of_them=True)
    await node.edge.close()
    await node.between.bus.stop()
    await runner.cleanup()
