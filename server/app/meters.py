"""What /metrics tells of the live side: read from the parts' own counters when somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from server.realtime.edge import RealtimeEdge
from server.realtime.tail_repair import RepairTails
from server.store.message_log import MessageLog
from server.use_cases.announce_queue import AnnounceQueue


@dataclass(frozen=True, slots=True, eq=False)
class LiveMeters(Collector):
    """Compared by identity: the registry keeps collectors in a dictionary."""

    log: MessageLog
    edge: RealtimeEdge
    queue: AnnounceQueue
    repair_tails: RepairTails

    @override
    def collect(self) -> Iterator[Metric]:
        counters = self.log.counters
        yield _counter("wenjin_messages_appended", "Messages made durable.", counters.appended)
        yield _counter("wenjin_message_batches", "Group commits.", counters.batches)
        yield _counter(
            "wenjin_seq_conflicts", "Places in a log that another writer took first.", counters.seq_conflicts
        )
        yield _counter("wenjin_message_repeats", "Messages that were sent again.", counters.repeats)
        yield _counter(
            "wenjin_message_unknown", "Messages whose outcome the database did not tell.", counters.unknown
        )
        yield _counter(
            "wenjin_hints_repaired",
            "Messages found in the log that nobody had been told of.",
            self.repair_tails.repaired,
        )
        rejected = CounterMetricFamily(
            "wenjin_rejected", "Connections ended for what they sent.", labels=["kind"]
        )
        for kind, count in self.edge.gateway.eio.rejected.items():
            rejected.add_metric([kind], count)
        yield rejected
        yield _gauge(
            "wenjin_connections", "Socket.IO connections of this process.", len(self.edge.connections.by_sid)
        )
        yield _gauge(
            "wenjin_followed_sessions",
            "Sessions that somebody here follows.",
            len(self.edge.connections.followers),
        )
        yield _gauge("wenjin_waiting_sessions", "Sessions in the queue.", len(self.queue.places))


def new_registry() -> CollectorRegistry:
    """One a node, so that two nodes in one process don't count into each other."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
