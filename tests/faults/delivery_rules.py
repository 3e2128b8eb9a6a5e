"""What must hold of everything that anybody was shown: durable, the same for all, to members, and soon."""

from collections import defaultdict

from tests.faults.evidence import Delivery, Evidence, Send
from tests.faults.log_rules import Finding, Rule

LIVE_SECONDS = 2.0
LIVE_SHARE = 0.99


def shown_is_durable(evidence: Evidence) -> Finding:
    """Whatever was shown stands in the final log at that place, whatever was killed since."""
    found = []
    for one in evidence.deliveries:
        entry = evidence.entry(one.session, one.seq)
        if entry is None or (entry.cmid, entry.sender) != (one.cmid, one.sender):
            has = "nothing" if entry is None else f"cmid {entry.cmid}"
            found.append(f"{_where(one)}: the log has {has} there")
        elif entry.text != one.text:
            found.append(f"{_where(one)}: shown {one.text!r}, the log has {entry.text!r}")
    return Finding("shown: stands in the log", len(evidence.deliveries), tuple(found))


def shown_after_sent(evidence: Evidence) -> Finding:
    found, checked = [], 0
    for one in evidence.deliveries:
        send = evidence.sends.get(one.cmid)
        if send is not None:
            checked += 1
            if one.at < send.began:
                found.append(f"{_where(one)}: sent only at {send.began:.3f}")
    return Finding("shown: not before it was sent", checked, tuple(found))


def one_order(evidence: Evidence) -> Finding:
    """All saw the same at the same place, and whoever was synced in the end has the whole log."""
    found = []
    first: dict[tuple[str, int], Delivery] = {}
    for one in evidence.deliveries:
        other = first.setdefault((one.session, one.seq), one)
        if (other.cmid, other.text, other.kind) != (one.cmid, one.text, one.kind):
            found.append(f"{_where(one)}: {other.person} was shown cmid {other.cmid} there")
    for view in evidence.views:
        log = [entry.cmid for entry in evidence.logs.get(view["session"], ())]
        if view["cmids"] != log:
            same = sum(1 for ours, theirs in zip(log, view["cmids"], strict=False) if ours == theirs)
            found.append(
                f"{view['person']} ends with {len(view['cmids'])} entries of {view['session']}, the log has "
                f"{len(log)}; {same} agree"
            )
    return Finding("all members have one order", len(first) + len(evidence.views), tuple(found))


def no_strangers(evidence: Evidence) -> Finding:
    """Shown only to those who were members then or later; a former member gets nothing new.

    Whether somebody still was a member when they synced is asked only where it is certain: when the entry
    that took the session from them had been seen by somebody before they asked.
    """
    found = [
        f"{_where(one)}: was no member"
        for one in evidence.deliveries
        if not evidence.may_see(one.person, one.session, one.seq)
    ]
    checked = len(evidence.deliveries)
    for sync in evidence.syncs:
        if evidence.roles.get(sync["person"]) in {"supervisor", "admin"}:
            continue
        if evidence.owners.get(sync["session"], sync["person"]) == sync["person"]:
            continue
        checked += 1
        if sync["code"] == "ok" and not _may_be_member(
            evidence, sync["person"], sync["session"], sync["began"]
        ):
            found.append(f"{sync['person']} synced {sync['session']} at {sync['began']:.3f}: was no member")
    return Finding("shown to members only", checked, tuple(found))


def _may_be_member(evidence: Evidence, person: str, session: str, at: float) -> bool:
    return any(
        one.consultant == person and at < evidence.seen.get((session, int(one.to_seq)), float("inf"))
        if one.to_seq != float("inf")
        else one.consultant == person
        for one in evidence.tenures.get(session, ())
    )


def told_at_once(evidence: Evidence) -> Finding:
    """From the ack to every socket of a member that followed the session all the while, when undisturbed."""
    heard: dict[tuple[int, str, int], float] = {}
    for one in evidence.deliveries:
        key = one.socket, one.session, one.seq
        heard[key] = min(one.at, heard.get(key, float("inf")))
    followers: dict[str, list[int]] = defaultdict(list)
    for number, socket in evidence.sockets.items():
        for session in socket.follows:
            followers[session].append(number)
    found, checked, latest = [], 0, 0.0
    for send in evidence.sends.values():
        if not send.acks or not evidence.is_quiet(send.began, send.acked_at + LIVE_SECONDS):
            continue
        seq = send.acks[0].seq
        for number in followers[send.session]:
            if not _listens(evidence, number, send, seq):
                continue
            checked += 1
            took = heard.get((number, send.session, seq), float("inf")) - send.acked_at
            if took > LIVE_SECONDS:
                socket = evidence.sockets[number]
                found.append(f"{send}, seq {seq}: {socket.person} at {socket.base} had it after {took:.3f} s")
            else:
                latest = max(latest, took)
    share = 1 - len(found) / checked if checked else 1.0
    return Finding(
        f"told within {LIVE_SECONDS:g} s (at least {LIVE_SHARE:.0%}, undisturbed)",
        checked,
        tuple(found),
        f"{share:.2%}; the latest of these after {latest:.3f} s",
        allowed=1 - LIVE_SHARE,
    )


def _listens(evidence: Evidence, number: int, send: Send, seq: int) -> bool:
    socket = evidence.sockets[number]
    return (
        socket.follows[send.session] < send.began
        and socket.closed > send.acked_at + LIVE_SECONDS
        and evidence.is_member_at(socket.person, send.session, seq)
    )


def _where(one: Delivery) -> str:
    return f"{one.session} seq {one.seq} cmid {one.cmid} to {one.person} ({one.how}, {one.at:.3f})"


DELIVERY_RULES: tuple[Rule, ...] = (
    shown_is_durable,
    shown_after_sent,
    one_order,
    no_strangers,
    told_at_once,
)
