"""One answer to a scrape for all processes of a machine: whoever is asked asks the others.

A shared port leads a scrape to any one of the workers, so each of them tells its numbers to whoever connects
to its socket in the machine's private folder.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from server.app.metric_table import counter
from server.processes.frames import pack, read_frame

_SIBLING_SECONDS = 1.0
_PREFIX, _SUFFIX = "metrics-", ".sock"

Families = list[dict[str, Any]]


def metrics_address(private_folder: Path, name: str) -> Path:
    """Where the process of this name tells its numbers."""
    return private_folder / f"{_PREFIX}{name}{_SUFFIX}"


def listening_socket(address: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    try:
        made.bind(str(address))
        made.listen()
    except BaseException:
        made.close()
        raise
    return made


class MetricsExchange:
    """`name` becomes the label `worker` of this process's samples."""

    def __init__(self, name: str, registry: CollectorRegistry, private_folder: Path) -> None:
        self._name = name
        self._registry = registry
        self._folder = private_folder
        self._left_out = counter("wenjin_metrics_left_out_total", registry)

    @contextlib.asynccontextmanager
    async def told_on(self, listening: socket.socket) -> AsyncIterator[None]:
        """Answers everybody who connects, for the length of the block; closes the socket at its end."""
        server = await asyncio.start_unix_server(self._tell, sock=listening)
        try:
            yield
        finally:
            server.close()

    async def exposition(self) -> bytes:
        """Prometheus text of all processes of this machine; takes at most a second longer than its own."""
        siblings = {
            path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX): path
            for path in sorted(self._folder.glob(f"{_PREFIX}*{_SUFFIX}"))
        }
        siblings.pop(self._name, None)
        told = await asyncio.gather(*(self._ask(path) for path in siblings.values()))
        by_name = {name: families for name, families in zip(siblings, told, strict=True) if families}
        by_name[self._name] = _families(self._registry)
        return generate_latest(_Merged(by_name))

    async def _tell(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(pack({"families": _families(self._registry)}))
            await writer.drain()
        writer.close()

    async def _ask(self, address: Path) -> Families:
        writer = None
        try:
            async with asyncio.timeout(_SIBLING_SECONDS):
                reader, writer = await asyncio.open_unix_connection(address)
                frame = await read_frame(reader)
        except (OSError, TimeoutError):
            frame = None
        finally:
            if writer is not None:
                writer.close()
        if frame is None:
            self._left_out.inc()
            return []
        families: Families = frame["families"]
        return families


def _families(registry: CollectorRegistry) -> Families:
    return [
        {
            "name": family.name,
            "meaning": family.documentation,
            "type": family.type,
            "samples": [
                (one.name, one.labels, one.value)
                for one in family.samples
                if not one.name.endswith("_created")  # doubles the number of samples and tells nothing new
            ],
        }
        for family in registry.collect()
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Merged(Collector):
    """Each family once, with the samples of all processes: the text format demands it."""

    by_name: dict[str, Families] = field(default_factory=dict)

    @override
    def collect(self) -> Iterable[Metric]:
        merged: dict[str, Metric] = {}
        for worker, families in self.by_name.items():
            for one in families:
                metric = merged.get(one["name"])
                if metric is None:
                    metric = merged[one["name"]] = Metric(one["name"], one["meaning"], one["type"])
                for name, labels, value in one["samples"]:
                    metric.add_sample(name, {**labels, "worker": worker}, value)
        return self._sorted(merged)

    @staticmethod
    def _sorted(merged: dict[str, Metric]) -> Iterator[Metric]:
        return iter(merged[name] for name in sorted(merged))
