"""Reads and writes knowledge as JSON Lines, CSV or Markdown; a spreadsheet runs nothing of it."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any, Literal

import orjson

from server.domain.knowledge import KnowledgeEntry
from server.use_cases.knowledge_lines import Line, Problem
from server.use_cases.knowledge_markdown import looks_like_markdown, read_markdown, write_markdown
from server.use_cases.sheets import BYTE_ORDER_MARK, original, sheet_text

KnowledgeFormat = Literal["jsonl", "csv", "md"]
COLUMNS = ("id", "question", "alternatives", "answer", "category", "language", "tags", "status")
_EXTENSIONS: dict[str, KnowledgeFormat] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".md": "md",
    ".markdown": "md",
}
_LISTS = ("alternatives", "tags")
_MOST_DETAIL_CHARACTERS = 200


def format_of(text: str) -> KnowledgeFormat:
    """JSON Lines begin with a brace, Markdown with a heading, CSV with its header."""
    plain = text.lstrip(BYTE_ORDER_MARK + " \t\r\n")
    if plain.startswith("{"):
        return "jsonl"
    return "md" if looks_like_markdown(plain) else "csv"


def format_of_name(name: str) -> KnowledgeFormat | None:
    """What a file's extension says, if anything."""
    return _EXTENSIONS.get(PurePath(name).suffix.lower())


def read_lines(text: str, file_format: KnowledgeFormat) -> Iterator[Line]:
    return _READERS[file_format](text.removeprefix(BYTE_ORDER_MARK))


def write_jsonl(entries: Iterable[KnowledgeEntry]) -> str:
    return "".join(orjson.dumps(_record(entry)).decode() + "\n" for entry in entries)


def write_csv(entries: Iterable[KnowledgeEntry]) -> str:
    records = map(_record, entries)
    rows = ([_joined(one[name]) if name in _LISTS else one[name] for name in COLUMNS] for one in records)
    return sheet_text(COLUMNS, rows)


WRITERS: dict[KnowledgeFormat, Callable[[Iterable[KnowledgeEntry]], str]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "md": write_markdown,
}


def _record(entry: KnowledgeEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "question": entry.question,
        "alternatives": entry.alternatives,
        "answer": entry.answer,
        "category": entry.category,
        "language": entry.language,
        "tags": entry.tags,
        "status": entry.status.value,
    }


def _read_jsonl(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            detail = str(error)[:_MOST_DETAIL_CHARACTERS]
            problem = Problem(code="not_json", message=f"not JSON: {detail}", details={"detail": detail})
            yield Line(number, {}, problem)
            continue
        if isinstance(record, dict):
            yield Line(number, record)
        else:
            message = 'must be an object such as {"question": …, "answer": …}'
            yield Line(number, {}, Problem(code="not_object", message=message))


def _read_csv(text: str) -> Iterator[Line]:
    # Newlines are left to the csv module: they may stand inside a quoted answer.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    begins_on = 1
    try:
        for row in reader:
            if not header:
                header = [cell.strip().lower() for cell in row]
                problem = _header_problem(header)
                if problem:
                    yield Line(begins_on, {}, problem)
                    return
            elif any(cell.strip() for cell in row):
                yield _line_of(begins_on, header, row)
            begins_on = reader.line_num + 1
    except csv.Error as error:
        problem = Problem(code="not_csv", message=f"not CSV: {error}", details={"detail": str(error)})
        yield Line(begins_on, {}, problem)


_READERS: dict[KnowledgeFormat, Callable[[str], Iterator[Line]]] = {
    "jsonl": _read_jsonl,
    "csv": _read_csv,
    "md": read_markdown,
}


def _header_problem(header: list[str]) -> Problem | None:
    missing = ", ".join(name for name in ("question", "answer") if name not in header)
    if missing:
        message = f"the first line must name the columns; missing: {missing}"
        return Problem(code="columns_missing", message=message, details={"columns": missing})
    doubled = ", ".join(sorted({name for name in header if name and header.count(name) > 1}))
    if doubled:
        message = f"a column stands twice: {doubled}"
        return Problem(code="columns_doubled", message=message, details={"columns": doubled})
    return None


def _line_of(number: int, header: list[str], row: list[str]) -> Line:
    if len(row) > len(header):
        message = f"has {len(row)} cells, the header has {len(header)}"
        details = {"cells": len(row), "columns": len(header)}
        return Line(number, {}, Problem(code="too_many_cells", message=message, details=details))
    cells = {name: original(cell) for name, cell in zip(header, row, strict=False) if name}
    fields: dict[str, Any] = {name: cell for name, cell in cells.items() if cell.strip()}
    for name in _LISTS:
        if name in fields:
            fields[name] = _split(fields[name])
    return Line(number, fields)


def _joined(items: list[str]) -> str:
    # A lone item that contains the other separator would be split again without the newline.
    return "\n".join(items) + ("\n" if len(items) == 1 and "|" in items[0] else "")


def _split(cell: str) -> list[str]:
    items = cell.split("\n") if "\n" in cell else cell.split("|")
    return [item.strip() for item in items if item.strip()]
