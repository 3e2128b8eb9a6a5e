"""The few figures that people ask for first, with the goals that are set for them."""

from collections.abc import Mapping
from typing import Any

from bench.figures import say

Path = tuple[str, ...]

# Benchmark, path within its figures, words, goal ("": none is set). Of a list it is the worst entry.
_HEADLINES: tuple[tuple[str, Path, str, str], ...] = (
    ("startup", ("starts_s", "second"), "start with knowledge that is known, s", ""),
    ("startup", ("bot_answer", "p99_ms"), "question to the bot's answer, p99, ms", ""),
    ("throughput", ("median", "A", "per_second"), "messages a second", ""),
    ("throughput", ("ratios", "A/B"), "… to a Node relay with one insert a message", ""),
    ("throughput", ("ratios", "A/C"), "… to a python-socketio relay without storage", ""),
    ("throughput", ("median", "A", "server_us"), "processor µs a message, server", ""),
    ("throughput", ("median", "A", "all_us"), "processor µs a message, with the database", ""),
    ("latency", ("median", "60% A wenjin", "ack_p99_ms"), "send to ack at 60 % of capacity, p99, ms", ""),
    ("endurance", ("last_to_first",), "last 10,000 of 100,000 messages to the first", "≥ 1"),
    ("business", ("parts", "ordinary", "send→ack", "p99_ms"), "busy day: send to ack, p99, ms", "≤ 60"),
    ("business", ("parts", "ordinary", "send→seen", "p99_ms"), "busy day: send to seen, p99, ms", "≤ 80"),
    ("business", ("parts", "while_indexing", "send→ack", "p99_ms"), "… while indexing: send to ack", ""),
    ("connections", ("memory", "kb_a_connection"), "memory of a resting connection, KB", "≤ 45"),
    ("connections", ("storms", "all_synced_s"), "2,000 clients back at once, s", "≤ 15"),
    ("failover", ("kills", "longest_s"), "a worker is killed: longest without an ack, s", "≤ 5"),
    ("scaling", ("ratios", "2/1"), "two workers to one", ""),
)


def print_summary(results: Mapping[str, Mapping[str, Any]]) -> None:
    """Benchmarks that did not run are left out."""
    say("\nin short")
    for name, path, words, goal in _HEADLINES:
        if name in results:
            value = _at(results[name], path)
            shown = "not available" if value is None else f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            say(f"  {words:<52}{shown:>14}  {goal}")


def _at(figures: Any, path: Path) -> float | None:
    for place, key in enumerate(path):
        if isinstance(figures, list):
            found = [_at(one, path[place:]) for one in figures]
            return max((one for one in found if one is not None), default=None)
        if not isinstance(figures, Mapping) or key not in figures:
            return None
        figures = figures[key]
    return float(figures) if isinstance(figures, int | float) else None
