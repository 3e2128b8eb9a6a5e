"""An editor brings in a whole file of knowledge: all of it or, with the wrong lines named, nothing."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from server.domain.errors import BadRequest, TooLarge
from server.domain.events import KnowledgeChanged
from server.domain.ids import EntryId, ImportId, new_id
from server.domain.knowledge import (
    ChangeKind,
    Difference,
    EntryChange,
    KnowledgeImport,
    differences,
)
from server.domain.people import Person
from server.domain.times import utc_now
from server.use_cases.knowledge_files import KnowledgeFormat, format_of, read_lines
from server.use_cases.knowledge_ports import Knowledge
from server.use_cases.plan_import import Plan, Planner
from server.use_cases.ports import Announce, Clock

MOST_CHARACTERS = 8_000_000
MOST_CHANGES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """`import_id` undoes it; None where nothing changed."""

    created: int
    updated: int
    unchanged: int
    import_id: ImportId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    line: int
    kind: Literal["new", "changed"]
    entry_id: EntryId
    question: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What an import would do, and the first 200 changes in the order of the file."""

    created: int
    updated: int
    unchanged: int
    changes: tuple[PlannedChange, ...]
    errors: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportKnowledge:
    knowledge: Knowledge
    announce: Announce
    clock: Clock = utc_now

    async def __call__(
        self, *, editor: Person, text: str, file_format: KnowledgeFormat | None = None
    ) -> ImportResult:
        """Without a format it is told from the text.

        Raises BadRequest with `details.errors` = [{"line", "code", "message", …}] (at most 100), TooLarge,
        and Conflict when somebody edits at the same time.
        """
        import_id = ImportId(new_id("i"))
        plan = await self._planned(editor, text, file_format, import_id)
        if plan.problems:
            raise BadRequest("nothing was imported", details={"errors": plan.errors})
        if not plan.lines:
            raise BadRequest("the file is empty", details={"errors": []})
        has_changed = bool(plan.new or plan.changed)
        filed = KnowledgeImport(
            id=import_id,
            at=self.clock(),
            editor_id=editor.id,
            editor_name=editor.name,
            created=len(plan.new),
            updated=len(plan.changed),
            unchanged=plan.unchanged,
        )
        if has_changed:
            await self.knowledge.save(new=plan.new, changed=plan.changed, imported=filed)
            self.announce(KnowledgeChanged())
        return ImportResult(
            created=filed.created,
            updated=filed.updated,
            unchanged=filed.unchanged,
            import_id=import_id if has_changed else None,
        )

    async def preview(
        self, *, editor: Person, text: str, file_format: KnowledgeFormat | None = None
    ) -> ImportPreview:
        """What the import would do now; nothing is written. Raises TooLarge."""
        plan = await self._planned(editor, text, file_format, ImportId("preview"))
        return ImportPreview(
            created=len(plan.new),
            updated=len(plan.changed),
            unchanged=plan.unchanged,
            changes=tuple(_changes_of(plan)),
            errors=plan.errors,
        )

    async def _planned(
        self, editor: Person, text: str, file_format: KnowledgeFormat | None, import_id: ImportId
    ) -> Plan:
        if len(text) > MOST_CHARACTERS:
            raise TooLarge(f"the file may have at most {MOST_CHARACTERS} characters")
        stored = await self.knowledge.all()
        change = EntryChange(kind=ChangeKind.IMPORTED, editor_name=editor.name, import_id=import_id)
        planner = Planner(editor=editor, change=change, clock=self.clock)
        # Seconds of work for the largest file, in which people must still be served.
        return await asyncio.to_thread(planner, read_lines(text, file_format or format_of(text)), stored)


def _changes_of(plan: Plan) -> list[PlannedChange]:
    pairs = [(None, entry) for entry in plan.new] + [(one.before, one.after) for one in plan.changed]
    pairs.sort(key=lambda pair: plan.lines[pair[1].id])
    return [
        PlannedChange(
            line=plan.lines[after.id],
            kind="changed" if before else "new",
            entry_id=after.id,
            question=after.question,
            differences=differences(before, after) if before else (),
        )
        for before, after in pairs[:MOST_CHANGES_SHOWN]
    ]
