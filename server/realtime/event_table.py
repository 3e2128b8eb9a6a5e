"""The row that describes one client event, and the funnel through which every event goes."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any

import structlog
from pydantic import ValidationError

from server.domain.errors import BadRequest, Forbidden, Internal, RateLimited, Refusal, Unavailable
from server.domain.people import Role
from server.realtime.connections import Connection
from server.realtime.gateway import Ack, refusal_ack
from server.wire.fields import Request

logger = structlog.get_logger(__name__)

HANDLER_SECONDS = 5.0
"""After this the outcome is told to be unknown; the next event of the same client has waited as long."""

ANYBODY = frozenset(Role)
USERS = frozenset({Role.USER})
CONSULTANTS = frozenset({Role.CONSULTANT})
USERS_AND_CONSULTANTS = USERS | CONSULTANTS
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
STAFF = CONSULTANTS | SUPERVISORS

AfterAck = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """`after` runs when the ack is on its way."""

    result: Any
    after: AfterAck | None = None


Handler = Callable[[Connection, Any], Awaitable[Answer]]
UnboundHandler = Callable[[Any, Connection, Any], Awaitable[Answer]]
Take = Callable[[Connection, str], int]
"""Milliseconds until the person may send this event; 0 is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """`handler` is a method of the object that the row is bound to when the funnel is built."""

    name: str
    argument: type[Request]
    result: Any
    who: frozenset[Role]
    handler: UnboundHandler
    meaning: str


@dataclass(slots=True)
class EventFunnel:
    """Parses, limits, calls and words the ack; whatever a handler does, the client is answered.

    `outages` are the exceptions by which drivers say that a part is away.
    """

    rows: dict[str, tuple[EventRow, Handler]]
    take: Take
    observe: Callable[[str, str, float], None]
    outages: tuple[type[Exception], ...]

    @classmethod
    def of(
        cls,
        owners: Iterable[tuple[object, Iterable[EventRow]]],
        *,
        take: Take,
        observe: Callable[[str, str, float], None],
        outages: tuple[type[Exception], ...],
    ) -> "EventFunnel":
        """`owners`: each object with the rows that its methods handle."""
        bound: dict[str, tuple[EventRow, Handler]] = {}
        for owner, rows in owners:
            bound.update({row.name: (row, partial(row.handler, owner)) for row in rows})
        return cls(bound, take, observe, outages)

    async def __call__(
        self, connection: Connection, name: str, arguments: list[Any]
    ) -> tuple[Ack, AfterAck | None]:
        began = perf_counter()
        row, handler = self.rows.get(name, (None, None))
        try:
            answer = await self._answer(connection, name, row, handler, arguments)
        except Refusal as refusal:
            self.observe(row.name if row else "unknown", refusal.code, perf_counter() - began)
            return refusal_ack(refusal), None
        except self.outages as error:
            logger.warning("a part is away", event_name=row.name if row else "", error=type(error).__name__)
            self.observe(row.name if row else "unknown", "unavailable", perf_counter() - began)
            return refusal_ack(Unavailable("a part that this needs is away")), None
        except Exception:
            logger.exception("event handler failed", event_name=row.name if row else "unknown")
            self.observe(row.name if row else "unknown", "internal", perf_counter() - began)
            return refusal_ack(Internal("something went wrong here")), None
        self.observe(name, "ok", perf_counter() - began)
        return {"ok": True, **answer.result}, answer.after

    async def _answer(
        self,
        connection: Connection,
        name: str,
        row: EventRow | None,
        handler: Handler | None,
        arguments: list[Any],
    ) -> Answer:
        if wait_ms := self.take(connection, name):
            raise RateLimited(wait_ms)
        if row is None or handler is None:
            raise BadRequest("unknown event")
        if connection.person.role not in row.who:
            raise Forbidden(f"{row.name} is not for the role {connection.person.role.value}")
        return await handler(connection, _parse(row, arguments))

    def too_slow(self, name: str) -> Ack:
        """For an event whose handler was stopped after HANDLER_SECONDS, or by the end of the process."""
        self.observe(name if name in self.rows else "unknown", "unavailable", HANDLER_SECONDS)
        return refusal_ack(Unavailable("this takes too long, the outcome is unknown"))


def _parse(row: EventRow, arguments: list[Any]) -> Request:
    if len(arguments) > 1:
        raise BadRequest("an event has one argument, an object")
    argument = arguments[0] if arguments else {}
    if not isinstance(argument, dict):
        raise BadRequest("the argument is not an object")
    try:
        return row.argument.model_validate(argument)
    except ValidationError as error:
        problems = [
            {"field": ".".join(str(part) for part in one["loc"]), "problem": one["type"]}
            for one in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise BadRequest("the argument is not as described", details={"problems": problems}) from error
