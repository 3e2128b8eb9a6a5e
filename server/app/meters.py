"""What /metrics tells of the live side: read from the parts' own counters when somebody looks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector
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


@dataclass(frozen=True, slots=True, eq=False)
class MachineMeters(Collector):
    """What the parent knows."""

    restarts: Mapping[str, int]

    @override
    def collect(self) -> Iterator[Metric]:
        restarts = CounterMetricFamily(
            "wenjin_process_restarts", "Children that had died and were started again.", labels=["name"]
        )
        for name, count in self.restarts.items():
            restarts.add_metric([name], count)
        yield restarts


def model_observer(registry: CollectorRegistry) -> Callable[[str, str, float], None]:
    seconds_by_method = Histogram(
        "wenjin_model_call_seconds",
        "Time of a call to the model process, by method and result code.",
        ["method", "code"],
        buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
        registry=registry,
    )

    def observe(method: str, code: str, seconds: float) -> None:
        seconds_by_method.labels(method, code).observe(seconds)

    return observe


def new_registry() -> CollectorRegistry:
    """One a node, so that two nodes in one process don't count into each other."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)
