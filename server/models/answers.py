"""Builds matching's answers from plain JSON.

By hand: they come from our own process, and a round of 200 sessions holds tens of thousands of numbers.
"""

from collections.abc import Mapping
from typing import Any

from matching.explain import Explanation
from matching.results import Assignment, AssignmentResult, Unmatched


def explanation_of(value: Mapping[str, Any]) -> Explanation:
    return Explanation(**value)


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
