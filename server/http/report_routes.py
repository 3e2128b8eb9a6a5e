"""What supervisors read in figures and take along as a sheet."""

from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from server.domain.times import in_utc
from server.http.downloads import attachment
from server.http.errors import json_response
from server.http.quality_json import QualityReportJson, report_json
from server.http.quality_sheet import report_csv
from server.http.queue_json import QueueReportJson, queue_report_json
from server.http.routing import AnyRoute, Call, NoBody, Route, Who
from server.wire.fields import Request


class QualityQuery(Request):
    """`from` (inclusive) and `to` (exclusive) bound when a rating was given; without them, the last year."""

    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    format: Literal["json", "csv"] = "json"


async def show_quality(call: Call[NoBody, QualityQuery]) -> web.Response:
    asked = call.query
    report = await call.parts.report_quality(from_=in_utc(asked.from_), to=in_utc(asked.to))
    if asked.format == "csv":
        name = f"wenjin-quality-{report.from_:%Y-%m-%d}-{report.to:%Y-%m-%d}.csv"
        return attachment(report_csv(report), media_type="text/csv", name=name)
    return json_response(report_json(report))


class QueueQuery(Request):
    """`within` seconds somebody should be served, for the service level."""

    within: Annotated[int, Field(ge=1, le=86_400)] = 60


async def show_queue(call: Call[NoBody, QueueQuery]) -> QueueReportJson:
    return queue_report_json(await call.parts.report_queue(within_seconds=call.query.within))


REPORT_ROUTES: tuple[AnyRoute, ...] = (
    Route(
        method="GET",
        path="/api/reports/quality",
        who=Who.SUPERVISOR,
        summary="How well each consultant serves an average case, with intervals, trend and topics.",
        handler=show_quality,
        also_refuses=("unavailable",),
        body=NoBody,
        query=QualityQuery,
        result=QualityReportJson,
        produces=("application/json", "text/csv"),
    ),
    Route(
        method="GET",
        path="/api/reports/queue",
        who=Who.SUPERVISOR,
        summary="Who waits how long, how the last waits ended, and how good their estimates were.",
        handler=show_queue,
        body=NoBody,
        query=QueueQuery,
        result=QueueReportJson,
    ),
)
