"""Access tokens run out in the middle of a connection: announced, renewed in place, or the end of it."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from server.domain.errors import Forbidden
from server.domain.times import rfc3339, utc_now
from server.realtime import payloads as p
from server.realtime.connections import Connection, Connections
from server.realtime.event_table import ANYBODY, Answer, EventRow
from server.use_cases.identify_person import IdentifyPerson

logger = structlog.get_logger(__name__)

ANNOUNCED_BEFORE = timedelta(seconds=60)
_LOG_INS_A_QUERY = 200


class LogIns(Protocol):
    async def living(self, family_ids: Iterable[str]) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class TokenWatch:
    identify: IdentifyPerson
    connections: Connections
    log_ins: LogIns

    async def refresh(self, connection: Connection, request: p.RefreshRequest) -> Answer:
        identity = await self.identify(token=request.token)
        if (identity.person.id, identity.person.role) != (connection.person.id, connection.person.role):
            raise Forbidden("the token is somebody else's")
        connection.expires_at = identity.expires_at
        connection.family = identity.family
        connection.expiry_is_announced = False
        connection.log_in_is_due_at = 0.0
        return Answer({"expires_at": rfc3339(identity.expires_at)})

    def doubt(self) -> None:
        """The end of a log-in may be missed, or have been: everybody is due."""
        for connection in self.connections.by_sid.values():
            connection.log_in_is_due_at = 0.0

    async def look_at_log_ins(self, *, every_seconds: float) -> None:
        """Ends connections whose log-in has ended. Each is looked at soon after it came, then so often."""
        now = time.monotonic()
        due = [one for one in self.connections.by_sid.values() if one.log_in_is_due_at <= now]
        for start in range(0, len(due), _LOG_INS_A_QUERY):
            part = [(one, one.family) for one in due[start : start + _LOG_INS_A_QUERY]]
            living = await self.log_ins.living({family for _, family in part})
            for connection, family in part:
                if connection.family != family:
                    continue  # refreshed meanwhile, and due again
                connection.log_in_is_due_at = now + every_seconds
                if family not in living:
                    connection.socket.abort()

    async def watch_for_ever(self) -> None:
        while True:
            await asyncio.sleep(1)
            try:
                await self._watch_all(utc_now())
            except Exception:
                logger.exception("tokens could not be watched")

    async def _watch_all(self, now: datetime) -> None:
        """Ends are not waited for one by one: while Redis hangs each takes seconds."""
        expired: list[Connection] = []
        for connection in self.connections.by_sid.values():
            if now >= connection.expires_at:
                expired.append(connection)
            elif now >= connection.expires_at - ANNOUNCED_BEFORE and not connection.expiry_is_announced:
                connection.expiry_is_announced = True
                connection.emit("auth:expiring", {"expires_at": rfc3339(connection.expires_at)})
        ends = await asyncio.gather(
            *(one.socket.close(wait=False) for one in expired), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, Exception):
                logger.error("connection could not be ended", error=repr(end))


TOKEN_ROWS = (
    EventRow(
        name="auth:refresh",
        argument=p.RefreshRequest,
        result=p.RefreshResult,
        who=ANYBODY,
        handler=TokenWatch.refresh,
        meaning="A new access token of the same person for this connection.",
    ),
)
