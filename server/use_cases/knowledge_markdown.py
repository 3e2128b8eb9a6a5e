r"""Reads and writes knowledge as Markdown, for people who edit text files.

    # 退款                          a category, for the questions below it; `#` alone ends it
    ## 如何退款？                   a question
    - id: refund                   properties, as a list right under the question: `id`, `language`,
    - alternative: 怎么退钱         `status`, and any number of `alternative` and `tag`
    - tag: 退款

    七天内可以退款。                the answer, up to the next heading of the first or second level

A line of the answer that would be taken for a heading, or a first line that would be taken for a property,
has a backslash before it, as Markdown itself wants it. Text before the first question is a problem and no
comment: otherwise a file with other headings would be taken for an empty one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from server.domain.knowledge import KnowledgeEntry
from server.use_cases.knowledge_lines import Line, Problem

_HEADING = re.compile(r"(#{1,2})(?:[ \t]+(.*))?", re.DOTALL)
_ESCAPED_HEADING = re.compile(r"\\+#{1,2}(?:[ \t]|$)")
_PROPERTY = re.compile(r"[-*][ \t]+(id|language|status|alternative|tag):(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPED_PROPERTY = re.compile(r"\\+[-*][ \t]+(?:id|language|status|alternative|tag):", re.IGNORECASE)
_LIST_OF_PROPERTY = {"alternative": "alternatives", "tag": "tags"}


@dataclass(slots=True, kw_only=True)
class _Record:
    """The question that is being read. `answer` stays empty as long as properties may still come."""

    number: int
    fields: dict[str, Any]
    answer: list[str] = field(default_factory=list)
    doubled: str = ""

    def take(self, line: str) -> None:
        found = None if self.answer else _PROPERTY.fullmatch(line)
        if found:
            self._take_property(found[1].lower(), found[2].strip())
        elif self.answer or line.strip():
            escaped = _ESCAPED_HEADING.match(line) or (not self.answer and _ESCAPED_PROPERTY.match(line))
            self.answer.append(line[1:] if escaped else line)

    def _take_property(self, name: str, value: str) -> None:
        if name in _LIST_OF_PROPERTY:
            self.fields.setdefault(_LIST_OF_PROPERTY[name], []).append(value)
        elif name in self.fields:
            self.doubled = self.doubled or name
        else:
            self.fields[name] = value

    def line(self) -> Line:
        if self.doubled:
            message = f"{self.doubled}: stands twice"
            problem = Problem(code="property_doubled", message=message, details={"field": self.doubled})
            return Line(self.number, {}, problem)
        return Line(self.number, self.fields | {"answer": "\n".join(self.answer).strip()})


def looks_like_markdown(text: str) -> bool:
    first, _, _ = text.partition("\n")
    return _HEADING.fullmatch(first.rstrip("\r")) is not None


def read_markdown(text: str) -> Iterator[Line]:
    category = ""
    record: _Record | None = None
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.removesuffix("\r")
        heading = _HEADING.fullmatch(line)
        if heading is None:
            if record is not None:
                record.take(line)
            elif line.strip():
                message = "text before the first question; a question is a heading with two signs: ## …"
                yield Line(number, {}, Problem(code="text_before_question", message=message))
                return
            continue
        if record is not None:
            yield record.line()
            record = None
        title = (heading[2] or "").strip()
        if heading[1] == "#":
            category = title
        else:
            record = _Record(number=number, fields={"question": title, "category": category})
    if record is not None:
        yield record.line()


def write_markdown(entries: Iterable[KnowledgeEntry]) -> str:
    """By category, those without one first."""
    parts: list[str] = []
    ordered = sorted(entries, key=lambda entry: entry.category)
    for category, group in groupby(ordered, key=lambda entry: entry.category):
        if category:
            parts.append(f"# {category}\n")
        parts += [_section(entry) for entry in group]
    return "\n".join(parts)


def _section(entry: KnowledgeEntry) -> str:
    lines = [
        f"## {entry.question}",
        f"- id: {entry.id}",
        f"- language: {entry.language}",
        f"- status: {entry.status.value}",
        *(f"- alternative: {text}" for text in entry.alternatives),
        *(f"- tag: {tag}" for tag in entry.tags),
        "",
    ]
    for at, line in enumerate(entry.answer.split("\n")):
        needs = _HEADING.fullmatch(line) or _ESCAPED_HEADING.match(line)
        if at == 0:
            needs = needs or _PROPERTY.fullmatch(line) or _ESCAPED_PROPERTY.match(line)
        lines.append(f"\\{line}" if needs else line)
    return "\n".join(lines) + "\n"
