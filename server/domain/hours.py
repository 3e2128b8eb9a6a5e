"""Business hours: whether consultants are at work at a moment, and when they will be next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS_AHEAD = 366


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """`week` has seven days from Monday on, each a sorted sequence of (opens, closes) in minutes after
    midnight of `zone`; nobody works on `holidays`."""

    week: Sequence[Sequence[tuple[int, int]]]
    zone: ZoneInfo
    holidays: frozenset[date] = field(default_factory=frozenset)

    def are_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(opens <= minute < closes for opens, closes in self._spans(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """`at` itself while open; None when nothing opens within a year."""
        if self.are_open(at):
            return at
        local = at.astimezone(self.zone)
        for days in range(_DAYS_AHEAD):
            day = local.date() + timedelta(days=days)
            for opens, _ in self._spans(day):
                # Wall-clock time decides, also on the day when the clocks change.
                moment = datetime.combine(day, time(opens // 60 % 24, opens % 60), self.zone)
                if moment > local:
                    return moment.astimezone(UTC)
        return None

    def _spans(self, day: date) -> Sequence[tuple[int, int]]:
        return () if day in self.holidays else self.week[day.weekday()]
