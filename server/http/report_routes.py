"""What supervisors read in figures and take along as a sheet."""

from datetime import datetime
from typing import Literal

from aiohttp import web
from pydantic import Field

from server.domain.times import in_utc
from server.http.downloads import attachment
from server.http.errors import json_response
from server.http.quality_json import QualityReportJson, report_json
from server.http.quality_sheet import report_csv
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
)
