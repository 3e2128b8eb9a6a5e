"""An editor brings in a whole file of knowledge: all of it or, with the wrong lines named, nothing."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from server.domain.errors import BadRequest, Refusal, TooLarge
from server.domain.events import KnowledgeChanged
from server.domain.ids import EntryId, new_id
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.domain.knowledge_rules import EntryFields, clean_entry, fields_of
from server.domain.people import Person
from server.domain.times import utc_now
from server.use_cases.edit_knowledge import written_entry
from server.use_cases.knowledge_files import KnowledgeFormat, Line, format_of, read_lines
from server.use_cases.knowledge_ports import Knowledge
from server.use_cases.ports import Announce, Clock

MOST_CHARACTERS = 8_000_000
MOST_ENTRIES = 10_000
MOST_PROBLEMS = 100
ENTRY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")

_TEXTS = ("question", "answer", "category", "language", "status")
_LISTS = ("alternatives", "tags")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    created: int
    updated: int
    unchanged: int


@dataclass(slots=True)
class _Plan:
    new: list[KnowledgeEntry] = field(default_factory=list)
    changed: list[KnowledgeEntry] = field(default_factory=list)
    unchanged: int = 0
    problems: list[dict[str, object]] = field(default_factory=list)
    lines_by_id: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKnowledge:
    knowledge: Knowledge
    announce: Announce
    clock: Clock = utc_now

    async def __call__(
        self, *, editor: Person, text: str, file_format: KnowledgeFormat | None = None
    ) -> ImportResult:
        """A line with the id, or else the question and language, of an entry replaces that entry.

        Raises BadRequest with `details.errors` = [{"line", "message"}] (at most 100), TooLarge, and Conflict
        when somebody edits at the same time.
        """
        if len(text) > MOST_CHARACTERS:
            raise TooLarge(f"the file may have at most {MOST_CHARACTERS} characters")
        stored = await self.knowledge.all()
        # Seconds of work for the largest file, in which people must still be served.
        plan = await asyncio.to_thread(
            self._plan, read_lines(text, file_format or format_of(text)), stored, editor
        )
        if plan.problems:
            raise BadRequest("nothing was imported", details={"errors": plan.problems})
        if not plan.lines_by_id:
            raise BadRequest("the file is empty", details={"errors": []})
        await self.knowledge.save(new=plan.new, changed=plan.changed)
        if plan.new or plan.changed:
            self.announce(KnowledgeChanged())
        return ImportResult(created=len(plan.new), updated=len(plan.changed), unchanged=plan.unchanged)

    def _plan(self, lines: Iterable[Line], stored: list[KnowledgeEntry], editor: Person) -> _Plan:
        plan = _Plan()
        by_id = {entry.id: entry for entry in stored}
        by_question = {(entry.question, entry.language): entry for entry in stored}
        for count, line in enumerate(lines, start=1):
            if count > MOST_ENTRIES:
                raise TooLarge(f"a file may have at most {MOST_ENTRIES} entries")
            try:
                fields = _fields_of(line)
                identifier = _id_of(line)
                if identifier is None:
                    known = by_question.get((fields.question, fields.language))
                else:
                    known = by_id.get(identifier)
                self._add(plan, line, fields, known or identifier, editor)
            except Refusal as refusal:
                plan.problems.append({"line": line.number, "message": refusal.message})
                if len(plan.problems) >= MOST_PROBLEMS:
                    break
        return plan

    def _add(
        self,
        plan: _Plan,
        line: Line,
        fields: EntryFields,
        target: KnowledgeEntry | EntryId | None,
        editor: Person,
    ) -> None:
        known = target if isinstance(target, KnowledgeEntry) else None
        identifier = known.id if known else EntryId(str(target or new_id("k")))
        if identifier in plan.lines_by_id:
            raise BadRequest(f"the same entry as line {plan.lines_by_id[identifier]}")
        plan.lines_by_id[identifier] = line.number
        if known is not None and fields_of(known) == fields:
            plan.unchanged += 1
            return
        version = known.version + 1 if known else 1
        entry = written_entry(fields, identifier, editor, version=version, clock=self.clock)
        (plan.changed if known else plan.new).append(entry)


def _id_of(line: Line) -> EntryId | None:
    identifier = line.fields.get("id")
    if identifier is None or identifier == "":
        return None
    if isinstance(identifier, int):
        identifier = str(identifier)
    if not isinstance(identifier, str) or not ENTRY_ID.fullmatch(identifier):
        raise BadRequest("id: 1 to 64 letters, digits and . _ : -")
    return EntryId(identifier)


def _fields_of(line: Line) -> EntryFields:
    if line.problem is not None:
        raise BadRequest(line.problem)
    given: dict[str, Any] = {}
    for name in _TEXTS:
        value = line.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise BadRequest(f"{name}: must be text")
        if value:
            given[name] = value
    for name in _LISTS:
        items = line.fields.get(name) or []
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise BadRequest(f"{name}: must be a list of texts")
        given[name] = tuple(items)
    for name in ("question", "answer"):
        if name not in given:
            raise BadRequest(f"{name}: is missing")
    if "status" in given:
        given["status"] = _status_of(given["status"])
    return clean_entry(EntryFields(**given))


def _status_of(text: str) -> EntryStatus:
    try:
        return EntryStatus(text.strip().lower())
    except ValueError:
        raise BadRequest(f"status: must be one of {', '.join(EntryStatus)}") from None
