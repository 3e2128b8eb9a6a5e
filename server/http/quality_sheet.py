"""The quality of consultants as a sheet."""

from collections.abc import Sequence

from server.http.quality_json import ConsultantQualityJson, TopicSkillJson, report_json
from server.use_cases.report_quality import QualityReport
from server.use_cases.sheets import sheet_text

_COLUMNS = (
    "id",
    "name",
    "quality",
    "low",
    "high",
    "effective_ratings",
    "is_known",
    "rated_sessions",
    "plain_mean",
    "case_ease",
    "trend",
    "trend_low",
    "trend_high",
    "served",
    "share",
    "first_response_p50_s",
    "first_response_p90_s",
    "first_responses",
    "shines_in",
    "topics",
)


def report_csv(report: QualityReport) -> str:
    """One line a consultant, the same rows as the JSON.

    `topics` reads `name value [low, high] n=sessions`, joined by `; `.
    """
    return sheet_text(_COLUMNS, map(_cells, report_json(report)["items"]))


def _cells(item: ConsultantQualityJson) -> Sequence[object]:
    quality, times = item["quality"], item["first_response"]
    if quality is None:
        rated: list[object] = [""] * 11
        topics: list[object] = ["", ""]
    else:
        trend = quality["trend"]
        rated = [quality["value"], quality["low"], quality["high"], quality["ratings"]]
        rated += [str(quality["is_known"]).lower(), quality["sessions"]]
        rated += [quality["plain_mean"], quality["case_ease"]]
        rated += [trend["change"], trend["low"], trend["high"]] if trend else [""] * 3
        shining = [one["topic"] for one in quality["topics"] if one["shines"]]
        topics = ["; ".join(shining), "; ".join(_topic_words(one) for one in quality["topics"])]
    response = [times["p50_s"], times["p90_s"], times["count"]] if times else [""] * 3
    return [item["id"], item["name"], *rated, item["served"], item["share"], *response, *topics]


def _topic_words(skill: TopicSkillJson) -> str:
    interval = f"[{skill['low']:.2f}, {skill['high']:.2f}]"
    return f"{skill['topic']} {skill['value']:.2f} {interval} n={skill['sessions']}"
