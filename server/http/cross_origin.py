"""Lets pages of other origins use the API, as far as the settings name those origins."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from server.wire.peers import Origins

_API = "/api/"
_PREFLIGHT_SECONDS = "600"


def cross_origin(origins: Origins) -> Middleware:
    """Answers preflights itself. Cookies are never used, so no page can act for somebody unknowingly."""

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(_API):
            return await handler(request)
        origin = request.headers.get(hdrs.ORIGIN)
        if request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers:
            response: web.StreamResponse = web.Response(status=204)
        else:
            response = await handler(request)
        if not response.prepared:
            response.headers.add(hdrs.VARY, hdrs.ORIGIN)
            if origin is not None and origin.lower() in origins.allowed:
                response.headers.update(_permission(origin))
        return response

    return around


def _permission(origin: str) -> dict[str, str]:
    return {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, PUT, DELETE",
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type",
        hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: "Content-Disposition, Retry-After, X-Request-Id",
        hdrs.ACCESS_CONTROL_MAX_AGE: _PREFLIGHT_SECONDS,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
