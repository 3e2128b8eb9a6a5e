"""From a request to a route's handler and back: who is it, may they, what do they say."""

import re
from typing import TypeVar

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from server.domain.errors import Forbidden, NotFound, Unauthorized
from server.http.errors import json_response
from server.http.parsing import parsed, parsed_body, parsed_query
from server.http.parts import HttpParts
from server.http.routing import Call, NoBody, Route, Who
from server.use_cases.identify_person import Identity
from server.wire.fields import Request
from server.wire.peers import address_key

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")
_BEARER = re.compile(r"Bearer +([A-Za-z0-9_.~+/=-]+)", re.IGNORECASE)

BodyT = TypeVar("BodyT", bound=Request)
QueryT = TypeVar("QueryT", bound=Request)


def endpoint(route: Route[BodyT, QueryT], parts: HttpParts) -> Handler:
    """The aiohttp handler of a route. What goes wrong is raised; the funnel turns it into an answer."""

    async def handle(request: web.Request) -> web.StreamResponse:
        peer = peer_of(request, parts)
        if route.limit is not None:
            await parts.throttle.take(route.limit, address_key(peer))
        call = Call(
            parts=parts,
            request=request,
            peer=peer,
            identity=await _admitted(request, route, parts),
            path=_path_of(request),
            query=parsed_query(request, route.query),
            body=await _body(request, route),
        )
        answer = await route.handler(call)
        return answer if isinstance(answer, web.StreamResponse) else json_response(answer)

    return handle


def peer_of(request: web.Request, parts: HttpParts) -> str:
    return parts.peers.of(request.remote, request.headers.getall(hdrs.X_FORWARDED_FOR, ()))


def bearer_of(request: web.Request) -> str | None:
    """From the header only: addresses end up in logs. Raises Unauthorized for another scheme."""
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is None:
        return None
    match = _BEARER.fullmatch(header.strip())
    if match is None:
        raise Unauthorized("the Authorization header must be: Bearer <access token>")
    return match.group(1)


async def _admitted(request: web.Request, route: Route[BodyT, QueryT], parts: HttpParts) -> Identity | None:
    if route.who is Who.OPEN:
        return await _identity_if_any(request, parts) if route.takes_token else None
    token = bearer_of(request)
    if token is None:
        raise Unauthorized("an access token is needed")
    identity = await parts.people.identify(token=token)
    if not route.who.admits(identity.person.role):
        raise Forbidden("not with this role")
    return identity


async def _identity_if_any(request: web.Request, parts: HttpParts) -> Identity | None:
    """A token that names nobody any more counts as none; one that only needs a refresh is told so."""
    try:
        token = bearer_of(request)
        return await parts.people.identify(token=token) if token else None
    except Unauthorized:
        return None


def _path_of(request: web.Request) -> dict[str, str]:
    path = dict(request.match_info)
    if not all(_IDENTIFIER.fullmatch(value) for value in path.values()):
        raise NotFound("there is nothing under this id")
    return path


async def _body(request: web.Request, route: Route[BodyT, QueryT]) -> BodyT:
    if route.body is NoBody:
        return parsed(route.body, {})
    return await parsed_body(request, route.body, most_bytes=route.most_bytes)
