"""What a round of assignment came to: plain data, so that callers need not import what computes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matching.explain import Explanation

UnmatchedReason = Literal["nobody_present", "declined", "no_such_skill", "at_capacity"]


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """`reason` is the friendly line for the user by language: {"zh", "en"}."""

    session_id: str
    consultant_id: str
    explanation: Explanation
    reason: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Unmatched:
    """Why a session still waits.

    `nobody_present`: no candidate at all; `declined`: everybody present has declined it; `no_such_skill`:
    nobody present, of those who have not, brings what is demanded; `at_capacity`: those who could serve it
    are full or have just been given others, or their places went to others.
    """

    session_id: str
    reason: UnmatchedReason


@dataclass(frozen=True, kw_only=True)
class AssignmentResult:
    """`overtaken` holds the new count of every session that was asked about; hand it in again next time."""

    policy: str
    assignments: tuple[Assignment, ...]
    unmatched: tuple[Unmatched, ...]
    overtaken: Mapping[str, int]
