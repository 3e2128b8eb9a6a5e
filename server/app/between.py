"""What ties this process to the others of the site: the bus, the relay, the repair, and whose turn it is."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from server.app.reactions import Announcer
from server.app.stores import Stores
from server.live.bus import Bus
from server.live.leases import HousekeepingLease
from server.realtime.connections import Connections
from server.realtime.feeds import Feeds
from server.realtime.push import Push
from server.realtime.relay import Relay
from server.realtime.tail_repair import RepairTails

_REPAIR_SECONDS = 5.0
_REPAIR_SECONDS_WITHOUT_BUS = 1.0
_LOG_IN_SECONDS = 30.0
_LOG_IN_SECONDS_WITHOUT_BUS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    bus: Bus
    relay: Relay
    repair_tails: RepairTails
    lease: HousekeepingLease

    async def start(self) -> None:
        """Before anybody may connect: the others know of this process when it returns, or Redis is away."""
        await self.bus.start()
        await self.lease.start()

    def repair_seconds(self) -> float:
        """Between two rounds of repair. Jittered, so that several processes don't ask all at once."""
        seconds = _REPAIR_SECONDS_WITHOUT_BUS if self.bus.is_away else _REPAIR_SECONDS
        return seconds * random.uniform(0.8, 1.2)  # noqa: S311  not a secret

    def log_in_seconds(self) -> float:
        """For how long a log-in that was seen alive is taken to live, unless its end is heard of."""
        return _LOG_IN_SECONDS_WITHOUT_BUS if self.bus.is_away else _LOG_IN_SECONDS


def build_between(
    stores: Stores,
    connections: Connections,
    push: Push,
    feeds: Feeds,
    announcer: Announcer,
    *,
    redis_url: str,
    namespace: str,
    lease: HousekeepingLease,
    look_for_work: Callable[[], None],
    look_at_content: Callable[[], None],
) -> Between:
    bus = Bus(url=redis_url, namespace=namespace)
    relay = Relay(
        bus=bus,
        push=push,
        sessions=stores.sessions,
        tails=stores.log,
        floor=feeds,
        in_background=lambda work: announcer.in_background(work, about="hint"),
        look_for_work=look_for_work,
        look_at_content=look_at_content,
    )
    repair_tails = RepairTails(push, stores.log, stores.sessions)
    connections.interest = relay
    push.gap = repair_tails.gap
    bus.heard = relay.heard
    stores.presence.is_alone = lambda: bus.others == 0
    return Between(bus=bus, relay=relay, repair_tails=repair_tails, lease=lease)
