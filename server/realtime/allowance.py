"""How fast one person may send events, over all their connections to this process."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from server.domain.ids import AccountId
from server.realtime.connections import Connection


class Bucket(Protocol):
    def take(self) -> int: ...
    @property
    def is_full(self) -> bool: ...


MESSAGE_EVENTS = frozenset({"message:send", "session:start"})
_MOST_PEOPLE = 50_000


@dataclass(slots=True)
class Allowance:
    """Messages and other events have budgets of their own; `is_enabled` False lifts both."""

    message_bucket: Callable[[], Bucket]
    event_bucket: Callable[[], Bucket]
    is_enabled: bool
    _messages: dict[AccountId, Bucket] = field(default_factory=dict)
    _events: dict[AccountId, Bucket] = field(default_factory=dict)

    def take(self, connection: Connection, event: str) -> int:
        """0, or the milliseconds until the person may send this event."""
        if not self.is_enabled:
            return 0
        is_message = event in MESSAGE_EVENTS
        buckets, make = (
            (self._messages, self.message_bucket) if is_message else (self._events, self.event_bucket)
        )
        bucket = buckets.get(connection.person.id)
        if bucket is None:
            if len(buckets) > _MOST_PEOPLE:
                self.forget_idle()
            bucket = buckets[connection.person.id] = make()
        return bucket.take()

    def forget_idle(self) -> None:
        """Who has all of their budget loses nothing by being forgotten."""
        for buckets in (self._messages, self._events):
            for account_id in [one for one, bucket in buckets.items() if bucket.is_full]:
                del buckets[account_id]
