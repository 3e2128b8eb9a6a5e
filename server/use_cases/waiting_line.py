"""Who waits, in the order of service, read once for everybody in this process who wants to know."""

from dataclasses import dataclass, field

from server.domain.session import Session
from server.use_cases.ports import Sessions
from server.use_cases.shared_reading import SharedReading


@dataclass(slots=True)
class WaitingLine:
    """`touch` it when a session has come into the queue, left it or moved in it. Callers change nothing."""

    sessions: Sessions
    shared: SharedReading[list[Session]] = field(init=False)

    def __post_init__(self) -> None:
        self.shared = SharedReading(self.sessions.queued)

    def touch(self) -> None:
        self.shared.touch()

    async def current(self) -> list[Session]:
        return await self.shared.current()
