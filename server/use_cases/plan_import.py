"""Works out what a file would do: what is new, changed or the same, and which lines are wrong."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.domain.errors import BadRequest, Refusal, TooLarge
from server.domain.ids import EntryId, new_id
from server.domain.knowledge import EntryChange, EntryStatus, KnowledgeEntry
from server.domain.knowledge_rules import EntryFields, clean_entry, fields_of
from server.domain.people import Person
from server.use_cases.edit_knowledge import written_entry
from server.use_cases.knowledge_lines import Line, Problem
from server.use_cases.knowledge_ports import Replacement
from server.use_cases.ports import Clock

MOST_ENTRIES = 50_000
MOST_PROBLEMS = 100
_ID_DIGITS = 24
ENTRY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")

_TEXTS = ("question", "answer", "category", "language", "status")
_LISTS = ("alternatives", "tags")


class WrongLine(Exception):
    def __init__(self, code: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message, details=details)


@dataclass(slots=True, kw_only=True)
class Plan:
    """`lines` tells of each new or changed entry on which line it begins."""

    new: list[KnowledgeEntry] = field(default_factory=list)
    changed: list[Replacement] = field(default_factory=list)
    unchanged: int = 0
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    lines: dict[EntryId, int] = field(default_factory=dict)

    @property
    def errors(self) -> list[dict[str, object]]:
        """As the edges show them."""
        return [
            {"line": line, "code": problem.code, "message": problem.message, **problem.details}
            for line, problem in self.problems
        ]


@dataclass(slots=True, kw_only=True)
class Planner:
    """A line with the id, or else the question and language, of an entry replaces that entry.

    The id of a new one follows from these two: the same file brought in twice at once can't double an entry.
    """

    editor: Person
    change: EntryChange
    clock: Clock
    plan: Plan = field(default_factory=Plan)
    _by_id: dict[EntryId, KnowledgeEntry] = field(default_factory=dict)
    _by_question: dict[tuple[str, str], KnowledgeEntry] = field(default_factory=dict)
    _line_of_question: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, lines: Iterable[Line], stored: Sequence[KnowledgeEntry]) -> Plan:
        """Ends at the hundredth problem. Raises TooLarge beyond 50,000 entries."""
        self._by_id = {entry.id: entry for entry in stored}
        # Of two entries with one question, the one that the bot uses is meant.
        in_use_last = sorted(stored, key=lambda entry: entry.status is EntryStatus.PUBLISHED)
        self._by_question = {(entry.question, entry.language): entry for entry in in_use_last}
        for count, line in enumerate(lines, start=1):
            if count > MOST_ENTRIES:
                raise TooLarge(f"a file may have at most {MOST_ENTRIES} entries")
            try:
                self._add(line)
            except WrongLine as wrong:
                self.plan.problems.append((line.number, wrong.problem))
                if len(self.plan.problems) >= MOST_PROBLEMS:
                    break
        return self.plan

    def _add(self, line: Line) -> None:
        fields, identifier = _fields_of(line), _id_of(line)
        key = (fields.question, fields.language)
        known = self._by_question.get(key) if identifier is None else self._by_id.get(identifier)
        target = known.id if known else identifier or self._id_for(key)
        earlier = self.plan.lines.get(target)
        if earlier is None and identifier is None:
            earlier = self._line_of_question.get(key)
        if earlier is not None:
            raise WrongLine("same_entry", f"the same entry as line {earlier}", other_line=earlier)
        self.plan.lines[target] = self._line_of_question[key] = line.number
        if known is not None and fields_of(known) == fields:
            self.plan.unchanged += 1
            return
        version = known.version + 1 if known else 1
        entry = written_entry(
            fields, target, self.editor, version=version, clock=self.clock, change=self.change
        )
        if known is None:
            self.plan.new.append(entry)
        else:
            self.plan.changed.append(Replacement(before=known, after=entry))

    def _id_for(self, key: tuple[str, str]) -> EntryId:
        derived = EntryId("k_" + hashlib.sha256("\n".join(key).encode()).hexdigest()[:_ID_DIGITS])
        # Taken by an entry that asks something else by now.
        return EntryId(new_id("k")) if derived in self._by_id else derived


def _id_of(line: Line) -> EntryId | None:
    identifier = line.fields.get("id")
    if identifier is None or identifier == "":
        return None
    if isinstance(identifier, int):
        identifier = str(identifier)
    if not isinstance(identifier, str) or not ENTRY_ID.fullmatch(identifier):
        raise WrongLine("bad_id", "id: 1 to 64 letters, digits and . _ : -", field="id")
    return EntryId(identifier)


def _fields_of(line: Line) -> EntryFields:
    if line.problem is not None:
        raise WrongLine(line.problem.code, line.problem.message, **line.problem.details)
    given = _texts_of(line) | _lists_of(line)
    for name in ("question", "answer"):
        if name not in given:
            raise WrongLine("missing", f"{name}: is missing", field=name)
    if "status" in given:
        given["status"] = _status_of(given["status"])
    try:
        return clean_entry(EntryFields(**given))
    except BadRequest as refusal:
        raise _wrong_line_of(refusal) from refusal


def _texts_of(line: Line) -> dict[str, Any]:
    given = {name: line.fields[name] for name in _TEXTS if line.fields.get(name)}
    for name, value in given.items():
        if not isinstance(value, str):
            raise WrongLine("not_text", f"{name}: must be text", field=name)
    return given


def _lists_of(line: Line) -> dict[str, Any]:
    given = {name: line.fields.get(name) or [] for name in _LISTS}
    for name, items in given.items():
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise WrongLine("not_list", f"{name}: must be a list of texts", field=name)
    return {name: tuple(items) for name, items in given.items()}


def _status_of(text: str) -> EntryStatus:
    try:
        return EntryStatus(text.strip().lower())
    except ValueError:
        message = f"status: must be one of {', '.join(EntryStatus)}"
        raise WrongLine("bad_status", message, field="status") from None


def _wrong_line_of(refusal: Refusal) -> WrongLine:
    listed: Any = (refusal.details or {}).get("fields")
    details = {name: value for name, value in listed[0].items() if name not in {"code", "problem"}}
    return WrongLine(listed[0]["code"], refusal.message, **details)
