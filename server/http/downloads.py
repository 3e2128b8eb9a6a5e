"""Answers that a browser saves instead of showing."""

import re

from aiohttp import web

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def attachment(text: str, *, media_type: str, name: str, policy: str = "default-src 'none'") -> web.Response:
    """`name` is reduced to letters, digits and `. _ -`; `policy` is the content security policy."""
    safe_name = _UNSAFE.sub("-", name).lstrip(".-")[:120] or "download"
    return web.Response(
        body=text.encode("utf-8"),
        content_type=media_type,
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{safe_name}"',
            "Content-Security-Policy": f"{policy}; sandbox",
            "Cache-Control": "no-store",
        },
    )
