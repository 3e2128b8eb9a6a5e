"""Reads the JSON Lines of an evaluation and says on which line what is wrong."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chatbot.knowledge import Entry

ErrorCode = Literal[
    "not_json",
    "not_an_object",
    "missing_field",
    "wrong_type",
    "duplicate_id",
    "unknown_gold",
    "no_entries",
    "unknown_label",
]


class EvaluationInputError(Exception):
    """One line cannot be used; `code` is stable, `line` counts from 1 (0: the file as a whole)."""

    def __init__(self, source: str, line: int, code: ErrorCode, message: str) -> None:
        super().__init__(f"{source}, line {line}: {message}" if line else f"{source}: {message}")
        self.source = source
        self.line = line
        self.code: ErrorCode = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question and the entry ids or groups that are right for it; none: out of scope."""

    text: str
    gold: tuple[str, ...]
    line: int


def read_knowledge(lines: Iterable[str], *, source: str = "knowledge") -> list[Entry]:
    """Entries from lines `{"id", "question", "alternatives"?, "answer"?, "group"?, "language"?}`.

    Blank lines are passed over. Raises EvaluationInputError.
    """
    entries: list[Entry] = []
    seen: set[str] = set()
    for line, raw in json_objects(lines, source):
        entry = Entry(
            id=text_field(raw, "id", source, line),
            question=text_field(raw, "question", source, line),
            alternatives=_texts(raw, "alternatives", source, line, default=()),
            answer=text_field(raw, "answer", source, line, default=""),
            group=text_field(raw, "group", source, line, default="") or None,
            language=_language(raw.get("language"), source, line),
        )
        if entry.id in seen:
            raise EvaluationInputError(source, line, "duplicate_id", f"the id {entry.id!r} was used before")
        seen.add(entry.id)
        entries.append(entry)
    if not entries:
        raise EvaluationInputError(source, 0, "no_entries", "there is no entry")
    return entries


def read_queries(lines: Iterable[str], *, source: str = "queries") -> list[Query]:
    """Queries from lines `{"query", "gold": [ids or groups]}`. Raises EvaluationInputError."""
    return [
        Query(
            text=text_field(raw, "query", source, line),
            gold=_texts(raw, "gold", source, line, default=None),
            line=line,
        )
        for line, raw in json_objects(lines, source)
    ]


def json_objects(lines: Iterable[str], source: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Line numbers from 1 and their objects, without blank lines. Raises EvaluationInputError."""
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix("\ufeff").strip() if number == 1 else line.strip()
        if not text:
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise EvaluationInputError(source, number, "not_json", f"not JSON ({error})") from error
        if not isinstance(value, dict):
            raise EvaluationInputError(source, number, "not_an_object", "not a JSON object")
        yield number, value


def text_field(raw: Mapping[str, Any], field: str, source: str, line: int, default: str | None = None) -> str:
    """Raises EvaluationInputError for what is no text, and for an absent one without a default."""
    value = raw.get(field)
    if value is None and default is not None:
        return default
    if value is None:
        raise EvaluationInputError(source, line, "missing_field", f"the field {field!r} is missing")
    if not isinstance(value, str):
        raise EvaluationInputError(source, line, "wrong_type", f"the field {field!r} is not a text")
    return value


def _texts(
    raw: Mapping[str, Any], field: str, source: str, line: int, default: tuple[str, ...] | None
) -> tuple[str, ...]:
    value = raw.get(field)
    if value is None and default is not None:
        return default
    if value is None:
        raise EvaluationInputError(source, line, "missing_field", f"the field {field!r} is missing")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise EvaluationInputError(source, line, "wrong_type", f"the field {field!r} is not a list of texts")
    return tuple(value)


def _language(value: Any, source: str, line: int) -> Literal["zh", "en"] | None:
    if value is None or value == "":
        return None
    if value == "zh":
        return "zh"
    if value == "en":
        return "en"
    raise EvaluationInputError(source, line, "wrong_type", "the field 'language' is neither 'zh' nor 'en'")
