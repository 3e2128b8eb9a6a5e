"""A small history made by hand: one user, two consultants, one stranger, one session that goes well."""

from collections.abc import Callable
from typing import Any

from tests.faults.history import Record

USER, FIRST, SECOND, STRANGER, SESSION = "u_1", "c_1", "c_2", "u_9", "s_1"
BASE = "http://127.0.0.1:1"
SOCKETS = {1: USER, 2: FIRST, 3: SECOND, 4: STRANGER}

Change = Callable[[list[Record]], Any]


def good_history() -> list[Record]:
    """assigned to FIRST at seq 3, transferred to SECOND at seq 6, ended at seq 8."""
    history: list[Record] = [
        {"what": "person", "t": 0.0, "person": person, "role": "consultant" if person[0] == "c" else "user"}
        for person in SOCKETS.values()
    ]
    history += [
        {"what": "open", "t": 1.0, "socket": number, "person": person, "base": BASE}
        for number, person in SOCKETS.items()
    ]
    history += [synced(2.0, 1, USER), synced(14.0, 2, FIRST), synced(31.0, 3, SECOND)]
    log = [
        entry(1, 10.0, event="session_started", fence=1),
        entry(2, 11.0, event="queued", fence=2),
        entry(3, 13.0, event="assigned", consultant=FIRST, fence=3),
        entry(4, 20.0, sender=USER, role="user", cmid="m1", text="在吗", fence=3),
        entry(5, 21.0, sender=FIRST, role="consultant", cmid="m2", text="在", fence=3),
        entry(6, 30.0, event="transferred", consultant=SECOND, fence=4),
        entry(7, 40.0, sender=USER, role="user", cmid="m3", text="您好", fence=4),
        entry(8, 50.0, event="session_ended", fence=5),
    ]
    for line in log:
        if line["role"] != "system":
            history += acknowledged(line)
    for line in log:
        members = [(1, USER)]
        members += [(2, FIRST)] if 3 <= line["seq"] < 6 else []
        members += [(3, SECOND)] if line["seq"] >= 6 else []
        history += [delivered(line, socket, person) for socket, person in members]
    history += [
        {
            "what": "view",
            "t": 60.0,
            "person": person,
            "session": SESSION,
            "cmids": [one["cmid"] for one in log],
        }
        for person in (USER, SECOND)
    ]
    history += log
    history += [
        sample(25.0, FIRST, [SESSION]),
        sample(25.2, FIRST, [SESSION]),
        {"what": "final session", "t": 61.0, "session": SESSION, "status": "ended", "user": USER,
         "consultant": SECOND, "declined_by": []},
        final_consultant(FIRST), final_consultant(SECOND),
        {"what": "meta", "t": 61.0, "began_at": 0.0, "healed_at": 50.0, "ended_at": 60.0},
    ]  # fmt: skip
    return history


def entry(
    seq: int, at: float, *, session: str = SESSION, sender: str = "system", role: str = "system",
    cmid: str = "", text: str = "", event: str = "", consultant: str = "", fence: int = 1,
) -> Record:  # fmt: skip
    return {
        "what": "log", "t": 61.0, "session": session, "seq": seq, "cmid": cmid or f"{session}/{seq}",
        "sender": sender, "role": role, "kind": "text" if text else "system", "text": text, "at": at,
        "fence": fence, "event": event, "consultant": consultant,
    }  # fmt: skip


def acknowledged(line: Record, *, socket: int = 1) -> list[Record]:
    """The send of this entry and its ack, 10 ms later."""
    return [*sent(line, socket=socket), {"what": "ok", "t": line["at"] + 0.01, "attempt": line["cmid"],
             "cmid": line["cmid"], "seq": line["seq"]}]  # fmt: skip


def sent(line: Record, *, socket: int = 1) -> list[Record]:
    return [
        {"what": "send", "t": line["at"], "attempt": line["cmid"], "cmid": line["cmid"], "base": BASE,
         "session": line["session"], "person": line["sender"], "socket": socket, "text": line["text"]}
    ]  # fmt: skip


def delivered(line: Record, socket: int, person: str, *, after: float = 0.02) -> Record:
    return {
        "what": "deliver", "t": line["at"] + after, "how": "push", "socket": socket, "person": person,
        "session": line["session"], "seq": line["seq"], "cmid": line["cmid"], "sender": line["sender"],
        "kind": line["kind"], "text": line["text"], "event": line["event"] or None,
    }  # fmt: skip


def synced(at: float, socket: int, person: str, *, code: str = "ok") -> Record:
    return {
        "what": "sync", "t": at, "began": at - 0.01, "socket": socket, "person": person, "session": SESSION,
        "last": 0, "code": code, "reset": False,
    }  # fmt: skip


def sample(at: float, consultant: str, sessions: list[str]) -> Record:
    """SECOND is busy with something else all the while."""
    active = {consultant: [[one, 3] for one in sessions]}
    places = {consultant: sessions, SECOND: ["s_0"]}
    return {"what": "sample", "t": at, "active": active, "places": places, "online": [FIRST, SECOND]}


def final_consultant(consultant: str, *, capacity: int = 1) -> Record:
    return {
        "what": "final consultant", "t": 61.0, "consultant": consultant, "status": "online", "places": [],
        "capacity": capacity,
    }  # fmt: skip


def of_kind(history: list[Record], what: str, **fields: Any) -> list[Record]:
    return [
        one
        for one in history
        if one["what"] == what and all(one[name] == value for name, value in fields.items())
    ]


def change(what: str, fields: dict[str, Any], **which: Any) -> Change:
    """Sets fields of every record of this kind."""

    def apply(history: list[Record]) -> None:
        found = of_kind(history, what, **which)
        assert found, (what, which)
        for one in found:
            one.update(fields)

    return apply


def remove(what: str, **which: Any) -> Change:
    def apply(history: list[Record]) -> None:
        found = of_kind(history, what, **which)
        assert found, (what, which)
        for one in found:
            history.remove(one)

    return apply


def add(*records: Record) -> Change:
    return lambda history: history.extend(records)
