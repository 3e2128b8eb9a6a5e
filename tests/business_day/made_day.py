"""A small day made by hand: SECOND is asked and declines, FIRST is asked and takes, the user rates."""

from datetime import UTC, datetime
from typing import Any

from tests.faults.history import Record
from tests.faults.made_history import FIRST, SECOND, SOCKETS, USER, entry

DAY_SESSION = "s_day"
AT = 10.0
THIRD = "c_3"


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def terms(score: float) -> list[Record]:
    return [
        {"name": "similarity", "value": score - 0.5, "weight": 1.0, "contribution": score - 0.5},
        {"name": "load", "value": 1.0, "weight": 0.5, "contribution": 0.5},
    ]


def explanation(
    chosen: str, scores: dict[str, float], *, at: float, excluded: tuple[str, ...] = ()
) -> Record:
    return {
        "policy": "made-1", "consultant_id": chosen, "score": scores[chosen], "terms": terms(scores[chosen]),
        "candidates": [
            {"consultant_id": one, "score": score, "terms": terms(score)} for one, score in scores.items()
        ],
        "excluded": [{"consultant_id": one, "reason": "declined"} for one in excluded],
        "at": moment(at),
    }  # fmt: skip


EXPLAINED = explanation(FIRST, {FIRST: 1.5, THIRD: 1.2}, at=AT + 4, excluded=(SECOND,))


def offered(
    consultant: str, fence: int, *, at: float, session: str = DAY_SESSION, because: Record | None = None
) -> Record:
    return {
        "what": "offer", "t": at + 0.1, "session": session, "fence": fence, "person": consultant,
        "expires_in_ms": 2_000, "explanation": because or explanation(consultant, {consultant: 1.0}, at=at),
    }  # fmt: skip


def accepted(consultant: str, fence: int) -> Record:
    return answered(consultant, fence, "accept", began=AT + 4.2)


def answered(consultant: str, fence: int, answer: str, *, began: float) -> Record:
    return {
        "what": "answer", "t": began + 0.1, "session": DAY_SESSION, "fence": fence, "person": consultant,
        "answer": answer, "code": "ok", "began": began,
    }  # fmt: skip


def over(consultant: str, reason: str, *, at: float) -> Record:
    return {"what": "offer over", "t": at, "session": DAY_SESSION, "person": consultant, "reason": reason}


def good_day() -> list[Record]:
    """Queued at AT, offered to SECOND a second later, to FIRST at AT + 4, ended at AT + 20."""
    people = {**SOCKETS, 5: THIRD}
    history: list[Record] = [
        {"what": "person", "t": 0.0, "person": one, "role": "consultant" if one[0] == "c" else "user"}
        for one in people.values()
    ]
    history += [
        {"what": "open", "t": 1.0, "socket": number, "person": person, "base": ""}
        for number, person in people.items()
    ]
    history += [{"what": "began", "t": AT, "person": USER, "session": DAY_SESSION}]
    history += [
        offered(
            SECOND,
            3,
            at=AT + 1,
            because=explanation(SECOND, {SECOND: 1.6, FIRST: 1.5, THIRD: 1.2}, at=AT + 1),
        ),
        answered(SECOND, 3, "decline", began=AT + 1.5),
        over(SECOND, "declined", at=AT + 1.6),
        offered(FIRST, 5, at=AT + 4, because=EXPLAINED),
        accepted(FIRST, 5),
        over(FIRST, "accepted", at=AT + 4.4),
    ]
    history += [
        entry(1, AT, session=DAY_SESSION, event="session_started", fence=1),
        entry(2, AT, session=DAY_SESSION, event="queued", fence=2),
        entry(3, AT + 4.3, session=DAY_SESSION, event="assigned", consultant=FIRST, fence=6),
        entry(4, AT + 6, session=DAY_SESSION, sender=FIRST, role="consultant", cmid="d1", text="在", fence=6),
        entry(5, AT + 20, session=DAY_SESSION, event="session_ended", fence=7),
        {"what": "decision", "t": 80.0, "session": DAY_SESSION, "fence": 6, "at": AT + 4,
         "explanation": EXPLAINED},
        {"what": "rated", "t": 31.0, "session": DAY_SESSION, "score": 5},
        final_session(),
    ]  # fmt: skip
    history += [final_consultant(one) for one in (FIRST, SECOND, THIRD)]
    history.append(
        {
            "what": "meta",
            "t": 81.0,
            "began_at": 0.0,
            "healed_at": 70.0,
            "ended_at": 80.0,
            "acceptance": "offer",
        }
    )
    return history


def final_session() -> Record:
    return {
        "what": "final session", "t": 80.0, "session": DAY_SESSION, "status": "ended", "user": USER,
        "consultant": FIRST, "declined_by": [SECOND], "language": "zh", "priority": 0, "ended_by": "user",
        "is_offered": False, "unwritten": 0, "rating": {"score": 5, "consultant_id": FIRST},
    }  # fmt: skip


def final_consultant(consultant: str, **fields: Any) -> Record:
    return {
        "what": "final consultant", "t": 80.0, "consultant": consultant, "status": "online", "places": [],
        "capacity": 9, "languages": ["zh", "en"], **fields,
    }  # fmt: skip
