"""The checker of a day: every rule passes a good history and catches what it is there for."""

import pytest

from tests.business_day.made_day import (
    AT,
    DAY_SESSION,
    EXPLAINED,
    THIRD,
    accepted,
    explanation,
    good_day,
    offered,
)
from tests.business_day.verdict import judge_day
from tests.faults.made_history import FIRST, SECOND, USER, Change, add, change, entry, remove

ASKED_AGAIN = "who declined is not asked again"
FENCES = "offers keep to their fences"
UNASKED = "nobody gets what they did not accept"
EXPLANATION = "every assignment is truly explained"
BEST = "the best who is free is chosen"
ENDS = "every session ends well"
RATINGS = "ratings are kept"
PASSED = "passed over at most 3 times"
FORGOTTEN = "no waiting session is forgotten"


def test_a_good_day_breaks_no_rule() -> None:
    verdict = judge_day(good_day())
    assert verdict.holds, verdict.evidence()
    seen = {one.rule: one.checked for one in verdict.findings}
    assert all(seen[rule] for rule in (ASKED_AGAIN, FENCES, UNASKED, EXPLANATION, BEST, ENDS, RATINGS))


def given_to(session: str = DAY_SESSION, **fields: object) -> Change:
    """The log's entry of the assignment differs in these fields."""
    return change("log", dict(fields), event="assigned", session=session)


def otherwise(chosen: str, scores: dict[str, float]) -> Change:
    """The stored explanation has other candidates."""
    because = explanation(chosen, scores, at=AT + 4)
    return change("decision", {"explanation": because}, session=DAY_SESSION)


def ended(**fields: object) -> Change:
    return change("final session", dict(fields), session=DAY_SESSION)


def explained(**fields: object) -> Change:
    """The stored explanation differs in these fields from what decided."""
    return change("decision", {"explanation": EXPLAINED | fields}, session=DAY_SESSION)


NOT_THE_PRODUCT = {"name": "similarity", "value": 0.9, "weight": 1.0, "contribution": 1.5}

VIOLATIONS: list[tuple[str, str, Change]] = [
    ("a decliner is asked again", ASKED_AGAIN, add(offered(SECOND, 7, at=14.5))),
    ("a decliner is given it", ASKED_AGAIN, given_to(consultant=SECOND)),
    ("two offers share a fence", FENCES, change("offer", {"fence": 3}, fence=5)),
    ("an older offer is taken", FENCES, add(accepted(FIRST, 4))),
    ("another's offer is taken", FENCES, add(accepted(SECOND, 5))),
    ("an offer is taken that is long over", FENCES, change("answer", {"began": 40.0}, fence=5)),
    ("a yes that leads nowhere", FENCES, given_to(event="", kind="text")),
    ("a refusal that nobody should meet", FENCES, change("answer", {"code": "internal"}, fence=5)),
    ("given without being asked", UNASKED, remove("offer", fence=5)),
    ("given without a yes", UNASKED, remove("answer", fence=5)),
    ("nothing is stored", EXPLANATION, remove("decision", session=DAY_SESSION)),
    ("somebody else is explained", EXPLANATION, explained(consultant_id=SECOND)),
    ("the score is not the sum", EXPLANATION, explained(score=1.7)),
    ("no policy is named", EXPLANATION, explained(policy="")),
    ("no terms", EXPLANATION, explained(terms=[])),
    ("a contribution is not value times weight", EXPLANATION, explained(terms=[NOT_THE_PRODUCT])),
    (
        "the chosen one is excluded",
        EXPLANATION,
        explained(excluded=[{"consultant_id": FIRST, "reason": "absent"}]),
    ),
    ("the chosen one is no candidate", EXPLANATION, explained(candidates=[])),
    ("who had declined is a candidate", EXPLANATION, otherwise(FIRST, {FIRST: 1.5, SECOND: 1.0})),
    ("a better one was free", BEST, otherwise(FIRST, {THIRD: 1.9, FIRST: 1.5})),
    ("a session still waits", ENDS, ended(status="queued")),
    ("nobody ended it", ENDS, ended(ended_by=None)),
    ("an offer outlives the session", ENDS, ended(is_offered=True)),
    ("something is unwritten", ENDS, ended(unwritten=1)),
    ("a place stays taken", ENDS, change("final consultant", {"places": [DAY_SESSION]}, consultant=FIRST)),
    ("a session is lost", ENDS, remove("final session", session=DAY_SESSION)),
    ("another score is kept", RATINGS, ended(rating={"score": 1, "consultant_id": FIRST})),
    ("somebody else is rated", RATINGS, ended(rating={"score": 5, "consultant_id": SECOND})),
]


@pytest.mark.parametrize(
    ("rule", "plant"), [one[1:] for one in VIOLATIONS], ids=[one[0] for one in VIOLATIONS]
)
def test_what_is_planted_is_caught(rule: str, plant: Change) -> None:
    history = good_day()
    plant(history)
    assert rule in judge_day(history).broken


def later_ones(count: int, *, to: str = SECOND, asked_only: bool = False) -> list[dict[str, object]]:
    """Sessions that come after DAY_SESSION and are given, or only offered, to somebody before it is."""
    lines: list[dict[str, object]] = []
    for number in range(count):
        session = f"later{number}"
        lines.append(entry(1, AT + 0.5, session=session, event="queued"))
        at = AT + 3 + 0.1 * number
        if asked_only:
            lines.append(offered(to, 3, at=at, session=session))
        else:
            lines.append(entry(2, at, session=session, event="assigned", consultant=to, fence=3))
        lines.append(entry(3, at + 30, session=session, event="session_ended", fence=4))
        lines.append(final_of(session))
    return lines


def final_of(session: str, *, language: str = "zh", priority: int = 0) -> dict[str, object]:
    return {
        "what": "final session", "t": 90.0, "session": session, "status": "ended", "user": USER,
        "consultant": None, "declined_by": [], "language": language, "priority": priority, "ended_by": "user",
        "is_offered": False, "unwritten": 0, "rating": {"score": None, "consultant_id": None},
    }  # fmt: skip


def test_offers_to_later_ones_pass_who_waits_as_much_as_assignments_do() -> None:
    for asked_only in (False, True):
        history = good_day()
        history += later_ones(4, to=FIRST, asked_only=asked_only)
        assert PASSED in judge_day(history).broken
        few = good_day() + later_ones(3, to=FIRST, asked_only=asked_only)
        assert PASSED not in judge_day(few).broken


def test_who_could_not_have_served_passes_nobody() -> None:
    assert PASSED not in judge_day(good_day() + later_ones(5, to=SECOND)).broken  # who has declined it
    history = good_day() + later_ones(5, to=FIRST)
    change("final consultant", {"languages": ["en"]}, consultant=FIRST)(history)
    assert PASSED not in judge_day(history).broken


def test_who_is_more_urgent_or_meets_nobody_at_home_passes_nobody() -> None:
    urgent = good_day() + later_ones(5, to=FIRST)
    for number in range(5):
        change("final session", {"priority": 2}, session=f"later{number}")(urgent)
    assert PASSED not in judge_day(urgent).broken
    away = good_day() + later_ones(5, to=FIRST)
    change("open", {"t": AT + 3.9}, person=USER)(away)
    assert PASSED not in judge_day(away).broken
