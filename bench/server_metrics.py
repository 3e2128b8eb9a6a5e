"""What the server says of itself at /metrics, and how long it takes to say anything at all."""

import asyncio
import contextlib
import math
from dataclasses import dataclass, field
from time import perf_counter
from types import TracebackType
from typing import Self

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.figures import quantiles

_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Metrics:
    """Values by name; histograms by name and upper bound. Workers and labels are summed up."""

    values: dict[str, float]
    buckets: dict[str, dict[float, float]]

    def since(self, before: "Metrics") -> "Metrics":
        return Metrics(
            {name: value - before.values.get(name, 0.0) for name, value in self.values.items()},
            {
                name: {
                    bound: count - before.buckets.get(name, {}).get(bound, 0.0)
                    for bound, count in counts.items()
                }
                for name, counts in self.buckets.items()
            },
        )

    def quantiles(self, histogram: str, *shares: float) -> dict[str, float | None]:
        """The upper bound of the bucket in which each quantile lies; nothing for an unknown histogram."""
        counts = sorted(self.buckets.get(histogram, {}).items())
        if not counts or not counts[-1][1]:
            return {}
        total = counts[-1][1]
        found: dict[str, float | None] = {}
        for share in shares:
            bound = next(bound for bound, count in counts if count >= share * total)
            found[f"p{share * 100:g}_ms"] = None if math.isinf(bound) else bound * 1000
        return found


async def read_metrics(address: str) -> Metrics:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/metrics") as response:
        text = await response.text()
    values: dict[str, float] = {}
    buckets: dict[str, dict[float, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                counts = buckets.setdefault(family.name, {})
                bound = float(sample.labels["le"])
                counts[bound] = counts.get(bound, 0.0) + sample.value
            else:
                values[sample.name] = values.get(sample.name, 0.0) + sample.value
    return Metrics(values, buckets)


@dataclass(slots=True)
class LoopWatch:
    """Asks /healthz ten times a second: an answer needs nothing but a turn of the server's event loop."""

    address: str
    seconds: list[float] = field(default_factory=list)
    _task: "asyncio.Task[None] | None" = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._ask_for_ever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _ask_for_ever(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                began = perf_counter()
                async with http.get(f"{self.address}/healthz") as response:
                    await response.read()
                self.seconds.append(perf_counter() - began)
                await asyncio.sleep(_PAUSE_SECONDS)

    def quantiles(self, *shares: float) -> dict[str, float]:
        return quantiles(self.seconds, *shares)
