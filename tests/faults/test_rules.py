"""The checker itself: every rule passes a good history and catches what it is there for."""

import pytest

from tests.faults.made_history import (
    FIRST,
    SECOND,
    STRANGER,
    USER,
    Change,
    acknowledged,
    add,
    change,
    delivered,
    entry,
    good_history,
    remove,
    sample,
    sent,
    synced,
)
from tests.faults.verdict import RULES, judge

ACKNOWLEDGED = "acknowledged: in the log exactly once"
REFUSED = "finally refused: never in the log"
UNKNOWN = "unknown: at most once in the log"
DENSE = "seq is 1, 2, 3 … without holes"
ORDER = "each sender's order is kept"
END = "nothing follows session_ended"
WRITERS = "only members write"
DURABLE = "shown: stands in the log"
AFTER = "shown: not before it was sent"
SAME = "all members have one order"
MEMBERS = "shown to members only"
TOLD = "told within 2 s (at least 99%, undisturbed)"
ONE = "one consultant at a time"
CAPACITY = "never above capacity"
FORGOTTEN = "no waiting session is forgotten"
PASSED = "passed over at most 3 times"

M2 = entry(5, 21.0, sender=FIRST, role="consultant", cmid="m2", text="在", fence=3)
LATE = entry(9, 55.0, sender=USER, role="user", cmid="m9", text="还有", fence=5)
M3_TO_FIRST = delivered(entry(7, 40.0, sender=USER, role="user", cmid="m3", text="您好", fence=4), 2, FIRST)
REFUSAL = {"what": "fail", "t": 22.0, "attempt": "m2", "cmid": "m2", "code": "not_found"}
GONE = entry(6, 22.0, sender=USER, role="user", cmid="gone", text="没有了")


def queue_of(count: int) -> list[dict[str, object]]:
    """Sessions that came after one that waits from 100 to 200, and were all served before it."""
    lines = [
        entry(1, 100.0, session="old", event="queued"),
        entry(2, 200.0, session="old", event="assigned", consultant=FIRST),
    ]
    for number in range(count):
        lines.append(entry(1, 110.0 + number, session=f"new{number}", event="queued"))
        lines.append(
            entry(2, 120.0 + 10 * number, session=f"new{number}", event="assigned", consultant=SECOND)
        )
        lines.append(entry(3, 121.0 + 10 * number, session=f"new{number}", event="session_ended"))
    return lines


def given_later() -> list[dict[str, object]]:
    """Decided by another process while the one of `queue_of` waited, but given after that one was."""
    return [
        entry(1, 119.0, session="later", event="queued"),
        entry(2, 201.0, session="later", event="assigned", consultant=SECOND),
        {"what": "decision", "t": 300.0, "session": "later", "fence": 1, "at": 150.0},
    ]


def room_until(end: int, *, places: list[str] | None = None) -> list[dict[str, object]]:
    """A sample a second, from second 10 on, of one who has one place."""
    return [
        sample(float(at), FIRST, []) | {"places": {FIRST: places or [], SECOND: ["s_0"]}}
        for at in range(10, end)
    ]


