"""The one table from refusals to HTTP answers."""

import math
from collections.abc import Mapping

import orjson
from aiohttp import web
from pydantic import ValidationError

from server.domain.errors import BadRequest, RateLimited, Refusal

STATUS_BY_CODE: Mapping[str, int] = {
    "bad_request": 400,
    "unauthorized": 401,
    "token_expired": 401,
    "otp_required": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "session_ended": 409,
    "at_capacity": 409,
    "offer_gone": 410,
    "too_large": 413,
    "rate_limited": 429,
    "too_many_connections": 429,
    "internal": 500,
    "unavailable": 503,
    "server_busy": 503,
}

_MOST_PROBLEMS = 20


def json_response(
    shape: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    return web.Response(
        body=orjson.dumps(shape),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def refusal_response(
    refusal: Refusal, *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    """The error shape of the protocol. `status` replaces the table's where HTTP knows a better one."""
    error: dict[str, object] = {"code": refusal.code, "message": refusal.message}
    if refusal.details is not None:
        error["details"] = refusal.details
    answered = status or STATUS_BY_CODE[refusal.code]
    extra = dict(headers or {})
    if isinstance(refusal, RateLimited) and refusal.details is not None:
        milliseconds = refusal.details["retry_after_ms"]
        extra["Retry-After"] = str(math.ceil(milliseconds / 1000)) if isinstance(milliseconds, int) else "1"
    if answered == STATUS_BY_CODE["unauthorized"]:
        extra["WWW-Authenticate"] = "Bearer"
    return json_response({"error": error}, status=answered, headers=extra)


def validation_refusal(error: ValidationError) -> BadRequest:
    """Which field has which problem, without repeating what was sent."""
    problems = [
        {
            "field": ".".join(str(part) for part in finding["loc"]) or "body",
            "problem": finding["msg"].removeprefix("Value error, "),
        }
        for finding in error.errors(include_url=False, include_context=False, include_input=False)
    ][:_MOST_PROBLEMS]
    message = "; ".join(f"{one['field']}: {one['problem']}" for one in problems[:3])
    return BadRequest(message, details={"fields": problems})
