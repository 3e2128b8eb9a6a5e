"""Words of a user to a consultant sound like danger: shown to staff only, until one has dealt with it."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.ids import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`seq` is the message that sounds so, `text` the help lines that the bot would give."""

    seq: int
    text: str
    raised_at: datetime
    dealt_at: datetime | None = None
    dealt_by: AccountId | None = None

    @property
    def is_open(self) -> bool:
        return self.dealt_at is None

    def covers(self, said_at: datetime) -> bool:
        """Whether who has dealt, or has still to deal, with it could read what was said then."""
        return self.dealt_at is None or said_at <= self.dealt_at
