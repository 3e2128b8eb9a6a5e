"""What a route is: one declaration that dispatch, documentation and tests all read."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Literal, TypeVar

from aiohttp import web

from server.domain.errors import Unauthorized
from server.domain.people import Person, Role
from server.http.parts import HttpParts
from server.use_cases.identify_person import Identity
from server.wire.fields import Request

KIBIBYTE = 1_024
MEBIBYTE = 1_024 * KIBIBYTE


class Who(Enum):
    """Who may call a route; OPEN routes need no token."""

    OPEN = frozenset({*Role, None})
    SIGNED_IN = frozenset(Role)
    USER = frozenset({Role.USER})
    STAFF = frozenset({Role.CONSULTANT, Role.SUPERVISOR, Role.ADMIN})
    CONSULTANT_OR_ADMIN = frozenset({Role.CONSULTANT, Role.ADMIN})
    SUPERVISOR = frozenset({Role.SUPERVISOR, Role.ADMIN})
    ADMIN = frozenset({Role.ADMIN})

    def admits(self, role: Role | None) -> bool:
        return role in self.value


class NoBody(Request):
    """The request has no body; one that is sent is ignored."""


class NoQuery(Request):
    """The request has no parameters."""


BodyT = TypeVar("BodyT", bound=Request)
QueryT = TypeVar("QueryT", bound=Request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[BodyT, QueryT]):
    """A request that has been let in and parsed. `peer` is the caller's address."""

    parts: HttpParts
    request: web.Request
    peer: str
    path: Mapping[str, str]
    identity: Identity | None
    body: BodyT
    query: QueryT

    @property
    def signed_in(self) -> Identity:
        if self.identity is None:
            raise Unauthorized("an access token is needed")
        return self.identity

    @property
    def person(self) -> Person:
        return self.signed_in.person


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[BodyT, QueryT]):
    """`result` is the type that the answer's schema is made of; a handler may also return a whole response.

    `limit` names the budget that each address has for this route. `takes_token`: an open route where a token
    makes a difference; others don't look at it, so that an old one does no harm. `also_refuses` documents
    codes that don't follow from the rest.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    who: Who
    summary: str
    handler: Callable[[Call[BodyT, QueryT]], Awaitable[object]]
    body: type[BodyT]
    query: type[QueryT]
    result: Any
    takes_token: bool = False
    limit: str | None = None
    most_bytes: int = 64 * KIBIBYTE
    reads_files: bool = False
    also_refuses: tuple[str, ...] = ()
    produces: tuple[str, ...] = ("application/json",)


AnyRoute = Route[Any, Any]
