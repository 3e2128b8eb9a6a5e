"""What somebody sees who followed a wrong address."""

from aiohttp import hdrs, web

from server.domain.errors import NotFound
from server.http.errors import refusal_response

_PAGE = (
    '<!doctype html>\n<html lang="zh-Hans">\n<meta charset="utf-8">\n<title>404</title>\n'
    '<meta name="viewport" content="width=device-width">\n<h1>404</h1>\n<p>没有找到这个页面。</p>\n'
    '<p lang="en">There is no such page.</p>\n'
    '<p><a href="/">返回首页 <span lang="en">Home</span></a></p>\n</html>\n'
)


def not_found_response(request: web.Request) -> web.Response:
    """A page for people, the protocol's error for programs."""
    is_person = "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith("/api/")
    if is_person:
        return web.Response(text=_PAGE, status=404, content_type="text/html")
    return refusal_response(NotFound("there is nothing here"))
