"""Every metric that is exposed, with its meaning; docs/metrics.md says what to do about them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

Kind = Literal["counter", "gauge", "histogram"]

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)
_BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_WAITS = (1, 3, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400)


@dataclass(frozen=True, slots=True)
class Described:
    """Every sample carries the label `worker` besides `labels`: a number from 1, or `parent`."""

    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = _QUICK


METRICS: Mapping[str, Described] = {
    # What people feel.
    "wenjin_event_seconds": Described(
        "histogram", "Time from a client's event to its ack, by event and result code.", ("event", "code")
    ),
    "wenjin_http_requests_total": Described(
        "counter", "HTTP requests answered.", ("method", "route", "status")
    ),
    "wenjin_http_request_seconds": Described("histogram", "Time to answer an HTTP request.", ("route",)),
    "wenjin_queue_wait_seconds": Described(
        "histogram", "From asking for a person to being given one.", (), _WAITS
    ),
    "wenjin_wait_estimate_total": Described(
        "counter", "Waits that were compared with what the person had been told.", ("quantile",)
    ),
    "wenjin_wait_estimate_covered_total": Described(
        "counter", "Those of them that took no longer than told.", ("quantile",)
    ),
    "wenjin_waiting_sessions": Described("gauge", "Sessions in the queue, of the whole site."),
    "wenjin_longest_wait_seconds": Described("gauge", "How long the first one in the queue has waited."),
    "wenjin_session_steps_total": Described(
        "counter", "Steps of sessions written into their logs: assigned, transferred, …", ("step",)
    ),
    # How consultants are chosen.
    "wenjin_decisions_recorded_total": Described(
        "counter", "Decisions of the matcher that were kept for comparing policies."
    ),
    "wenjin_decisions_lost_total": Described("counter", "Decisions that could not be kept."),
    "wenjin_shadow_choices_total": Described(
        "counter", "Decisions in which the shadow policy would have chosen the same or another.", ("choice",)
    ),
    "wenjin_shadow_gain": Described(
        "gauge",
        "Mean gain that the shadow's own score, or the live one, expects of its choices; the last 1,000.",
        ("by",),
    ),
    # The log.
    "wenjin_messages_appended_total": Described("counter", "Messages made durable."),
    "wenjin_message_batches_total": Described("counter", "Group commits."),
    "wenjin_message_batch_size": Described("histogram", "Messages in one group commit.", (), _BATCH_SIZES),
    "wenjin_append_seconds": Described("histogram", "Time of one group commit, until it is durable."),
    "wenjin_seq_conflicts_total": Described("counter", "Places in a log that another writer took first."),
    "wenjin_message_repeats_total": Described("counter", "Messages that were sent again, and found."),
    "wenjin_message_unknown_total": Described("counter", "Messages whose outcome the database did not tell."),
    "wenjin_hints_repaired_total": Described(
        "counter", "Messages found in the log that nobody here had been told of."
    ),
    "wenjin_hints_heard_messages_total": Described(
        "counter", "Messages heard from another process before anything else told of them."
    ),
    "wenjin_hints_malformed_total": Described("counter", "Hints that could not be read."),
    "wenjin_hints_reread_sessions_total": Described(
        "counter", "Sessions read because another process said that they have changed."
    ),
    # Between processes.
    "wenjin_bus_published_total": Described("counter", "Hints that Redis has taken."),
    "wenjin_bus_dropped_total": Described("counter", "Hints that were not sent: no Redis, or no room."),
    "wenjin_bus_heard_total": Described("counter", "Hints from other processes."),
    "wenjin_bus_reconnects_total": Described("counter", "Connections to Redis that had to be made again."),
    "wenjin_bus_subscriptions": Described("gauge", "Channels that this process listens to."),
    "wenjin_bus_age_seconds": Described("gauge", "Since this process has heard itself over the bus."),
    "wenjin_bus_other_nodes": Described("gauge", "Other processes of the site, as last heard."),
    "wenjin_housekeeping_is_ours": Described("gauge", "1 where the sweeps are done."),
    "wenjin_tail_rounds_total": Described("counter", "Comparisons of all followed sessions with the log."),
    "wenjin_tail_gaps_total": Described("counter", "Messages that came before those in front of them."),
    "wenjin_tail_missed_changes_total": Described(
        "counter", "Changes of sessions that nobody here had been told of."
    ),
    "wenjin_tail_round_seconds": Described("gauge", "How long the last comparison took."),
    # Connections.
    "wenjin_connections": Described("gauge", "Socket.IO connections."),
    "wenjin_followed_sessions": Described("gauge", "Sessions that somebody connected here follows."),
    "wenjin_leases": Described("gauge", "Presence leases that this process renews.", ("kind",)),
    "wenjin_rejected_total": Described("counter", "Connections ended for what they did.", ("kind",)),
    "wenjin_draining": Described("gauge", "1 while the process lets its clients go."),
    # The processes.
    "wenjin_event_loop_lag_seconds": Described(
        "histogram", "How much later than asked the event loop woke a sleeper."
    ),
    "wenjin_event_loop_lag_max_seconds": Described("gauge", "The longest such delay since the last scrape."),
    "wenjin_model_call_seconds": Described(
        "histogram", "Time of a call to the model process, by method and result code.", ("method", "code")
    ),
    "wenjin_process_restarts_total": Described(
        "counter", "Children that had died and were started again.", ("name",)
    ),
    "wenjin_metrics_left_out_total": Described(
        "counter", "Siblings that did not tell this process their numbers in time."
    ),
}


def counter(name: str, registry: CollectorRegistry) -> Counter:
    described = METRICS[name]
    return Counter(name, described.meaning, described.labels, registry=registry)


def observer(name: str, registry: CollectorRegistry) -> Callable[..., None]:
    """Call it with the labels' values in their order, and then the number."""
    described = METRICS[name]
    histogram = Histogram(
        name, described.meaning, described.labels, buckets=described.buckets, registry=registry
    )

    def observe(*values: str | float) -> None:
        *labels, number = values
        (histogram.labels(*labels) if labels else histogram).observe(float(number))

    return observe


def family(
    name: str, samples: Mapping[tuple[str, ...], float] | float
) -> CounterMetricFamily | GaugeMetricFamily:
    """For numbers that are kept elsewhere; `samples` by label values, or the one number."""
    described = METRICS[name]
    kind = CounterMetricFamily if described.kind == "counter" else GaugeMetricFamily
    made = kind(name, described.meaning, labels=described.labels)
    for labels, number in (samples if isinstance(samples, Mapping) else {(): samples}).items():
        made.add_metric(labels, number)
    return made
