"""What desks and boards show of the floor."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict  # pydantic reads the standard one only from Python 3.12 on

from server.wire.objects import NamedJson, PresenceName, RatingJson, SessionJson

PriorityReasonName = Literal["haste", "anger", "danger"]


class QueueItemJson(TypedDict):
    """A waiting session as consultants see it: nothing that was said.

    `priority_reason` is the gravest one that raised `priority` above 0; unknown for old sessions.
    """

    id: str
    position: int
    user: NamedJson
    topic: NotRequired[str]
    language: str
    priority: int
    priority_reason: NotRequired[PriorityReasonName]
    queued_at: str
    is_offered: bool


class BoardConsultantJson(TypedDict):
    id: str
    name: str
    title: str
    status: PresenceName
    present: bool
    open: int
    capacity: int


class BoardWaitingJson(QueueItemJson):
    waited_s: int
    offered_to: NotRequired[NamedJson]
    hold: NotRequired[Literal["no_such_skill"]]


class BotFiguresJson(TypedDict):
    """Of the last 24 hours: sessions begun, and those that asked for a person; votes are of all time."""

    started: int
    asked_for_person: int
    in_conversation: int
    helpful: int
    not_helpful: int


class RatedJson(TypedDict):
    session_id: str
    user: NamedJson
    consultant: NotRequired[NamedJson]
    rating: RatingJson


class EstimatesJson(TypedDict):
    """Of the newest waits: how many could be judged, and which shares ended within the median and the 90th
    percentile that were told (0.5 and 0.9 would be right); null without any."""

    judged: int
    covered_p50: float | None
    covered_p90: float | None


class BoardJson(TypedDict):
    waiting: list[BoardWaitingJson]
    longest_wait_s: int
    active: list[SessionJson]
    consultants: list[BoardConsultantJson]
    bot: BotFiguresJson
    estimates: EstimatesJson
    ratings: list[RatedJson]
