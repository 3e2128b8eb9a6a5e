"""Reads a run's history into the shapes that the rules look at: sends, deliveries, logs, memberships."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from typing_extensions import override

from tests.faults.history import Record

HEALING_SECONDS = 5.0
"""After a disturbance has ended, for so long nothing is said about how fast things are."""

OWN_AFFAIR = {"reset mid-frame", "reconnect all", "vanish desk"}
"""These break connections only: whoever is still connected is served as ever, so they excuse nothing."""


@dataclass(slots=True)
class Attempt:
    socket: int
    base: str
    began: float
    ended: float | None = None
    outcome: str = "unknown"
    seq: int = 0
    code: str = ""


@dataclass(slots=True)
class Send:
    """One cmid of one person, with all tries."""

    cmid: str
    session: str
    person: str
    text: str
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def began(self) -> float:
        return min(one.began for one in self.attempts)

    @property
    def acks(self) -> list[Attempt]:
        return [one for one in self.attempts if one.outcome == "ok"]

    @property
    def refusals(self) -> list[Attempt]:
        return [one for one in self.attempts if one.outcome == "fail"]

    @property
    def acked_at(self) -> float:
        """Infinite when it never was."""
        return min((one.ended or 0.0 for one in self.acks), default=float("inf"))

    @override
    def __str__(self) -> str:
        return f"cmid {self.cmid} of {self.person} in {self.session}, sent at {self.began:.3f}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message as the database has it in the end."""

    seq: int
    cmid: str
    sender: str
    role: str
    kind: str
    text: str
    at: float
    fence: int
    event: str = ""
    consultant: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    how: str
    socket: int
    person: str
    session: str
    seq: int
    cmid: str
    sender: str
    kind: str
    text: str
    at: float


@dataclass(slots=True)
class Socket:
    person: str
    base: str
    opened: float
    closed: float = float("inf")
    follows: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Fault:
    number: int
    kind: str
    began: float
    over: float
    healed: float
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tenure:
    """A consultant's membership: from the entry that gave the session to the one that took it away."""

    consultant: str
    from_seq: int
    from_at: float
    to_seq: float = float("inf")
    to_at: float = float("inf")


@dataclass(frozen=True, slots=True)
class Grant:
    """A round gave this session to somebody, or asked them. Decided, and known outside, at these times."""

    session: str
    to: str
    since: float
    decided_at: float
    done_at: float


