"""Hints between serving processes over Redis pub/sub: quick, in order, and allowed to be lost.

The log in the database is the truth; a hint only says where to look, or what was just made durable. So
nothing here ever waits for Redis: what can't be sent is dropped or kept for a while, what was not heard is
found by the tail repair. Each process hears only the channels of the people and sessions that it serves.
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from server.domain.errors import Unavailable
from server.live.bus_link import BusLink

logger = structlog.get_logger(__name__)

BEAT_SECONDS = 1.0
DEAF_SECONDS = 3.0
ALONE_SECONDS = 10.0
MAX_OUTBOX = 10_000
MAX_OUTBOX_BYTES = 16 * 1024 * 1024
_BATCH = 500
_ANSWER_SECONDS = 2.0
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 3.0
_STEADY_SECONDS = 5.0
_START_SECONDS = 2.0
_FAREWELL_SECONDS = 0.5

SITE = "site"
_BEAT = "beat"

HeardHint = Callable[[str, bytes], None]
FAILURES = (RedisError, OSError, TimeoutError)


@dataclass(slots=True)
class BusCounters:
    """What has happened since the start, for /metrics."""

    published: int = 0
    dropped: int = 0
    heard: int = 0
    reconnects: int = 0


def _nobody_listens(_channel: str, _payload: bytes) -> None:
    pass


@dataclass(slots=True, kw_only=True)
class Bus:
    """Publishes to and hears channels such as `session/s_1`; `namespace` keeps two sites on one Redis apart.

    A process that knows of no other publishes nothing but its heartbeat. `resubscribed` runs whenever the
    subscriptions have come into force (again): something may have been missed. `lost` runs when the bus has
    gone away.
    """

    url: str
    namespace: str
    node_id: str = field(default_factory=lambda: secrets.token_hex(5))
    counters: BusCounters = field(default_factory=BusCounters)
    alone_seconds: float = ALONE_SECONDS
    heard: HeardHint = _nobody_listens
    resubscribed: Callable[[], None] = lambda: None
    lost: Callable[[], None] = lambda: None
    _wanted: set[str] = field(default_factory=lambda: {SITE, _BEAT})
    _link: BusLink | None = None
    _link_task: "asyncio.Task[None] | None" = None
    _in_force_since: float | None = None
    _loopback_at: float | None = None
    _others: dict[str, float] = field(default_factory=dict)
    _others_until: float = float("-inf")
    _outbox: deque[tuple[str, bytes]] = field(default_factory=deque)
    _outbox_bytes: int = 0
    _beat_is_due: bool = False
    _gathered: asyncio.Event = field(default_factory=asyncio.Event)
    _emptied: asyncio.Event = field(default_factory=asyncio.Event)
    _heard_itself: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    _is_stopping: bool = False

    # -- life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Announces this process to the others. While Redis is away it goes on trying in the background."""
        self._tasks = [
            asyncio.create_task(self._listen_for_ever(), name="bus listener"),
            asyncio.create_task(self._publish_for_ever(), name="bus publisher"),
            asyncio.create_task(self._beat_for_ever(), name="bus heartbeat"),
        ]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_START_SECONDS):
                await self._heard_itself.wait()

    async def stop(self) -> None:
        """What has gathered is still sent, if Redis takes it at once."""
        if self._outbox and not self.is_away:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL_SECONDS):
                    await self._emptied.wait()
        self._is_stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- publishing ------------------------------------------------------------------------------------------

    @property
    def is_listened_to(self) -> bool:
        """Whether another process may hear this one; only a steady bus without others' heartbeats says no."""
        now = time.monotonic()
        if now < self._others_until:
            return True
        since = self._in_force_since
        return since is None or now - since < self.alone_seconds or self.age_seconds > DEAF_SECONDS

    def publish(self, channel: str, payload: bytes, *, keep: bool = False) -> None:
        """Never waits. While the bus is away only what `keep` says is kept, for as long as there is room."""
        if not self.is_listened_to:
            return
        is_full = len(self._outbox) >= MAX_OUTBOX or self._outbox_bytes >= MAX_OUTBOX_BYTES
        if is_full or (self._in_force_since is None and not keep):
            self.counters.dropped += 1
            return
        self._outbox.append((channel, payload))
        self._outbox_bytes += len(payload)
        self._emptied.clear()
        self._gathered.set()

    async def _publish_for_ever(self) -> None:
        client = self._client(socket_timeout=_ANSWER_SECONDS)
        connection: AbstractConnection | None = None
        pause = _FIRST_PAUSE_SECONDS
        try:
            # The driver has been seen to swallow a cancellation that arrives while it closes a connection.
            while not self._is_stopping:
                await self._gathered.wait()
                try:
                    async with asyncio.timeout(_ANSWER_SECONDS):
                        if connection is None:
                            connection = _new_connection(client)
                            await connection.connect()  # type: ignore[no-untyped-call]
                        await self._publish_batch(connection)
                    pause = _FIRST_PAUSE_SECONDS
                except Exception as error:
                    if not isinstance(error, FAILURES):
                        logger.exception("hints could not be sent")
                    if connection is not None:
                        await connection.disconnect(nowait=True)
                        connection = None
                    await asyncio.sleep(_jittered(pause))
                    pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        finally:
            if connection is not None:
                await connection.disconnect(nowait=True)
            await client.aclose()

    async def _publish_batch(self, connection: Any) -> None:
        """Hints leave the outbox when Redis has taken them: some may arrive twice, which harms nobody."""
        batch = [self._outbox[index] for index in range(min(_BATCH, len(self._outbox)))]
        commands = [("PUBLISH", self._name(channel), self._signed(payload)) for channel, payload in batch]
        if self._beat_is_due:
            commands.insert(0, ("PUBLISH", self._name(_BEAT), self._signed(b"")))
        packed = b"".join(b"".join(connection.pack_command(*one)) for one in commands)
        await connection.send_packed_command(packed)
        for _ in commands:
            await connection.read_response()
        self._beat_is_due = False
        for _, payload in batch:
            self._outbox.popleft()
            self._outbox_bytes -= len(payload)
        self.counters.published += len(batch)
        if not self._outbox:
            self._gathered.clear()
            self._emptied.set()

    def _name(self, channel: str) -> str:
        return f"{self.namespace}:bus:{channel}"

    def _signed(self, payload: bytes) -> bytes:
        return b"%s %s" % (self.node_id.encode(), payload)

    # -- hearing ---------------------------------------------------------------------------------------------

    def want(self, channel: str) -> None:
        self._wanted.add(channel)
        if self._link is not None:
            self._link.look_at(channel)

    def unwant(self, channel: str) -> None:
        self._wanted.discard(channel)
        if self._link is not None:
            self._link.look_at(channel)

    async def confirmed(self, channel: str, *, within_seconds: float) -> None:
        """Returns when the wanted channel is heard; at once while the bus is away."""
        if self._link is not None and channel in self._wanted:
            await self._link.confirmed(channel, within_seconds=within_seconds)

    async def _listen_for_ever(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            self._link_task = asyncio.create_task(self._hold_link(), name="bus link")
            try:
                await asyncio.wait([self._link_task])
            finally:
                self._link_task.cancel()
                await asyncio.gather(self._link_task, return_exceptions=True)
            if time.monotonic() - began > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            self.counters.reconnects += 1
            await asyncio.sleep(_jittered(pause))
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _hold_link(self) -> None:
        """One connection from its beginning to its end."""
        client = self._client(socket_timeout=None)
        link = BusLink(
            connection=_new_connection(client),
            prefix=self._name(""),
            wanted=self._wanted,
            heard=self._take,
            in_force=self._come_into_force,
        )
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await link.connect()
            self._link = link
            await link.hold()
        except FAILURES as error:
            if self._in_force_since is not None:
                logger.warning("bus lost", error=type(error).__name__)
        except Exception:
            logger.exception("bus link failed")
        finally:
            self._link = None
            self._go_away()
            await link.close()
            await client.aclose()

    def _come_into_force(self) -> None:
        logger.info("bus in force", node=self.node_id)
        self._in_force_since = time.monotonic()
        self._beat()
        self.resubscribed()

    def _go_away(self) -> None:
        was_in_force, self._in_force_since = self._in_force_since is not None, None
        if was_in_force:
            self.lost()

    def _take(self, channel: str, data: bytes) -> None:
        node, _, payload = data.partition(b" ")
        if channel == _BEAT:
            self._hear_beat(node.decode("ascii", "replace"))
        elif node != self.node_id.encode():
            self.counters.heard += 1
            try:
                self.heard(channel, payload)
            except Exception:
                logger.exception("hint could not be taken", channel=channel)

    # -- heartbeats ------------------------------------------------------------------------------------------

    @property
    def is_away(self) -> bool:
        return self._in_force_since is None

    @property
    def age_seconds(self) -> float:
        """Since this process has heard itself last; infinite before the first time."""
        return float("inf") if self._loopback_at is None else time.monotonic() - self._loopback_at

    @property
    def others(self) -> int:
        """How many other processes were heard lately; while the bus is away, as it was before."""
        heard_until = self._loopback_at if self._loopback_at is not None else time.monotonic()
        return sum(1 for at in self._others.values() if at > heard_until - self.alone_seconds)

    @property
    def subscriptions(self) -> int:
        return self._link.subscriptions if self._link is not None else 0

    async def check(self) -> None:
        """Raises Unavailable when the bus has not heard its own heartbeat lately."""
        if self.age_seconds > DEAF_SECONDS:
            raise Unavailable("the bus does not hear itself")

    def _beat(self) -> None:
        self._beat_is_due = True
        self._gathered.set()

    def _hear_beat(self, node: str) -> None:
        now = time.monotonic()
        if node == self.node_id:
            self._loopback_at = now
            self._heard_itself.set()
            return
        if self._others.get(node, float("-inf")) < now - self.alone_seconds:
            self._beat()  # it has just come, or come back: it shall know at once that it is not alone
        self._others[node] = now
        self._others_until = now + self.alone_seconds

    async def _beat_for_ever(self) -> None:
        """Also ends a connection that looks open and carries nothing, and one of a process that stood still:
        the others may have taken it for gone, and have told nobody what happened meanwhile."""
        while True:
            slept_at = time.monotonic()
            await asyncio.sleep(BEAT_SECONDS)
            self._beat()
            now = time.monotonic()
            stood_still = now - slept_at - BEAT_SECONDS > self.alone_seconds / 2
            self._others = {one: at for one, at in self._others.items() if at > now - 10 * self.alone_seconds}
            since = self._in_force_since
            if since is not None and self._link_task is not None:
                heard_at = max(since, self._loopback_at or since)
                if stood_still or now - heard_at > DEAF_SECONDS:
                    logger.warning("bus is deaf", seconds=round(now - min(heard_at, slept_at), 1))
                    self._link_task.cancel()

    def _client(self, *, socket_timeout: float | None) -> Redis:
        client: Redis = Redis.from_url(
            self.url,
            protocol=2,
            socket_timeout=socket_timeout,
            socket_connect_timeout=_ANSWER_SECONDS,
            socket_keepalive=True,
        )
        return client


def _new_connection(client: Redis) -> AbstractConnection:
    connection: AbstractConnection = client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
    return connection


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.0)  # noqa: S311  not a secret
