"""Reads what a client sent, within limits, into the route's models."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import ValidationError

from server.domain.errors import BadRequest, TooLarge
from server.http.errors import validation_refusal
from server.wire.fields import Request

READ_SECONDS = 30.0
_DEEPEST = 32
_CHUNK_BYTES = 65_536

Parsed = TypeVar("Parsed", bound=Request)


async def read_body(request: web.Request, *, most_bytes: int) -> bytes:
    """Raises TooLarge as soon as it is, whatever Content-Length said; BadRequest for one without an end."""
    if (request.content_length or 0) > most_bytes:
        raise TooLarge(f"the body may have at most {most_bytes} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
                body += chunk
                if len(body) > most_bytes:
                    raise TooLarge(f"the body may have at most {most_bytes} bytes")
    except TimeoutError as error:
        raise BadRequest("the body did not arrive in time") from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise BadRequest("the body did not arrive whole") from error
    return bytes(body)


async def parsed_body(request: web.Request, model: type[Parsed], *, most_bytes: int) -> Parsed:
    """No body is `{}`. Raises BadRequest, TooLarge."""
    body = await read_body(request, most_bytes=most_bytes)
    if not body:
        return parsed(model, {})
    if request.content_type != "application/json":
        raise BadRequest("the body must be JSON, sent with Content-Type: application/json")
    return parsed(model, json_object(body))


def json_object(body: bytes) -> dict[str, Any]:
    """Raises BadRequest for what is not a JSON object; NaN, lone surrogates and wrong UTF-8 are not JSON."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BadRequest("the body must be a JSON object")
    level: list[object] = [value]
    for _ in range(_DEEPEST):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)  # type: ignore[attr-defined]
            if isinstance(child, dict | list)
        ]
        if not level:
            return value
    raise BadRequest(f"the body is nested deeper than {_DEEPEST}")


def parsed_query(request: web.Request, model: type[Parsed]) -> Parsed:
    """Parameters are text, so numbers and times are read from it. An empty one counts as absent."""
    given: dict[str, str] = {name: value for name, value in request.query.items() if value}
    return parsed(model, given, strict=False)


def parsed(model: type[Parsed], values: Mapping[str, Any], *, strict: bool | None = None) -> Parsed:
    try:
        return model.model_validate(values, strict=strict)
    except ValidationError as error:
        raise validation_refusal(error) from error
