"""Builds matching's answers from plain JSON.

By hand: they come from our own process, and a round of 200 sessions holds tens of thousands of small objects.
"""

from collections.abc import Mapping
from typing import Any

from matching.explain import ExcludedCandidate, Explanation, ScoredCandidate
from matching.results import Assignment, AssignmentResult, Unmatched


def explanation_of(value: Mapping[str, Any]) -> Explanation:
    return Explanation(
        policy=value["policy"],
        consultant_id=value["consultant_id"],
        score=value["score"],
        terms=tuple(value["terms"]),
        candidates=tuple(
            ScoredCandidate(consultant_id=one["consultant_id"], score=one["score"], terms=tuple(one["terms"]))
            for one in value["candidates"]
        ),
        excluded=tuple(ExcludedCandidate(**one) for one in value["excluded"]),
        at=value["at"],
        propensity=value["propensity"],
        is_exploration=value["is_exploration"],
    )


def assignment_result_of(value: Mapping[str, Any]) -> AssignmentResult:
    return AssignmentResult(
        policy=value["policy"],
        assignments=tuple(
            Assignment(
                session_id=one["session_id"],
                consultant_id=one["consultant_id"],
                explanation=explanation_of(one["explanation"]),
                reason=one["reason"],
            )
            for one in value["assignments"]
        ),
        unmatched=tuple(Unmatched(**one) for one in value["unmatched"]),
        overtaken=value["overtaken"],
    )
