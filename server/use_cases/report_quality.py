"""A supervisor asks how well the consultants serve, and how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from matching.learning import PastSession
from matching.quality import Estimate, Floor, Quality
from server.domain.errors import BadRequest
from server.domain.ids import AccountId
from server.domain.people import Consultant
from server.domain.queries import RatedSession, Served
from server.domain.times import utc_now
from server.use_cases.consultant_ports import Profiles
from server.use_cases.percentiles import nearest_rank
from server.use_cases.ports import Clock
from server.use_cases.recall_past_sessions import past_session_of

USUAL_PERIOD = timedelta(days=365)
LONGEST_PERIOD = timedelta(days=731)
MOST_RATINGS = 10_000
ENOUGH_SESSIONS = 10_000
"""Of longer or busier periods only the newest are read, and the report says so."""
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Ratings(Protocol):
    async def rated_between(self, from_: datetime, to: datetime, *, limit: int) -> list[RatedSession]: ...
    async def served_between(self, from_: datetime, to: datetime, *, enough: int) -> Served: ...


class QualityModel(Protocol):
    async def assess(self, sessions: Sequence[PastSession], *, now: float) -> Floor: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTimes:
    """Given to the consultant → their first message, over `count` rated sessions; p90 by nearest rank."""

    median_seconds: float
    p90_seconds: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultantQuality:
    """`quality` is None without a rating; `served` counts sessions, `share` is of those that anybody had."""

    consultant: Consultant
    quality: Quality | None
    served: int
    share: float
    first_response: ResponseTimes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """`usual` is what to expect of somebody without ratings. Not complete: there are more than `rated`.

    `served` and `share` are of the sessions begun from `served_since` on.
    """

    from_: datetime
    to: datetime
    served_since: datetime
    usual: Estimate
    rated: int
    is_complete: bool
    rows: tuple[ConsultantQuality, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportQuality:
    ratings: Ratings
    profiles: Profiles
    model: QualityModel
    clock: Clock = utc_now

    async def __call__(self, *, from_: datetime | None, to: datetime | None) -> QualityReport:
        """Of all active consultants, by name, from what was rated in [from_, to).

        Raises BadRequest for a period that is empty or too long, Unavailable without a model.
        """
        begin, end = self._period(from_, to)
        rated = await self.ratings.rated_between(begin, end, limit=MOST_RATINGS + 1)
        is_complete, rated = len(rated) <= MOST_RATINGS, rated[:MOST_RATINGS]
        served = await self.ratings.served_between(begin, end, enough=ENOUGH_SESSIONS)
        # Without their texts, which would have to be read from the log.
        floor = await self.model.assess([past_session_of(one) for one in rated], now=end.timestamp())
        consultants = await self.profiles.all(active_only=True)
        times = _response_times(rated)
        counts = served.by_consultant
        total = sum(counts.values())
        rows = [
            ConsultantQuality(
                consultant=one,
                quality=floor.get(one.id),
                served=counts.get(one.id, 0),
                share=counts.get(one.id, 0) / total if total else 0.0,
                first_response=times.get(one.id),
            )
            for one in sorted(consultants, key=lambda one: (one.name, one.id))
        ]
        return QualityReport(
            from_=begin,
            to=end,
            served_since=served.since,
            usual=floor.newcomer,
            rated=len(rated),
            is_complete=is_complete,
            rows=tuple(rows),
        )

    def _period(self, from_: datetime | None, to: datetime | None) -> tuple[datetime, datetime]:
        now = self.clock()
        end = min(to or now, now)
        if end < _EARLIEST:
            raise BadRequest("to: nothing is known of that time")
        begin = from_ or end - USUAL_PERIOD
        if begin >= end:
            raise BadRequest("from: the period must begin before it ends, and in the past")
        if end - begin > LONGEST_PERIOD:
            raise BadRequest(f"from: at most {LONGEST_PERIOD.days} days before its end")
        return begin, end


def _response_times(rated: Iterable[RatedSession]) -> dict[AccountId, ResponseTimes]:
    seconds: dict[AccountId, list[float]] = {}
    for one in rated:
        if one.first_response_seconds is not None:
            seconds.setdefault(one.consultant_id, []).append(one.first_response_seconds)
    return {consultant_id: _spread(sorted(found)) for consultant_id, found in seconds.items()}


def _spread(ordered: Sequence[float]) -> ResponseTimes:
    return ResponseTimes(
        median_seconds=nearest_rank(ordered, 0.5), p90_seconds=nearest_rank(ordered, 0.9), count=len(ordered)
    )
