"""What must hold of the log in the end: nothing lost, nothing twice, no holes, no strangers, one end."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.evidence import Evidence, Send

Rule = Callable[[Evidence], "Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule saw: how many things it looked at, and which of them broke it, with evidence.

    `allowed` is the share of what was checked that may break the rule; all but one rule allow nothing.
    """

    rule: str
    checked: int
    violations: tuple[str, ...]
    remark: str = ""
    allowed: float = 0.0

    @property
    def holds(self) -> bool:
        return len(self.violations) <= self.allowed * self.checked


def acknowledged_once(evidence: Evidence) -> Finding:
    """In the log exactly once, with the acknowledged seq and text, whoever acknowledged it how often."""
    found, acked = [], [one for one in evidence.sends.values() if one.acks]
    for send in acked:
        entries = evidence.entries_of(send)
        if len(entries) != 1:
            places = [entry.seq for entry in entries]
            found.append(
                f"{send}: acknowledged at {send.acked_at:.3f}, in the log {len(entries)} times {places}"
            )
            continue
        entry = entries[0]
        found += [
            f"{send}: acknowledged with seq {ack.seq}, stands at {entry.seq}"
            for ack in send.acks
            if ack.seq != entry.seq
        ]
        if entry.text != send.text:
            found.append(f"{send}: said {send.text!r}, the log has {entry.text!r}")
    return Finding("acknowledged: in the log exactly once", len(acked), tuple(found))


def refused_never(evidence: Evidence) -> Finding:
    refused = [one for one in evidence.sends.values() if one.refusals]
    found = [
        f"{send}: finally refused ({send.refusals[0].code}), but stands at {[one.seq for one in entries]}"
        for send in refused
        if (entries := evidence.entries_of(send))
    ]
    return Finding("finally refused: never in the log", len(refused), tuple(found))


def unknown_at_most_once(evidence: Evidence) -> Finding:
    unknown = [one for one in evidence.sends.values() if not one.acks and not one.refusals]
    found = [
        f"{send}: outcome unknown, in the log {len(entries)} times"
        for send in unknown
        if len(entries := evidence.entries_of(send)) > 1
    ]
    unsettled = sum(
        any(try_.outcome == "unknown" for try_ in one.attempts) for one in evidence.sends.values()
    )
    remark = f"{unsettled} sends were unknown at some time and settled by a resend"
    return Finding("unknown: at most once in the log", len(unknown), tuple(found), remark)


def dense(evidence: Evidence) -> Finding:
    found = []
    for session, log in evidence.logs.items():
        seqs = [entry.seq for entry in log]
        if seqs != list(range(1, len(seqs) + 1)):
            wrong = next(n for n, seq in enumerate(seqs, start=1) if n != seq)
            found.append(f"{session}: expected seq {wrong}, found {seqs[wrong - 1 : wrong + 2]}")
    found += [f"{session}: has no log" for session in evidence.final_sessions if session not in evidence.logs]
    return Finding("seq is 1, 2, 3 … without holes", len(evidence.logs), tuple(found))


def sender_order(evidence: Evidence) -> Finding:
    """Whoever had an ack before they sent the next message finds the two in that order."""
    by_sender: dict[tuple[str, str], list[tuple[int, Send]]] = defaultdict(list)
    for send in evidence.sends.values():
        for entry in evidence.entries_of(send)[:1]:
            by_sender[send.session, send.person].append((entry.seq, send))
    found, checked = [], 0
    for placed in by_sender.values():
        placed.sort(key=lambda pair: -pair[0])
        earliest: Send | None = None
        for seq, send in placed:
            checked += 1
            if earliest is not None and earliest.acked_at < send.began:
                found.append(f"{send}: at seq {seq}, before {earliest}, which had its ack already")
            if earliest is None or send.acked_at < earliest.acked_at:
                earliest = send
    return Finding("each sender's order is kept", checked, tuple(found))


def nothing_after_end(evidence: Evidence) -> Finding:
    found, checked = [], 0
    for session, log in evidence.logs.items():
        ends = [entry.seq for entry in log if entry.event == "session_ended"]
        is_ended = evidence.final_sessions.get(session, {}).get("status") == "ended"
        checked += is_ended
        if ends and ends[0] != log[-1].seq:
            found.append(f"{session}: ended at {ends[0]}, but goes on to {log[-1].seq}")
        if is_ended and not ends:
            found.append(f"{session}: has ended, but the log does not say so")
        if ends and not is_ended:
            found.append(f"{session}: the log has ended, the session has not")
    return Finding("nothing follows session_ended", checked, tuple(found))


def only_members_write(evidence: Evidence) -> Finding:
    found, checked = [], 0
    for session, log in evidence.logs.items():
        for entry in log:
            if entry.role in {"system", "bot"}:
                continue
            checked += 1
            if not evidence.is_member_at(entry.sender, session, entry.seq):
                found.append(
                    f"{session}: seq {entry.seq} is by {entry.sender} ({entry.role}), no member then"
                )
    return Finding("only members write", checked, tuple(found))


LOG_RULES: tuple[Rule, ...] = (
    acknowledged_once,
    refused_never,
    unknown_at_most_once,
    dense,
    sender_order,
    nothing_after_end,
    only_members_write,
)