@dataclass(slots=True)
class Evidence:
    sends: dict[str, Send] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    logs: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    sockets: dict[int, Socket] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    syncs: list[Record] = field(default_factory=list)
    views: list[Record] = field(default_factory=list)
    samples: list[Record] = field(default_factory=list)
    final_sessions: dict[str, Record] = field(default_factory=dict)
    final_consultants: dict[str, Record] = field(default_factory=dict)
    seen: dict[tuple[str, int], float] = field(default_factory=dict)
    decisions: dict[tuple[str, int], float] = field(default_factory=dict)
    meta: Record = field(default_factory=dict)
    tenures: dict[str, list[Tenure]] = field(default_factory=dict)
    windows: list[tuple[float, float]] = field(default_factory=list)
    free: list[frozenset[str]] = field(default_factory=list)

    @classmethod
    def of(cls, records: Iterable[Record]) -> Self:
        evidence = cls()
        attempts: dict[int, Attempt] = {}
        for record in records:
            reader = getattr(evidence, f"_read_{record['what'].replace(' ', '_')}", None)
            if reader is not None:
                reader(record, attempts)
        for log in evidence.logs.values():
            log.sort(key=lambda entry: entry.seq)
        evidence.tenures = {session: tenures_of(log) for session, log in evidence.logs.items()}
        evidence.samples.sort(key=lambda sample: float(sample["t"]))
        evidence.free = list(evidence._free_places())
        evidence.windows = sorted(
            (fault.began, fault.healed + HEALING_SECONDS)
            for fault in evidence.faults.values()
            if fault.kind not in OWN_AFFAIR
        )
        return evidence

    # -- questions -------------------------------------------------------------------------------------------

    def is_quiet(self, began: float, ended: float) -> bool:
        """Whether no disturbance, nor the healing of one, falls between these moments."""
        return not any(start < ended and began < end for start, end in self.windows)

    def may_see(self, person: str, session: str, seq: int) -> bool:
        """Whether this person was a member when this entry was appended, or later."""
        if self.roles.get(person) in {"supervisor", "admin"} or self.owners.get(session) == person:
            return True
        return any(one.consultant == person and seq < one.to_seq for one in self.tenures.get(session, ()))

    def is_member_at(self, person: str, session: str, seq: int) -> bool:
        """Whether this person was a member when this entry was appended."""
        if self.roles.get(person) in {"supervisor", "admin"} or self.owners.get(session) == person:
            return True
        return any(
            one.consultant == person and one.from_seq <= seq < one.to_seq
            for one in self.tenures.get(session, ())
        )

    def could_not_serve(self, session: str) -> frozenset[str]:
        """Consultants to whom this session could not be given at some time or ever; here: anybody can."""
        return frozenset()

    def is_in_line(self, session: str, at: float) -> bool:
        """Whether a waiting session surely took part in a round of that moment; here: always."""
        return True

    def priority_between(self, session: str, at: float) -> tuple[int, int]:
        """The lowest and the highest that it can have had. Whoever goes first by that passes nobody."""
        return 0, 0

    def grants(self) -> "Iterator[Grant]":
        """What was decided and came to nothing; here: nothing, everybody is given at once."""
        return iter(())

    def entries_of(self, send: Send) -> list[Entry]:
        return [
            one
            for one in self.logs.get(send.session, ())
            if one.cmid == send.cmid and one.sender == send.person
        ]

    def entry(self, session: str, seq: int) -> Entry | None:
        log = self.logs.get(session, [])
        at = bisect_right(log, seq, key=lambda entry: entry.seq) - 1
        return log[at] if at >= 0 and log[at].seq == seq else None

    def _free_places(self) -> Iterator[frozenset[str]]:
        """For each sample: who has a free place, is online and has a connection at that moment."""
        theirs = [one for one in self.sockets.values() if one.person in self.final_consultants]
        for sample in self.samples:
            connected = {one.person for one in theirs if one.opened < sample["t"] < one.closed}
            yield frozenset(
                name
                for name in connected.intersection(sample["online"])
                if len(sample["places"].get(name, ())) < self.final_consultants[name]["capacity"]
            )

    # -- reading ---------------------------------------------------------------------------------------------

    def _read_meta(self, record: Record, _: dict[int, Attempt]) -> None:
        self.meta = record

    def _read_person(self, record: Record, _: dict[int, Attempt]) -> None:
        self.roles[record["person"]] = record["role"]

    def _read_open(self, record: Record, _: dict[int, Attempt]) -> None:
        self.sockets[record["socket"]] = Socket(record["person"], record["base"], record["t"])

    def _read_close(self, record: Record, _: dict[int, Attempt]) -> None:
        if record["socket"] in self.sockets:
            self.sockets[record["socket"]].closed = record["t"]

    def _read_send(self, record: Record, attempts: dict[int, Attempt]) -> None:
        send = self.sends.setdefault(
            record["cmid"], Send(record["cmid"], record["session"], record["person"], record["text"])
        )
        attempt = Attempt(record["socket"], record["base"], record["t"])
        attempts[record["attempt"]] = attempt
        send.attempts.append(attempt)

    def _settle(self, record: Record, attempts: dict[int, Attempt]) -> None:
        attempt = attempts[record["attempt"]]
        attempt.outcome, attempt.ended = record["what"], record["t"]
        attempt.seq, attempt.code = record.get("seq", 0), record.get("code", "")

    _read_ok = _read_fail = _read_unknown = _settle

    def _read_deliver(self, record: Record, _: dict[int, Attempt]) -> None:
        key = record["session"], record["seq"]
        self.seen[key] = min(record["t"], self.seen.get(key, record["t"]))
        self.deliveries.append(
            Delivery(
                how=record["how"],
                socket=record["socket"],
                person=record["person"],
                session=record["session"],
                seq=record["seq"],
                cmid=record["cmid"],
                sender=record["sender"],
                kind=record["kind"],
                text=record["text"],
                at=record["t"],
            )
        )

    def _read_sync(self, record: Record, _: dict[int, Attempt]) -> None:
        self.syncs.append(record)
        socket = self.sockets.get(record["socket"])
        if record["code"] == "ok" and socket is not None:
            socket.follows.setdefault(record["session"], record["t"])

    def _read_view(self, record: Record, _: dict[int, Attempt]) -> None:
        self.views.append(record)

    def _read_sample(self, record: Record, _: dict[int, Attempt]) -> None:
        self.samples.append(record)

    def _read_fault(self, record: Record, _: dict[int, Attempt]) -> None:
        self.faults[record["number"]] = Fault(
            record["number"], record["kind"], record["t"], float("inf"), float("inf")
        )

    def _read_fault_over(self, record: Record, _: dict[int, Attempt]) -> None:
        fault = self.faults[record["number"]]
        fault.over, fault.bases = record["t"], tuple(record.get("bases", ()))

    def _read_healed(self, record: Record, _: dict[int, Attempt]) -> None:
        self.faults[record["number"]].healed = record["t"]

    def _read_log(self, record: Record, _: dict[int, Attempt]) -> None:
        names = ("seq", "cmid", "sender", "role", "kind", "text", "at", "fence", "event", "consultant")
        self.logs[record["session"]].append(Entry(*(record[name] for name in names)))

    def _read_final_session(self, record: Record, _: dict[int, Attempt]) -> None:
        self.final_sessions[record["session"]] = record
        self.owners[record["session"]] = record["user"]

    def _read_decision(self, record: Record, _: dict[int, Attempt]) -> None:
        self.decisions[record["session"], record["fence"]] = record["at"]

    def _read_final_consultant(self, record: Record, _: dict[int, Attempt]) -> None:
        self.final_consultants[record["consultant"]] = record


def tenures_of(log: Iterable[Entry]) -> list[Tenure]:
    """Who had the session from which entry to which, as the log tells it. The last one keeps an ended one."""
    tenures: list[Tenure] = []
    holder: Entry | None = None

    def close(entry: Entry) -> None:
        if holder is not None:
            tenures.append(Tenure(holder.consultant, holder.seq, holder.at, entry.seq, entry.at))

    for entry in log:
        if entry.event in {"assigned", "transferred", "consultant_lost"}:
            close(entry)
            holder = entry if entry.consultant else None
    if holder is not None:
        tenures.append(Tenure(holder.consultant, holder.seq, holder.at))
    return tenures
