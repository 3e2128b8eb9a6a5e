"""What the server may ask of its model process: an object a method, with its answer and its time limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter

from chatbot import Entry, Language, Reply, SearchResult, Suggestion
from chatbot.summary import Summary
from chatbot.user_turns import UserTurn
from matching.decisions import Review
from matching.explain import Explanation
from matching.learning import PastSession
from matching.policies import Policy
from matching.profiles import Profile
from matching.quality import Floor
from matching.results import AssignmentResult
from matching.rounds import Round
from matching.scoring import Candidate, Request
from server.models.answers import assignment_result_of, explanation_of

Answer = TypeVar("Answer")

_LIVE_SECONDS = 5.0
_LOAD_SECONDS = 900.0


@dataclass(frozen=True)
class Reader:
    """Makes an answer from plain JSON. In an object of its own: a bare function would become a method."""

    read: Callable[[Any], Any]


class Call(Generic[Answer]):
    """`answer` parses what comes back. A loading call may take long; it waits only for other loading ones.

    So does a study, which waits for other studies and holds up neither answers nor loading. A review is like
    one, but does not wait for studies, of which some take minutes. A round of assignment waits for other
    rounds only: everybody in the queue depends on it. What is told and learned about people has an order of
    its own: to learn from thousands of sessions takes a minute, in which edited knowledge must go live.
    """

    method: ClassVar[str]
    answer: ClassVar[Reader]
    limit_seconds: ClassVar[float] = _LIVE_SECONDS
    is_loading: ClassVar[bool] = False
    is_about_people: ClassVar[bool] = False
    is_study: ClassVar[bool] = False
    is_review: ClassVar[bool] = False
    is_round: ClassVar[bool] = False


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """Which encoder is loaded, which content has arrived, and whether the bot is fitted to its knowledge."""

    model: str
    dimensions: int
    has_knowledge: bool
    has_profiles: bool
    is_fitted: bool


@dataclass(frozen=True, kw_only=True)
class Ping(Call[ModelFacts]):
    method = "ping"
    answer = Reader(TypeAdapter(ModelFacts).validate_python)


@dataclass(frozen=True, kw_only=True)
class FirstPing(Ping):
    """As long as the launch may take: who starts the process limits that."""

    limit_seconds = 3_600.0


@dataclass(frozen=True, kw_only=True)
class TellEntries(Call[None]):
    """New and changed entries, some at once, so that neither side is held up by one great message."""

    method = "bot.tell"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _LOAD_SECONDS
    is_loading = True

    entries: tuple[Entry, ...]
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class LoadKnowledge(Call[None]):
    """Answer from what was told since the first TellEntries, from now on known as `state`.

    It takes the place of what has the same ids in the state `onto`, which `gone` leaves; None: of everything.
    `unavailable` when the process is in another state: then it has to be told everything.
    """

    method = "bot.load"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _LOAD_SECONDS
    is_loading = True

    gone: tuple[str, ...]
    onto: str | None
    state: str


@dataclass(frozen=True, kw_only=True)
class AskBot(Call[Reply]):
    method = "bot.reply"
    answer = Reader(TypeAdapter(Reply).validate_python)

    text: str
    language: Language
    earlier_user_text: str | None


@dataclass(frozen=True, kw_only=True)
class WatchForCrisis(Call[Reply | None]):
    method = "bot.warn"
    answer = Reader(TypeAdapter(Reply | None).validate_python)

    text: str
    language: Language
    earlier_user_text: str | None


@dataclass(frozen=True, kw_only=True)
class SearchKnowledge(Call[SearchResult]):
    method = "bot.search"
    answer = Reader(TypeAdapter(SearchResult).validate_python)

    text: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class SuggestAnswers(Call[list[Suggestion]]):
    """`asked` are the user's words, where `text` is what a consultant has begun to write."""

    method = "bot.suggest"
    answer = Reader(TypeAdapter(list[Suggestion]).validate_python)

    text: str
    asked: str | None
    limit: int


@dataclass(frozen=True, kw_only=True)
class Summarise(Call[Summary]):
    method = "bot.summarise"
    answer = Reader(TypeAdapter(Summary).validate_python)

    turns: tuple[UserTurn, ...]


@dataclass(frozen=True, kw_only=True)
class LoadProfiles(Call[None]):
    """All profiles. What was learned before is learned anew about them, so that both fit together."""

    method = "matcher.load_profiles"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _LOAD_SECONDS
    is_about_people = True

    profiles: tuple[Profile, ...]


@dataclass(frozen=True, kw_only=True)
class TellPast(Call[None]):
    """Rated past sessions, some at once, so that neither side is held up by one great message.

    Answered when they are embedded: all of them may take half an hour.
    """

    method = "matcher.tell_past"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _LOAD_SECONDS
    is_about_people = True

    sessions: tuple[PastSession, ...]
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class LearnFromPast(Call[None]):
    """From what was told since the first TellPast, and from nothing that was told before it.

    `unavailable` when the process has not heard the beginning: then it has to be told everything.
    """

    method = "matcher.learn_from_past"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _LOAD_SECONDS
    is_about_people = True


@dataclass(frozen=True, kw_only=True)
class AssessConsultants(Call[Floor]):
    """How well consultants serve, from these sessions alone; no profile has to be loaded."""

    method = "matcher.assess"
    answer = Reader(TypeAdapter(Floor).validate_python)
    limit_seconds = 60.0
    is_study = True

    sessions: tuple[PastSession, ...]
    now: float


@dataclass(frozen=True, kw_only=True)
class RankConsultants(Call[Explanation]):
    method = "matcher.rank"
    answer = Reader(explanation_of)

    request: Request
    candidates: tuple[Candidate, ...]
    at: str
    absent: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AssignWaiting(Call[AssignmentResult]):
    method = "matcher.assign"
    answer = Reader(assignment_result_of)
    limit_seconds = 15.0
    is_round = True

    asked: Round


@dataclass(frozen=True, kw_only=True)
class UsePolicies(Call[None]):
    """From the next round on `live` decides and `shadow`, if there is one, is compared with it."""

    method = "matcher.use_policies"
    answer = Reader(TypeAdapter(None).validate_python)

    live: Policy
    shadow: Policy | None


@dataclass(frozen=True, kw_only=True)
class ReviewRound(Call[tuple[Review, ...]]):
    """What a round went by that is over: asked as it was, and whom each session was given to.

    `unavailable` when `policy`, by which it was decided, is known no more.
    """

    method = "matcher.review"
    answer = Reader(TypeAdapter(tuple[Review, ...]).validate_python)
    limit_seconds = 60.0
    is_review = True

    asked: Round
    policy: str
    chosen: Mapping[str, str]
