"""The one place where whatever went wrong becomes an answer, a log line and a number."""

import functools
import secrets
import time

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Histogram

from server.domain.errors import BadRequest, Internal, Refusal, TooLarge, Unavailable
from server.http.errors import refusal_response
from server.http.missing_page import not_found_response
from server.http.security_headers import BASIC_HEADERS

logger = structlog.get_logger(__name__)

SOCKET_PATH = "/socket.io/"
REQUEST_ID = web.RequestKey("request_id", str)
_BAD_REQUEST = 400
_SERVER_ERROR = 500
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


@functools.cache
def request_meters(registry: CollectorRegistry) -> "RequestMeters":
    """One set for each registry, however many applications a process builds."""
    return RequestMeters(registry)


class RequestMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        names = ("method", "route", "status")
        self.requests = Counter("wenjin_http_requests", "HTTP requests answered.", names, registry=registry)
        self.seconds = Histogram(
            "wenjin_http_request_seconds",
            "Time to answer an HTTP request.",
            ("route",),
            registry=registry,
            buckets=_SECONDS,
        )


def funnel(meters: RequestMeters, outages: tuple[type[Exception], ...]) -> Middleware:
    """Goes around every handler but the sockets', which have a funnel of their own."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(SOCKET_PATH):
            return await handler(request)
        request[REQUEST_ID] = secrets.token_hex(8)
        started = time.perf_counter()
        response = await _answer(request, handler, outages)
        seconds = time.perf_counter() - started
        if not response.prepared:
            response.headers["X-Request-Id"] = request[REQUEST_ID]
            for name, value in BASIC_HEADERS.items():
                response.headers.setdefault(name, value)
        route = _route_of(request)
        meters.requests.labels(_method_of(request), route, str(response.status)).inc()
        meters.seconds.labels(route).observe(seconds)
        # Without the query string: people put secrets there.
        logger.info(
            "http",
            method=_method_of(request),
            route=route,
            status=response.status,
            milliseconds=round(seconds * 1000, 1),
            request_id=request[REQUEST_ID],
        )
        return response

    return around


async def _answer(
    request: web.Request, handler: Handler, outages: tuple[type[Exception], ...]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal_response(refusal)
    except web.HTTPException as error:
        return _http_error(error, request)
    except outages as error:
        logger.warning("part away", reason=type(error).__name__, request_id=request[REQUEST_ID])
        return refusal_response(Unavailable("a part of the service is away; try again"))
    except Exception:
        logger.exception("unexpected", route=_route_of(request), request_id=request[REQUEST_ID])
        details = {"request_id": request[REQUEST_ID]}
        return refusal_response(Internal("an unexpected error; it has been logged", details=details))


def _http_error(error: web.HTTPException, request: web.Request) -> web.StreamResponse:
    """What aiohttp itself refuses, in the protocol's shape."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(error.allowed_methods))
        refusal = BadRequest(f"this method is not possible here; possible: {allowed}")
        return refusal_response(refusal, status=error.status, headers={hdrs.ALLOW: allowed})
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return refusal_response(TooLarge("the body is too large"))
    if isinstance(error, web.HTTPNotFound):
        return not_found_response(request)
    if error.status >= _SERVER_ERROR:
        return refusal_response(Internal("an unexpected error"), status=error.status)
    if error.status >= _BAD_REQUEST:
        return refusal_response(BadRequest(error.reason), status=error.status)
    return error


def _method_of(request: web.Request) -> str:
    """A known method or `other`: labels and log lines must not be made up by clients."""
    return request.method if request.method in hdrs.METH_ALL else "other"


def _route_of(request: web.Request) -> str:
    """The pattern, never the address: addresses hold ids."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
