"""What a knowledge entry may hold, and how it looks once it is clean."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.domain.account_names import known_language
from server.domain.errors import BadRequest, Refusal, TooLarge
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.domain.message import MAX_TEXT_CODE_POINTS, clean_text

MOST_QUESTION_CHARACTERS = 500
MOST_ALTERNATIVES = 50
MOST_CATEGORY_CHARACTERS = 80
MOST_TAGS = 20
MOST_TAG_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFields:
    """Everything about an entry that an editor decides."""

    question: str
    answer: str
    alternatives: tuple[str, ...] = ()
    category: str = ""
    language: str = "zh"
    tags: tuple[str, ...] = ()
    status: EntryStatus = EntryStatus.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEdit:
    """What is None stays as it is."""

    question: str | None = None
    answer: str | None = None
    alternatives: tuple[str, ...] | None = None
    category: str | None = None
    language: str | None = None
    tags: tuple[str, ...] | None = None
    status: EntryStatus | None = None

    def over(self, fields: EntryFields) -> EntryFields:
        names = ("question", "answer", "alternatives", "category", "language", "tags", "status")
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return replace(fields, **given)


def fields_of(entry: KnowledgeEntry) -> EntryFields:
    return EntryFields(
        question=entry.question,
        answer=entry.answer,
        alternatives=tuple(entry.alternatives),
        category=entry.category,
        language=entry.language,
        tags=tuple(entry.tags),
        status=entry.status,
    )


def clean_entry(fields: EntryFields) -> EntryFields:
    """The fields as they are stored: one-line questions, no blanks, no doubles.

    Raises BadRequest whose details name the field.
    """
    question = one_line("question", fields.question, limit=MOST_QUESTION_CHARACTERS)
    return EntryFields(
        question=question,
        answer=_cleaned("answer", fields.answer, limit=MAX_TEXT_CODE_POINTS).strip(),
        alternatives=_alternatives(fields.alternatives, question),
        category=_optional("category", fields.category, limit=MOST_CATEGORY_CHARACTERS),
        language=_language(fields.language),
        tags=clean_tags(fields.tags),
        status=fields.status,
    )


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    kept = [_optional("tags", tag, limit=MOST_TAG_CHARACTERS) for tag in tags]
    unique = tuple(dict.fromkeys(tag for tag in kept if tag))
    if len(unique) > MOST_TAGS:
        raise _refusal("tags", "too_many", f"at most {MOST_TAGS} tags", most=MOST_TAGS)
    return unique


def one_line(name: str, text: str, *, limit: int) -> str:
    """Raises BadRequest, naming the field, when it is blank or too long."""
    return " ".join(_cleaned(name, text, limit=limit).split())


def _alternatives(texts: Iterable[str], question: str) -> tuple[str, ...]:
    lines = [one_line("alternatives", text, limit=MOST_QUESTION_CHARACTERS) for text in texts if text.strip()]
    unique = tuple(dict.fromkeys(line for line in lines if line != question))
    if len(unique) > MOST_ALTERNATIVES:
        raise _refusal(
            "alternatives", "too_many", f"at most {MOST_ALTERNATIVES} other wordings", most=MOST_ALTERNATIVES
        )
    return unique


def _optional(name: str, text: str, *, limit: int) -> str:
    return one_line(name, text, limit=limit) if text.strip() else ""


def _language(language: str) -> str:
    known = known_language(language, default="")
    if not known:
        raise _refusal("language", "bad_language", "must be zh or en")
    return known


def _cleaned(name: str, text: str, *, limit: int) -> str:
    try:
        return clean_text(text, limit=limit)
    except TooLarge as error:
        raise _refusal(name, "too_long", f"may have at most {limit} characters", most=limit) from error
    except Refusal as error:
        code = "missing" if error.message.endswith("blank") else "bad_text"
        raise _refusal(name, code, error.message.removeprefix("text ")) from error


def _refusal(name: str, code: str, problem: str, **numbers: int) -> BadRequest:
    """`code` is stable and says in a word what `problem` tells developers."""
    field = {"field": name, "code": code, "problem": problem, **numbers}
    return BadRequest(f"{name}: {problem}", details={"fields": [field]})
