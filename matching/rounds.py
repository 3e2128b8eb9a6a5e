"""One round of assignment as it is asked for: everything that decides it, but what the matcher knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matching.candidates import Candidate
from matching.scoring import Request

OVERTAKING_LIMIT = 3
"""How often a waiting session may be passed by later ones that the same consultants could have served."""


@dataclass(frozen=True)
class Round:
    """All waiting `requests` meet all present `candidates`; `absent` names people who are none.

    `overtaken` counts by session id how often each has been passed so far, 0 where it says nothing. `at` is
    the moment, RFC 3339: it stands in the explanations, and the same round at the same time ends the same.
    With `exploration`, 0 to 1, at most that share of the decisions goes to somebody of whom less is known
    (see `explore`), unless the policy has a share of its own.
    """

    requests: Sequence[Request]
    candidates: Sequence[Candidate]
    overtaken: Mapping[str, int] = field(default_factory=dict)
    at: str = field(kw_only=True)
    absent: Sequence[str] = field(kw_only=True, default=())
    overtaking_limit: int = field(kw_only=True, default=OVERTAKING_LIMIT)
    exploration: float = field(kw_only=True, default=0.0)
