"""Reads and writes knowledge as CSV or JSON Lines; spreadsheets can't be made to run what is in it."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from server.domain.knowledge import KnowledgeEntry

KnowledgeFormat = Literal["jsonl", "csv"]
COLUMNS = ("id", "question", "alternatives", "answer", "category", "language", "tags", "status")
_LISTS = ("alternatives", "tags")
_BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for the start of a formula, in half and full width. A quote before it makes it text;
# quotes that were there already get one more, so that reading takes off exactly what writing put on.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_QUOTED_FORMULA = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
_MOST_PROBLEM_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One record: `number` is the line it begins on, `problem` says why `fields` is empty."""

    number: int
    fields: dict[str, Any]
    problem: str | None = None


def format_of(text: str) -> KnowledgeFormat:
    """JSON Lines begin with a brace, CSV with its header."""
    return "jsonl" if text.lstrip(_BYTE_ORDER_MARK + " \t\r\n").startswith("{") else "csv"


def read_lines(text: str, file_format: KnowledgeFormat) -> Iterator[Line]:
    plain = text.removeprefix(_BYTE_ORDER_MARK)
    return _read_jsonl(plain) if file_format == "jsonl" else _read_csv(plain)


def write_jsonl(entries: Iterable[KnowledgeEntry]) -> str:
    return "".join(orjson.dumps(_record(entry)).decode() + "\n" for entry in entries)


def write_csv(entries: Iterable[KnowledgeEntry]) -> str:
    """With a byte order mark, without which spreadsheets show Chinese as noise."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        record = _record(entry)
        cells = [_joined(record[name]) if name in _LISTS else record[name] for name in COLUMNS]
        writer.writerow([_neutral(cell) for cell in cells])
    return _BYTE_ORDER_MARK + sheet.getvalue()


WRITERS: dict[KnowledgeFormat, Callable[[Iterable[KnowledgeEntry]], str]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
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
            yield Line(number, {}, f"not JSON: {str(error)[:_MOST_PROBLEM_CHARACTERS]}")
            continue
        if isinstance(record, dict):
            yield Line(number, record)
        else:
            yield Line(number, {}, 'must be an object such as {"question": …, "answer": …}')


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
        yield Line(begins_on, {}, f"not CSV: {error}")


def _header_problem(header: list[str]) -> str | None:
    missing = [name for name in ("question", "answer") if name not in header]
    if missing:
        return f"the first line must name the columns; missing: {', '.join(missing)}"
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    return f"a column stands twice: {', '.join(doubled)}" if doubled else None


def _line_of(number: int, header: list[str], row: list[str]) -> Line:
    if len(row) > len(header):
        return Line(number, {}, f"has {len(row)} cells, the header has {len(header)}")
    cells = {name: _original(cell) for name, cell in zip(header, row, strict=False) if name}
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


def _neutral(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _original(cell: str) -> str:
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell
