"""The headers that keep a page to what it needs and everybody else out of it."""

import re
from collections.abc import Iterable

BASIC_HEADERS = {
    "Server": "Wenjin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")


def page_headers(*, host: str, may_be_framed: bool, framing_origins: Iterable[str] = ()) -> dict[str, str]:
    """For a page of the web client.

    `host` is the Host header; sockets are allowed to it alone (browsers that don't count them as 'self' need
    it spelt out). The user's chat `may_be_framed` by `framing_origins`, or by any site while none is named;
    nobody frames the others.
    """
    origins = " ".join(framing_origins)
    ancestors = (f"'self' {origins}" if origins else "*") if may_be_framed else "'none'"
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": f"'self'{sockets}",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": ancestors,
        "require-trusted-types-for": "'script'",
    }
    headers = {
        **BASIC_HEADERS,
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Referrer-Policy": "strict-origin-when-cross-origin" if may_be_framed else "no-referrer",
    }
    if not may_be_framed:
        headers["X-Frame-Options"] = "DENY"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return headers
