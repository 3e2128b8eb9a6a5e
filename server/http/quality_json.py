"""The quality of consultants as HTTP shows it."""

from typing_extensions import TypedDict

from matching.quality import ENOUGH_RATINGS, SURE_TO_SHINE, Estimate, Quality, TopicSkill
from matching.quality_over_time import RECENT_WEEKS, Trend, Week
from matching.rating_weights import HALF_LIFE_SECONDS, MOST_FROM_ONE_USER, MOST_IN_HALF_AN_HOUR
from server.domain.times import moment_of, rfc3339
from server.use_cases.report_quality import ConsultantQuality, QualityReport, ResponseTimes

MOST_TOPICS = 12
_DAY_SECONDS = 86_400


class EstimateJson(TypedDict):
    """Stars, with the 95 % interval; `ratings` is the effective sample."""

    value: float
    low: float
    high: float
    ratings: float


class TopicSkillJson(EstimateJson):
    """`usual`: what an average colleague gets in this topic; `above`: how probable it is that it is less."""

    topic: str
    usual: float
    sessions: int
    above: float
    shines: bool


class TrendJson(TypedDict):
    """Stars that the last four weeks differ by; `direction` 0 when the interval has room for either."""

    change: float
    low: float
    high: float
    direction: int


class WeekJson(TypedDict):
    begins_at: str
    value: float | None
    ratings: int


class QualityJson(EstimateJson):
    """`is_known` is false with too few ratings to say. `sessions` are the rated ones as counted."""

    is_known: bool
    sessions: int
    plain_mean: float
    case_ease: float
    trend: TrendJson | None
    weeks: list[WeekJson]
    topics: list[TopicSkillJson]


class ResponseTimesJson(TypedDict):
    p50_s: float
    p90_s: float
    count: int


class ConsultantQualityJson(TypedDict):
    id: str
    name: str
    title: str
    quality: QualityJson | None
    served: int
    share: float
    first_response: ResponseTimesJson | None


class QualityDefinitionsJson(TypedDict):
    """The numbers behind the words: see docs/protocol.md."""

    half_life_days: float
    most_from_one_user: float
    most_in_half_an_hour: float
    enough_ratings: float
    shines_from: float
    recent_weeks: int


QualityReportJson = TypedDict(
    "QualityReportJson",
    {
        "from": str,
        "to": str,
        "served_since": str,
        "rated": int,
        "is_complete": bool,
        "usual": EstimateJson,
        "definitions": QualityDefinitionsJson,
        "items": list[ConsultantQualityJson],
    },
)

DEFINITIONS: QualityDefinitionsJson = {
    "half_life_days": HALF_LIFE_SECONDS / _DAY_SECONDS,
    "most_from_one_user": MOST_FROM_ONE_USER,
    "most_in_half_an_hour": MOST_IN_HALF_AN_HOUR,
    "enough_ratings": ENOUGH_RATINGS,
    "shines_from": SURE_TO_SHINE,
    "recent_weeks": RECENT_WEEKS,
}


def report_json(report: QualityReport) -> QualityReportJson:
    return {
        "from": rfc3339(report.from_),
        "to": rfc3339(report.to),
        "served_since": rfc3339(report.served_since),
        "rated": report.rated,
        "is_complete": report.is_complete,
        "usual": _estimate_json(report.usual),
        "definitions": DEFINITIONS,
        "items": [_row_json(row) for row in report.rows],
    }


def _row_json(row: ConsultantQuality) -> ConsultantQualityJson:
    return {
        "id": row.consultant.id,
        "name": row.consultant.name,
        "title": row.consultant.title,
        "quality": _quality_json(row.quality) if row.quality else None,
        "served": row.served,
        "share": round(row.share, 4),
        "first_response": _times_json(row.first_response) if row.first_response else None,
    }


def _quality_json(quality: Quality) -> QualityJson:
    return {
        **_estimate_json(quality.estimate),
        "is_known": quality.is_known,
        "sessions": quality.sessions,
        "plain_mean": round(quality.plain_mean, 3),
        "case_ease": round(quality.case_ease, 3),
        "trend": _trend_json(quality.trend) if quality.trend else None,
        "weeks": [_week_json(one) for one in quality.weeks],
        "topics": [_topic_json(one) for one in quality.topics[:MOST_TOPICS]],
    }


def _estimate_json(estimate: Estimate) -> EstimateJson:
    return {
        "value": round(estimate.value, 3),
        "low": round(estimate.low, 3),
        "high": round(estimate.high, 3),
        "ratings": round(estimate.ratings, 1),
    }


def _topic_json(skill: TopicSkill) -> TopicSkillJson:
    return {
        **_estimate_json(skill.estimate),
        "topic": skill.topic,
        "usual": round(skill.usual, 3),
        "sessions": skill.sessions,
        "above": round(skill.above, 3),
        "shines": skill.shines,
    }


def _trend_json(trend: Trend) -> TrendJson:
    return {
        "change": round(trend.change, 3),
        "low": round(trend.low, 3),
        "high": round(trend.high, 3),
        "direction": trend.direction,
    }


def _week_json(week: Week) -> WeekJson:
    return {
        "begins_at": rfc3339(moment_of(week.begins_at)),
        "value": None if week.value is None else round(week.value, 3),
        "ratings": week.ratings,
    }


def _times_json(times: ResponseTimes) -> ResponseTimesJson:
    return {
        "p50_s": round(times.median_seconds, 1),
        "p90_s": round(times.p90_seconds, 1),
        "count": times.count,
    }
