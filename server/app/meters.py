"""What /metrics tells of the live side: read from the parts' own counters when somebody looks."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from server.app.between import Between
from server.app.metric_table import counter, family, observer
from server.domain.events import MessagePosted
from server.domain.message import MessageKind
from server.domain.times import utc_now
from server.realtime.edge import RealtimeEdge
from server.store.message_log import MessageLog
from server.use_cases.announce_queue import AnnounceQueue
from server.use_cases.judge_estimates import Judged
from server.use_cases.record_decisions import DecisionCounters

_NAP_SECONDS = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class LiveMeters(Collector):
    """Compared by identity: the registry keeps collectors in a dictionary."""

    log: MessageLog
    edge: RealtimeEdge
    queue: AnnounceQueue
    judged: Judged
    between: Between

    @override
    def collect(self) -> Iterator[Metric]:
        counters, connections = self.log.counters, self.edge.connections
        yield family("wenjin_messages_appended_total", counters.appended)
        yield family("wenjin_message_batches_total", counters.batches)
        yield family("wenjin_seq_conflicts_total", counters.seq_conflicts)
        yield family("wenjin_message_repeats_total", counters.repeats)
        yield family("wenjin_message_unknown_total", counters.unknown)
        yield from self._between()
        rejected = self.edge.gateway.eio.rejected
        yield family("wenjin_rejected_total", {(kind,): count for kind, count in rejected.items()})
        yield family("wenjin_connections", len(connections.by_sid))
        yield family("wenjin_followed_sessions", len(connections.followers))
        desks = sum(one.desk is not None for one in connections.by_sid.values())
        yield family("wenjin_leases", {("seen",): len(connections.by_sid), ("desk",): desks})
        yield family("wenjin_draining", self.edge.is_closing)
        yield family("wenjin_waiting_sessions", len(self.queue.places))
        since = self.queue.waiting_since
        waited = (utc_now() - since).total_seconds() if since is not None else 0.0
        yield family("wenjin_longest_wait_seconds", waited)
        for name, counts in (("", self.judged.total), ("_covered", self.judged.covered)):
            samples: dict[tuple[str, ...], float] = {(one,): count for one, count in counts.items()}
            yield family(f"wenjin_wait_estimate{name}_total", samples)

    def _between(self) -> Iterator[Metric]:
        bus, relay, repair = self.between.bus, self.between.relay.counters, self.between.repair_tails.counters
        yield family("wenjin_hints_repaired_total", repair.repaired)
        yield family("wenjin_hints_heard_messages_total", relay.messages)
        yield family("wenjin_hints_malformed_total", relay.malformed)
        yield family("wenjin_hints_reread_sessions_total", relay.reread)
        yield family("wenjin_bus_published_total", bus.counters.published)
        yield family("wenjin_bus_dropped_total", bus.counters.dropped)
        yield family("wenjin_bus_heard_total", bus.counters.heard)
        yield family("wenjin_bus_reconnects_total", bus.counters.reconnects)
        yield family("wenjin_bus_subscriptions", bus.subscriptions)
        yield family("wenjin_bus_age_seconds", bus.age_seconds)
        yield family("wenjin_bus_other_nodes", bus.others)
        yield family("wenjin_housekeeping_is_ours", self.between.lease.is_ours)
        yield family("wenjin_tail_rounds_total", repair.rounds)
        yield family("wenjin_tail_gaps_total", repair.gaps)
        yield family("wenjin_tail_missed_changes_total", repair.missed_changes)
        yield family("wenjin_tail_round_seconds", repair.last_seconds)


@dataclass(frozen=True, slots=True, eq=False)
class MachineMeters(Collector):
    """What the parent knows."""

    restarts: Mapping[str, int]

    @override
    def collect(self) -> Iterator[Metric]:
        restarts: dict[tuple[str, ...], float] = {(name,): count for name, count in self.restarts.items()}
        yield family("wenjin_process_restarts_total", restarts)


@dataclass(frozen=True, slots=True, eq=False)
class DecisionMeters(Collector):
    """What was recorded of rounds, and how the shadow policy compares."""

    counters: DecisionCounters

    @override
    def collect(self) -> Iterator[Metric]:
        counters = self.counters
        yield family("wenjin_decisions_recorded_total", counters.recorded)
        yield family("wenjin_decisions_lost_total", counters.lost)
        same, other = float(counters.shadow_same), float(counters.shadow_other)
        yield family("wenjin_shadow_choices_total", {("same",): same, ("other",): other})
        own, live = counters.mean_gains
        yield family("wenjin_shadow_gain", {("shadow",): own, ("live",): live})


class SessionMeters:
    """A reaction to what this process has written: nobody else's steps are counted here."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._steps = counter("wenjin_session_steps_total", registry)
        self._observe_wait = observer("wenjin_queue_wait_seconds", registry)

    def message_posted(self, fact: MessagePosted) -> None:
        if fact.message.kind is not MessageKind.SYSTEM:
            return
        step, session = str(fact.message.data.get("event", "")), fact.session
        self._steps.labels(step).inc()
        if step == "assigned" and session.queued_at is not None and session.assigned_at is not None:
            self._observe_wait((session.assigned_at - session.queued_at).total_seconds())


class LoopLag(Collector):
    """Sleeps a tenth of a second, again and again, and notes how much longer it took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._observe = observer("wenjin_event_loop_lag_seconds", registry)
        self._longest = 0.0
        registry.register(self)

    @override
    def collect(self) -> Iterator[Metric]:
        longest, self._longest = self._longest, 0.0
        yield family("wenjin_event_loop_lag_max_seconds", longest)

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_NAP_SECONDS)
            lag = max(0.0, time.perf_counter() - began - _NAP_SECONDS)
            self._longest = max(self._longest, lag)
            self._observe(lag)


def batch_observer(registry: CollectorRegistry) -> Callable[[int, float], None]:
    """For the message log: how many messages, in how many seconds."""
    observe_size = observer("wenjin_message_batch_size", registry)
    observe_seconds = observer("wenjin_append_seconds", registry)

    def observe(size: int, seconds: float) -> None:
        observe_size(size)
        observe_seconds(seconds)

    return observe


def new_registry() -> CollectorRegistry:
    """One a node, so that two nodes in one process don't count into each other."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry
