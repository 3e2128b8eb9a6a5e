"""Puts the HTTP edge together: routes, pages, description, and the funnel around them."""

from pathlib import Path

import orjson
from aiohttp import web

from server.http.cross_origin import cross_origin
from server.http.dispatch import endpoint
from server.http.docs_page import DOCS_POLICY, docs_page
from server.http.funnel import funnel, request_meters
from server.http.parts import HttpParts
from server.http.routes import ROUTES, describe_routes
from server.http.web_client import WebClient

_MOST_BODY_BYTES = 16 * 1_024 * 1_024
_PACKAGED = Path(__file__).parent / "web"
_BUILT = Path(__file__).parents[2] / "web_client" / "dist"


def build_http_app(parts: HttpParts) -> web.Application:
    """An application that a runner can serve; the Socket.IO engine may be attached to it afterwards."""
    meters = request_meters(parts.operations.registry)
    app = web.Application(
        # The first one is outermost: refusals, too, must be readable by pages of allowed origins.
        middlewares=[cross_origin(parts.origins), funnel(meters, parts.outages)],
        client_max_size=_MOST_BODY_BYTES,
    )
    for route in ROUTES:
        app.router.add_route(route.method, route.path, endpoint(route, parts))
    _add_description(app)
    client = WebClient.built_in(
        web_folder() if parts.web_folder is None else parts.web_folder,
        framing_origins=parts.origins.allowed,
        is_over_tls=parts.origins.public_url.startswith("https://"),
    )
    client.add_to(app)
    return app


def web_folder() -> Path | None:
    """Where the built web client is: inside the package, or in a checkout where it was built."""
    return next((folder for folder in (_PACKAGED, _BUILT) if (folder / "index.html").is_file()), None)


def _add_description(app: web.Application) -> None:
    document = describe_routes()
    described, page = orjson.dumps(document), docs_page(document)

    async def show_document(_request: web.Request) -> web.Response:
        return web.Response(body=described, content_type="application/json")

    async def show_page(_request: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": DOCS_POLICY}
        return web.Response(text=page, content_type="text/html", headers=headers)

    app.router.add_get("/api/openapi.json", show_document)
    app.router.add_get("/api/docs", show_page)