def test_a_good_history_breaks_no_rule() -> None:
    verdict = judge(good_history())
    assert verdict.holds, verdict.evidence()
    assert not [one.rule for one in verdict.findings if one.violations]
    assert len(verdict.findings) == len(RULES)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (ACKNOWLEDGED, [remove("log", cmid="m2")]),
        (ACKNOWLEDGED, [add(entry(9, 55.0, sender=FIRST, role="consultant", cmid="m2", text="在", fence=5))]),
        (ACKNOWLEDGED, [change("ok", {"seq": 6}, cmid="m2")]),
        (ACKNOWLEDGED, [change("log", {"text": "不在"}, cmid="m2")]),
        (REFUSED, [remove("ok", cmid="m2"), add(REFUSAL)]),
        (REFUSED, [add(REFUSAL)]),
        (UNKNOWN, [remove("ok", cmid="m2"), add(M2 | {"seq": 9})]),
        (DENSE, [remove("log", seq=4)]),
        (DENSE, [add(M2)]),
        (DENSE, [remove("log")]),
        (ORDER, [change("log", {"seq": 7}, cmid="m1"), change("log", {"seq": 4}, cmid="m3")]),
        (END, [add(LATE)]),
        (END, [remove("log", event="session_ended")]),
        (END, [change("final session", {"status": "active"})]),
        (WRITERS, [change("log", {"sender": STRANGER}, cmid="m1")]),
        (WRITERS, [change("log", {"sender": SECOND}, cmid="m2")]),
        (DURABLE, [add(delivered(GONE | {"seq": 9}, 1, USER))]),
        (DURABLE, [add(delivered(GONE, 1, USER))]),
        (DURABLE, [change("log", {"text": "在的"}, cmid="m2")]),
        (AFTER, [change("send", {"t": 21.5}, cmid="m2")]),
        (SAME, [change("view", {"cmids": ["m1"]}, person=SECOND)]),
        (SAME, [change("deliver", {"cmid": "other"}, seq=5, person=USER)]),
        (MEMBERS, [change("deliver", {"person": STRANGER}, seq=4, person=FIRST)]),
        (MEMBERS, [add(M3_TO_FIRST)]),
        (MEMBERS, [add(synced(45.0, 2, FIRST))]),
        (MEMBERS, [add(synced(45.0, 4, STRANGER))]),
        (TOLD, [remove("deliver", seq=5, person=USER)]),
        (TOLD, [change("deliver", {"t": 24.0}, seq=5, person=USER)]),
        (ONE, [change("log", {"event": "assigned"}, event="transferred")]),
        (ONE, [change("final session", {"consultant": FIRST})]),
        (ONE, [change("log", {"fence": 2}, seq=8)]),
        (CAPACITY, [change("final consultant", {"capacity": 0}, consultant=SECOND)]),
        (CAPACITY, [add(sample(26.0, FIRST, ["s_1", "s_2"]))]),
        (FORGOTTEN, [change("final session", {"status": "queued"})]),
        (FORGOTTEN, [add(entry(1, 10.0, session="old", event="queued"), *room_until(45))]),
        (PASSED, [add(*queue_of(4))]),
    ],
)  # fmt: skip
def test_each_rule_catches_its_violation(rule: str, changes: list[Change]) -> None:
    history = good_history()
    for apply in changes:
        apply(history)
    verdict = judge(history)
    assert rule in verdict.broken, verdict.evidence()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        # A former member may have been shown, late, what was said while they were one.
        (MEMBERS, [add(delivered(M2, 2, FIRST, after=15.0))]),
        # Whoever asks before anybody could know of the transfer may still be served.
        (MEMBERS, [add(synced(30.01, 2, FIRST))]),
        (MEMBERS, [add(synced(45.0, 2, FIRST, code="not_found"))]),
        # An outcome that is unknown may be either.
        (UNKNOWN, [remove("ok", cmid="m2")]),
        (UNKNOWN, [add(*sent(GONE))]),
        # Nothing is said about speed while something is broken, or heals.
        (
            TOLD,
            [
                remove("deliver", seq=5, person=USER),
                add(
                    {"what": "fault", "t": 15.0, "number": 1, "kind": "kill redis"},
                    {"what": "fault over", "t": 18.0, "number": 1, "kind": "kill redis"},
                    {"what": "healed", "t": 18.0, "number": 1, "kind": "kill redis"},
                ),
            ],
        ),
        # Not told: a socket that closed meanwhile.
        (TOLD, [remove("deliver", seq=5, person=USER), add({"what": "close", "t": 21.2, "socket": 1})]),
        # One sample may see a session twice while it moves; two in a row may not.
        (CAPACITY, [add(sample(26.0, FIRST, ["s_1"]) | {"active": {FIRST: [["s_1", 3], ["s_2", 3]]}})]),
        # Beside a free place, but not for long; or for long, but not beside one.
        (FORGOTTEN, [add(entry(1, 10.0, session="old", event="queued"), *room_until(24))]),
        (FORGOTTEN, [add(entry(1, 10.0, session="old", event="queued"), *room_until(45, places=["s_1"]))]),
        (PASSED, [add(*queue_of(3))]),
        # Decided before, by another process, but only given when this one was given to somebody already.
        (PASSED, [add(*queue_of(3), *given_later())]),
    ],
)
def test_a_rule_does_not_blame_what_is_allowed(rule: str, changes: list[Change]) -> None:
    history = good_history()
    for apply in changes:
        apply(history)
    assert rule not in judge(history).broken, judge(history).evidence()


def test_a_broken_connection_of_others_excuses_no_delay() -> None:
    history = good_history()
    remove("deliver", seq=5, person=USER)(history)
    history += [
        {"what": "fault", "t": 15.0, "number": 1, "kind": "reset mid-frame"},
        {"what": "healed", "t": 18.0, "number": 1, "kind": "reset mid-frame"},
    ]
    assert TOLD in judge(history).broken


def test_one_late_delivery_in_two_hundred_is_within_the_share() -> None:
    history = good_history()
    lines = [
        entry(
            8 + number, 40.1 + number / 100, sender=USER, role="user", cmid=f"x{number}", text=f"第{number}句"
        )
        for number in range(200)
    ]
    for line in lines:
        history += [*acknowledged(line), line, delivered(line, 1, USER), delivered(line, 3, SECOND)]
    change("deliver", {"t": 49.0}, cmid="x7", person=SECOND)(history)
    assert TOLD not in judge(history).broken
    for number in range(6):
        change("deliver", {"t": 49.0}, cmid=f"x{number}", person=SECOND)(history)
    assert TOLD in judge(history).broken
