"""Whom a session needs: rules of the site that bar everybody else, for ever or for some time."""

import pytest

from matching.embedding import load_encoder
from matching.matcher import Matcher
from matching.profiles import Profile
from matching.requirements import Requirement, Rule, Situation, demands_on, meets, seconds_until_open
from matching.rounds import Round
from matching.scoring import Candidate, Request

ENGLISH = Requirement(language="en")
LAW = Requirement(skills=("Contract Law", "合同法"))
ANN = Profile(id="ann", skills=("contract law",), languages=("en-GB", "zh"))
BO = Profile(id="bo", skills=("合同",), languages=("zh",))
CY = Profile(id="cy", skills=("合同法",), languages=())
NOW = "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("requirement", "who"),
    [
        (ENGLISH, {"ann"}),
        (Requirement(language="en-US"), {"ann"}),
        (LAW, {"ann", "cy"}),
        (Requirement(consultants=("bo", "cy")), {"bo", "cy"}),
        (Requirement(skills=("合同法",), language="zh"), set()),
        (Requirement(skills=("ＣＯＮＴＲＡＣＴ　LAW",), consultants=("ann",)), {"ann"}),
    ],
)
def test_every_part_that_is_demanded_must_be_met(requirement: Requirement, who: set[str]) -> None:
    assert {one.id for one in (ANN, BO, CY) if meets(one, requirement)} == who


@pytest.mark.parametrize(
    ("rule", "is_asked"),
    [
        (Rule(requirement=LAW), True),
        (Rule(requirement=LAW, topics=("其他", "合同纠纷 ")), True),
        (Rule(requirement=LAW, topics=("合同",)), False),
        (Rule(requirement=LAW, tags=("VIP",)), True),
        (Rule(requirement=LAW, tags=("gold",)), False),
        (Rule(requirement=LAW, languages=("zh",)), True),
        (Rule(requirement=LAW, languages=("en",)), False),
        (Rule(requirement=LAW, least_priority=1), True),
        (Rule(requirement=LAW, least_priority=2), False),
        (Rule(requirement=LAW, topics=("合同纠纷",), languages=("en",)), False),
    ],
)
def test_a_rule_asks_only_where_all_its_conditions_hold(rule: Rule, *, is_asked: bool) -> None:
    situation = Situation(topic="合同纠纷", tags=("vip", "new"), language="zh-CN", priority=1)
    assert bool(demands_on([rule], situation, 0.0)) is is_asked


def test_a_demand_ends_when_it_relaxes() -> None:
    rules = [Rule(requirement=LAW, relax_after_seconds=60), Rule(requirement=ENGLISH)]
    young, old = (demands_on(rules, Situation(), waited) for waited in (59.0, 60.0))
    assert [(one.requirement, one.seconds_left) for one in young] == [(LAW, 1.0), (ENGLISH, float("inf"))]
    assert [one.requirement for one in old] == [ENGLISH]
    assert seconds_until_open(young, [ANN, BO, CY]) == [0.0, float("inf"), float("inf")]
    assert seconds_until_open(young[:1], [ANN, BO, CY]) == [0.0, 1.0, 0.0]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    matcher = Matcher(load_encoder("bundled", threads=1, cache_file=None))
    matcher.load_profiles([ANN, BO, CY])
    return matcher


def test_who_does_not_meet_a_demand_is_left_out_with_that_reason(matcher: Matcher) -> None:
    request = Request(session_id="s", text="合同", language="zh", requirements=(LAW,))
    result = matcher.assign(
        Round([request], [Candidate(consultant_id=one) for one in ("ann", "bo", "cy")], at=NOW)
    )
    [given] = result.assignments
    assert given.consultant_id in {"ann", "cy"}
    assert [(one.consultant_id, one.reason) for one in given.explanation.excluded] == [("bo", "requirement")]


def test_nobody_is_waited_for_who_speaks_the_language_but_lacks_what_is_demanded(matcher: Matcher) -> None:
    request = Request(
        session_id="s", text="合同", language="en", requirements=(Requirement(consultants=("bo",)),)
    )
    result = matcher.assign(Round([request], [Candidate(consultant_id=one) for one in ("ann", "bo")], at=NOW))
    assert [one.consultant_id for one in result.assignments] == ["bo"]


def test_a_demand_that_nobody_meets_is_named_as_the_reason_for_waiting(matcher: Matcher) -> None:
    nobody = Requirement(skills=("税务",))
    requests = [
        Request(session_id="tax", requirements=(nobody,)),
        Request(session_id="english", requirements=(ENGLISH,)),
        Request(session_id="declined", declined_by=frozenset({"ann", "bo"})),
    ]
    candidates = [Candidate(consultant_id="ann", open_sessions=1), Candidate(consultant_id="bo")]
    result = matcher.assign(Round(requests, candidates, at=NOW))
    assert {one.session_id: one.reason for one in result.unmatched} == {
        "tax": "no_such_skill",
        "english": "at_capacity",
        "declined": "declined",
    }


def test_who_has_just_been_given_enough_gets_no_more_and_says_so(matcher: Matcher) -> None:
    candidates = [
        Candidate(consultant_id="ann", capacity=5, new_sessions_left=0),
        Candidate(consultant_id="bo", capacity=5, new_sessions_left=1),
    ]
    requests = [Request(session_id=f"s{number}", waited_seconds=9.0 - number) for number in range(3)]
    result = matcher.assign(Round(requests, candidates, at=NOW))
    [given] = result.assignments
    assert (given.session_id, given.consultant_id) == ("s0", "bo")
    assert [(one.consultant_id, one.reason) for one in given.explanation.excluded] == [("ann", "at_rate")]
