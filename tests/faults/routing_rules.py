"""What must hold of assignment: one consultant, within capacity, nobody forgotten or passed over for ever."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.faults.evidence import Entry, Evidence, Grant
from tests.faults.log_rules import Finding, Rule

FORGOTTEN_SECONDS = 15.0
_SHOWN = 6


def one_consultant(evidence: Evidence) -> Finding:
    """In the log a session is taken from one before it is given to the next; fences rise; the end agrees."""
    found, checked = [], 0
    for session, log in evidence.logs.items():
        holder = ""
        for before, entry in zip([None, *log], log, strict=False):
            if before is not None and entry.fence < before.fence:
                found.append(
                    f"{session}: fence falls from {before.fence} to {entry.fence} at seq {entry.seq}"
                )
            if entry.event == "assigned":
                checked += 1
                if holder:
                    found.append(
                        f"{session}: given to {entry.consultant} at seq {entry.seq}, {holder} has it"
                    )
                holder = entry.consultant
            elif entry.event in {"transferred", "consultant_lost"}:
                if not holder:
                    found.append(f"{session}: taken at seq {entry.seq} from nobody")
                holder = entry.consultant
        final = evidence.final_sessions.get(session)
        if final is not None and (final["consultant"] or "") != holder:
            found.append(f"{session}: ends with {final['consultant']}, the log says {holder or 'nobody'}")
    return Finding("one consultant at a time", checked, tuple(found))


def within_capacity(evidence: Evidence) -> Finding:
    """By the log's times, by the places at the consultant, and by the sessions as they were sampled."""
    found: list[str] = []
    capacity = {name: one["capacity"] for name, one in evidence.final_consultants.items()}
    found += _overfull_by_log(evidence, capacity)
    previous: dict[str, list[list[Any]]] = {}
    for sample in evidence.samples:
        for consultant, places in sample["places"].items():
            if len(set(places)) > capacity.get(consultant, 0):
                found.append(f"{consultant}: {len(places)} places taken at {sample['t']:.3f}: {places}")
        for consultant, held in sample["active"].items():
            # What two samples in a row have, with the same fence, was there at one moment in between.
            lasting = [one for one in held if one in previous.get(consultant, ())]
            if len(lasting) > capacity.get(consultant, 0):
                found.append(f"{consultant}: has {len(lasting)} sessions at {sample['t']:.3f}: {lasting}")
        previous = sample["active"]
    tenures = sum(len(one) for one in evidence.tenures.values())
    return Finding("never above capacity", tenures + len(evidence.samples), tuple(found))


