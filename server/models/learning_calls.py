"""What the server may ask of its model process in order to learn; none of it is in a hurry."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from chatbot import Entry, Language, SearchResult
from chatbot.lessons import AskedQuestion, Judgement, Proposal, Rehearsal, SimilarEntry
from server.models.calls import Call, Reader

_STUDY_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class ProposeDrafts(Call[tuple[Proposal, ...]]):
    method = "learn.propose"
    answer = Reader(TypeAdapter(tuple[Proposal, ...]).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True

    questions: tuple[AskedQuestion, ...]


@dataclass(frozen=True, kw_only=True)
class ForgetAsked(Call[None]):
    """Behind the studies that have been asked for: what those have read is forgotten too."""

    method = "learn.forget"
    answer = Reader(TypeAdapter(None).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True


@dataclass(frozen=True, kw_only=True)
class FindSimilar(Call[tuple[SimilarEntry, ...]]):
    method = "learn.similar"
    answer = Reader(TypeAdapter(tuple[SimilarEntry, ...]).validate_python)

    wordings: tuple[str, ...]
    answer_text: str
    language: Language
    except_id: str | None


@dataclass(frozen=True, kw_only=True)
class FindAlike(Call[tuple[int, ...]]):
    """Which of `others`, each given by its wordings, ask the same as the question; the closest first."""

    method = "learn.alike"
    answer = Reader(TypeAdapter(tuple[int, ...]).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True

    question: str
    language: Language
    others: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class RehearseEntry(Call[Rehearsal]):
    method = "learn.rehearse"
    answer = Reader(TypeAdapter(Rehearsal).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True

    entry: Entry


@dataclass(frozen=True, kw_only=True)
class TryEntry(Call[SearchResult]):
    """What the bot would do with `text` if `entry` were published, in the place of one with its id."""

    method = "learn.try"
    answer = Reader(TypeAdapter(SearchResult).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True

    entry: Entry
    text: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class JudgeItself(Call[Judgement]):
    method = "learn.judgement"
    answer = Reader(TypeAdapter(Judgement).validate_python)
    limit_seconds = _STUDY_SECONDS
    is_study = True


@dataclass(frozen=True, kw_only=True)
class DoubtEntries(Call[None]):
    """Replaces the set of entries that are not to be answered with."""

    method = "bot.doubt"
    answer = Reader(TypeAdapter(None).validate_python)

    entry_ids: tuple[str, ...]
