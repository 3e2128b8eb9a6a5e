"""Access tokens run out in the middle of a connection: announced, renewed in place, or the end of it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from server.domain.errors import Forbidden
from server.domain.times import rfc3339, utc_now
from server.realtime import payloads as p
from server.realtime.connections import Connection, Connections
from server.realtime.event_table import ANYBODY, Answer, EventRow
from server.use_cases.identify_person import IdentifyPerson

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
        return Answer({"expires_at": rfc3339(identity.expires_at)})

    async def look_again(self) -> None:
        """Ends connections whose log-in has ended, if that may have been missed."""
        everybody = list(self.connections.by_sid.values())
        for start in range(0, len(everybody), _LOG_INS_A_QUERY):
            part = everybody[start : start + _LOG_INS_A_QUERY]
            living = await self.log_ins.living({one.family for one in part})
            for connection in part:
                if connection.family not in living:
                    connection.socket.abort()

    async def watch_for_ever(self) -> None:
        while True:
            await asyncio.sleep(1)
            now = utc_now()
            for connection in list(self.connections.by_sid.values()):
                await self._watch(connection, now)

    async def _watch(self, connection: Connection, now: datetime) -> None:
        if now >= connection.expires_at:
            await connection.socket.close(wait=False)
        elif now >= connection.expires_at - ANNOUNCED_BEFORE and not connection.expiry_is_announced:
            connection.expiry_is_announced = True
            connection.emit("auth:expiring", {"expires_at": rfc3339(connection.expires_at)})


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