def _overfull_by_log(evidence: Evidence, capacity: dict[str, int]) -> list[str]:
    steps: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for session, tenures in evidence.tenures.items():
        ended = next((one.at for one in evidence.logs[session] if one.event == "session_ended"), float("inf"))
        for one in tenures:
            steps[one.consultant].append((one.from_at, 1, session))
            steps[one.consultant].append((min(one.to_at, ended), -1, session))
    found = []
    for consultant, changes in steps.items():
        held = 0
        for at, change, session in sorted(changes):
            held += change
            if change > 0 and held > capacity.get(consultant, 0):
                found.append(f"{consultant}: {held} sessions at {at:.3f}, the last one {session}")
    return found


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in the queue. `since` is the original moment of asking, which a return to the queue keeps;
    it `began` at `seq`. Times are those of the decision: what a stopped database holds up is true only later.
    """

    session: str
    seq: int
    since: float
    began: float
    ended: float
    fence: int
    to: str
    excluded: frozenset[str]


def waits_of(session: str, log: list[Entry]) -> list[Wait]:
    waits, since, began, seq, refused = [], 0.0, 0.0, 0, set[str]()
    holder = ""
    for entry in log:
        if entry.event == "queued":
            since, began, seq = since or entry.at, entry.at, entry.seq
        elif entry.event in {"transferred", "consultant_lost"} and not entry.consultant:
            if entry.event == "transferred":
                refused.add(holder)
        elif entry.event in {"assigned", "session_ended"} and began:
            waits.append(
                Wait(session, seq, since, began, entry.at, entry.fence, entry.consultant, frozenset(refused))
            )
            began = 0.0
        holder = entry.consultant or holder
    if began:
        waits.append(Wait(session, seq, since, began, float("inf"), 0, "", frozenset(refused)))
    return waits


def nobody_forgotten(evidence: Evidence) -> Finding:
    """Undisturbed, nobody waits for long beside a free place; in the end nobody waits at all."""
    found = []
    most_seconds = evidence.meta.get("forgotten_seconds", FORGOTTEN_SECONDS)
    waits = [wait for session, log in evidence.logs.items() for wait in waits_of(session, log)]
    for wait in waits:
        seconds, until = _longest_beside_room(evidence, wait)
        if seconds > most_seconds:
            found.append(f"{wait.session}: waited {seconds:.0f} s beside free places, until {until:.3f}")
    healed_seconds = evidence.meta.get("ended_at", 0.0) - evidence.meta.get("healed_at", 0.0)
    found += [
        f"{session}: still waits {healed_seconds:.0f} s after everything healed"
        for session, final in evidence.final_sessions.items()
        if final["status"] == "queued"
    ]
    longest = max((one.ended - one.began for one in waits if one.ended != float("inf")), default=0.0)
    return Finding(
        "no waiting session is forgotten", len(waits), tuple(found), f"longest wait {longest:.1f} s"
    )


def _longest_beside_room(evidence: Evidence, wait: Wait) -> tuple[float, float]:
    """(seconds, end) of the longest undisturbed stretch with a free place at somebody connected."""
    longest, ended, since = 0.0, 0.0, None
    cannot = wait.excluded | evidence.could_not_serve(wait.session)
    first = bisect_left(evidence.samples, wait.began, key=lambda sample: sample["t"])
    for sample, free in zip(evidence.samples[first:], evidence.free[first:], strict=True):
        at = sample["t"]
        if at > wait.ended:
            break
        is_served_soon = not evidence.is_quiet(at, at) or not evidence.is_in_line(wait.session, at)
        if is_served_soon or not free - cannot:
            since = None
            continue
        since = since or at
        if at - since > longest:
            longest, ended = at - since, at
    return longest, ended


def overtaking_is_bounded(evidence: Evidence) -> Finding:
    """How often a later session was given to somebody who could have served this one.

    What counts is when it was decided, as the records of assignment say: what one round decides has one time
    and does not pass each other. Whom another process has given to somebody, meanwhile and before the later
    one, was not passed by it either. A session is surely in the queue once somebody has been told; a round
    that was under way by then need not have known of it.
    """
    bound = evidence.meta.get("overtaking_bound", 3)
    waits = [wait for session, log in evidence.logs.items() for wait in waits_of(session, log)]
    given = {
        wait: evidence.decisions.get((wait.session, wait.fence), wait.ended) for wait in waits if wait.to
    }
    grants = [Grant(one.session, one.to, one.since, at, one.ended) for one, at in given.items()]
    grants += evidence.grants()
    found, most = [], 0
    for wait, decided_at in given.items():
        passed = _passed_by(evidence, wait, decided_at, grants)
        most = max(most, len(passed))
        if len(passed) > bound:
            by = ", ".join(f"{one.session} to {one.to} at {one.decided_at:.3f}" for one in passed[:_SHOWN])
            found.append(
                f"{wait.session} waited from {wait.began:.3f} (since {wait.since:.3f}) to {decided_at:.3f} "
                f"and was passed {len(passed)} times: {by}"
            )
    remark = f"at most {most}"
    return Finding(f"passed over at most {bound} times", len(given), tuple(found), remark)


def _passed_by(evidence: Evidence, wait: Wait, decided_at: float, grants: list[Grant]) -> list[Grant]:
    queued_at = evidence.seen.get((wait.session, wait.seq), wait.began)
    cannot = wait.excluded | evidence.could_not_serve(wait.session)
    return [
        one
        for one in grants
        if one.session != wait.session
        and one.since > wait.since
        and queued_at < one.decided_at < decided_at
        and one.done_at <= wait.ended
        and one.to not in cannot
        and _goes_before(evidence, wait.session, one)
        and evidence.is_in_line(wait.session, one.decided_at)
    ]


def _goes_before(evidence: Evidence, waiting: str, one: Grant) -> bool:
    """Surely as urgent as the one that was given, by which it should have come first."""
    least, _ = evidence.priority_between(waiting, one.decided_at)
    _, most = evidence.priority_between(one.session, one.decided_at)
    return most <= least


ROUTING_RULES: tuple[Rule, ...] = (
    one_consultant,
    within_capacity,
    nobody_forgotten,
    overtaking_is_bounded,
)
