"""What operators and their tools look at: alive, ready, and in numbers."""

import asyncio
import hmac
from typing import Literal

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from server.domain.errors import Forbidden, Unauthorized
from server.http.dispatch import bearer_of
from server.http.errors import json_response
from server.http.parts import Check
from server.http.results import HealthJson, ReadinessJson
from server.http.routing import AnyRoute, Call, NoBody, NoQuery, Route, Who
from server.wire.peers import is_loopback

logger = structlog.get_logger(__name__)

_CHECK_SECONDS = 2.0


async def show_health(_call: Call[NoBody, NoQuery]) -> HealthJson:
    return {"status": "ok"}


async def show_readiness(call: Call[NoBody, NoQuery]) -> web.Response:
    operations = call.parts.operations
    checks, reasons = operations.checks, operations.reasons
    results = await asyncio.gather(*(_result(name, check, reasons) for name, check in checks.items()))
    shape: ReadinessJson = {
        "ready": "failed" not in results,
        "checks": dict(zip(checks, results, strict=True)),
    }
    return json_response(shape, status=200 if shape["ready"] else 503)


async def show_metrics(call: Call[NoBody, NoQuery]) -> web.Response:
    """Raises Forbidden for strangers, Unauthorized for a wrong token."""
    operations = call.parts.operations
    token = bearer_of(call.request)
    if token is None and not is_loopback(call.peer):
        raise Forbidden("metrics are for loopback, or need the metrics token")
    if token is not None and not _is_same(token, operations.metrics_token):
        raise Unauthorized("this is not the metrics token")
    return web.Response(
        body=await operations.exposition(),
        headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"},
    )


async def _result(name: str, check: Check, reasons: dict[str, str]) -> Literal["ok", "failed"]:
    """Logs only what has changed since the last time: a load balancer asks every second."""
    reason = ""
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except Exception as error:  # noqa: BLE001  any failure means the same: not ready
        reason = f"{type(error).__name__}: {error}"
    if reason != reasons.get(name, ""):
        reasons[name] = reason
        if reason:
            logger.warning("not ready", check=name, reason=reason)
        else:
            logger.info("ready again", check=name)
    return "failed" if reason else "ok"


def _is_same(given: str, expected: str) -> bool:
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


OPERATION_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/healthz",
        who=Who.OPEN,
        summary="The process is alive.",
        handler=show_health,
        body=NoBody,
        query=NoQuery,
        result=HealthJson,
    ),
    Route(
        method="GET",
        path="/readyz",
        who=Who.OPEN,
        summary="Every part is there; 503 with the names of those that are not.",
        handler=show_readiness,
        body=NoBody,
        query=NoQuery,
        result=ReadinessJson,
    ),
    Route(
        method="GET",
        path="/metrics",
        who=Who.OPEN,
        summary="Prometheus text, for loopback or with the metrics token.",
        handler=show_metrics,
        also_refuses=("unauthorized", "forbidden"),
        body=NoBody,
        query=NoQuery,
        result=str,
        produces=("text/plain",),
    ),
)
