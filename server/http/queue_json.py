"""The state of the queue as HTTP shows it."""

from typing_extensions import TypedDict

from server.domain.times import rfc3339
from server.use_cases.report_queue import QueueReport, ServedLately, Waiting
from server.wire.floor import EstimatesJson


class WaitingClassJson(TypedDict):
    priority: int
    waiting: int
    longest_wait_s: int


class ServedLatelyJson(TypedDict):
    """Of the newest waits that are over; `service_level` of all but those who left before `within_s`."""

    waits: int
    served: int
    within_s: int
    service_level: float | None
    waited_p50_s: int | None
    waited_p95_s: int | None


class QueueReportJson(TypedDict):
    at: str
    waiting: int
    longest_wait_s: int
    by_priority: list[WaitingClassJson]
    lately: ServedLatelyJson
    estimates: EstimatesJson


def queue_report_json(report: QueueReport) -> QueueReportJson:
    estimates = report.estimates
    return {
        "at": rfc3339(report.at),
        "waiting": report.all.count,
        "longest_wait_s": round(report.all.longest_seconds),
        "by_priority": [_class_json(one) for one in report.classes],
        "lately": _lately_json(report.lately),
        "estimates": {
            "judged": estimates.judged,
            "covered_p50": estimates.covered_p50,
            "covered_p90": estimates.covered_p90,
        },
    }


def _class_json(one: Waiting) -> WaitingClassJson:
    return {
        "priority": one.priority or 0,
        "waiting": one.count,
        "longest_wait_s": round(one.longest_seconds),
    }


def _lately_json(lately: ServedLately) -> ServedLatelyJson:
    return {
        "waits": lately.waits,
        "served": lately.served,
        "within_s": round(lately.within_seconds),
        "service_level": lately.service_level,
        "waited_p50_s": _seconds(lately.median_seconds),
        "waited_p95_s": _seconds(lately.p95_seconds),
    }


def _seconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)
