"""What a run costs the machine: processor time and memory by kind of process, and who else was busy."""

import os
import socket
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
CORES = os.cpu_count() or 1
_KINDS = (("server.models", "models"), ("secantus", "database"), ("valkey", "redis"))


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A process with all its descendants, by kind: server, database, redis, models."""

    process_id: int
    name: str = "server"

    def members(self) -> list[tuple[int, str]]:
        found, waiting = [], [self.process_id]
        while waiting:
            one = waiting.pop()
            try:
                waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
                found.append((one, self._kind_of(one)))
            except OSError:
                continue
        return found

    def _kind_of(self, process_id: int) -> str:
        arguments = Path(f"/proc/{process_id}/cmdline").read_bytes().decode(errors="replace")
        return next((kind for word, kind in _KINDS if word in arguments), self.name)

    def processor_seconds(self) -> dict[str, float]:
        """User and system time so far."""
        spent: defaultdict[str, float] = defaultdict(float)
        for process_id, kind in self.members():
            spent[kind] += _processor_seconds(process_id)
        return spent

    def resident_megabytes(self) -> dict[str, float]:
        resident: defaultdict[str, float] = defaultdict(float)
        for process_id, kind in self.members():
            resident[kind] += _resident_bytes(process_id) / 2**20
        return dict(resident)

    def resident_bytes(self, kind: str) -> int:
        return sum(_resident_bytes(one) for one, its in self.members() if its == kind)

    def process_ids(self, kind: str) -> list[int]:
        return [one for one, its in self.members() if its == kind]


class CostMeter:
    """Between its making and `read`: processor seconds of the trees, of ourselves, of everybody else."""

    def __init__(self, *trees: ProcessTree) -> None:
        self._trees = trees
        self._began = time.monotonic()
        self._spent = self._by_kind()
        self._ours, self._all = time.process_time(), _busy_seconds()

    def read(self) -> "Cost":
        seconds = time.monotonic() - self._began
        spent = {kind: one - self._spent.get(kind, 0.0) for kind, one in self._by_kind().items()}
        client = time.process_time() - self._ours
        others = max(0.0, _busy_seconds() - self._all - client - sum(spent.values()))
        return Cost(seconds, spent, client, others)

    def _by_kind(self) -> dict[str, float]:
        spent: defaultdict[str, float] = defaultdict(float)
        for tree in self._trees:
            for kind, seconds in tree.processor_seconds().items():
                spent[kind] += seconds
        return spent


@dataclass(frozen=True, slots=True)
class Cost:
    """`spent` by kind of process, and by us; `others` is what everybody else has used meanwhile."""

    seconds: float
    spent: dict[str, float]
    client: float
    others: float

    def cores(self) -> dict[str, float]:
        """How many processors each has kept busy on average."""
        everybody = {**self.spent, "client": self.client, "others": self.others}
        return {kind: one / self.seconds for kind, one in everybody.items()}


def _processor_seconds(process_id: int) -> float:
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _resident_bytes(process_id: int) -> int:
    try:
        return int(Path(f"/proc/{process_id}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _busy_seconds() -> float:
    """Of all processors; waiting for a disk is not work."""
    user, nice, system, _idle, _iowait, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / _TICK


def load_average() -> float:
    return round(os.getloadavg()[0], 2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
