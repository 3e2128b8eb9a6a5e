"""How far the bot may rely on an entry, going by what users said of its answers."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import EntryId

DOUBTED_BELOW = 0.7
"""A less trusted entry is not answered with on the bot's own: it asks whether that was meant."""

LEAST_TRUST = 0.2
_ASSUMED_HELPFUL = 4


@dataclass(frozen=True, slots=True)
class Votes:
    """Of different people."""

    helpful: int
    not_helpful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryTrust:
    """`trust` from LEAST_TRUST to 1; votes count since the last review."""

    entry_id: EntryId
    votes: Votes
    trust: float
    changed_at: datetime
    reviewed_at: datetime | None = None
    reviewed_by: str = ""

    @property
    def is_doubted(self) -> bool:
        return self.trust < DOUBTED_BELOW


def trust_by(votes: Votes) -> float:
    """(helpful + 4) ÷ (all + 4): as if four had been helped before anybody spoke.

    So one complaint leaves an entry alone, two without a word of praise put it in doubt, and no number of
    complaints takes it below LEAST_TRUST.
    """
    assumed = votes.helpful + _ASSUMED_HELPFUL
    return max(LEAST_TRUST, round(assumed / (assumed + votes.not_helpful), 4))
