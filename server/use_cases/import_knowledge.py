"""An editor brings in a whole file of knowledge: all of it or, with the wrong lines named, nothing."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import Literal

from server.domain.errors import BadRequest, TooLarge
from server.domain.events import KnowledgeChanged
from server.domain.ids import EntryId, ImportId, new_id
from server.domain.knowledge import (
    ChangeKind,
    Difference,
    EntryChange,
    KnowledgeEntry,
    KnowledgeImport,
    differences,
)
from server.domain.people import Person
from server.domain.times import utc_now
from server.use_cases.import_parts import ENTRIES_A_PART, in_parts
from server.use_cases.knowledge_files import KnowledgeFormat, format_of, read_lines
from server.use_cases.knowledge_ports import Imports, Replacement
from server.use_cases.plan_import import Plan, Planner
from server.use_cases.ports import Announce, Clock

MOST_CHARACTERS = 32_000_000
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
    """A large file goes in in parts, each of them at once or not at all.

    Who dies in between leaves an import that is not complete: the same file brought in again finds what is
    there already unchanged, and goes on under the same id, so that one undoing takes back all of it.
    """

    knowledge: Imports
    announce: Announce
    clock: Clock = utc_now
    entries_a_part: int = ENTRIES_A_PART

    async def __call__(
        self, *, editor: Person, text: str, file_format: KnowledgeFormat | None = None
    ) -> ImportResult:
        """What this run has done. Without a format it is told from the text.

        Raises BadRequest with `details.errors` = [{"line", "code", "message", …}] (at most 100), TooLarge,
        and Conflict when somebody edits at the same time or, with the reason `import_undone`, takes it back.
        """
        digest = await asyncio.to_thread(_digest_of, text, file_format)
        unfinished = await self.knowledge.unfinished_import(digest)
        import_id = unfinished.id if unfinished else ImportId(new_id("i"))
        plan = await self._planned(editor, text, file_format, import_id)
        if plan.problems:
            raise BadRequest("nothing was imported", details={"errors": plan.errors})
        if not plan.lines:
            raise BadRequest("the file is empty", details={"errors": []})
        filed = unfinished or KnowledgeImport(
            id=import_id,
            at=self.clock(),
            editor_id=editor.id,
            editor_name=editor.name,
            created=0,
            updated=0,
            unchanged=plan.unchanged,
            digest=digest,
        )
        has_changed = bool(plan.new or plan.changed)
        if has_changed or unfinished:
            await self._save(plan, filed)
            self.announce(KnowledgeChanged())
        return ImportResult(
            created=len(plan.new),
            updated=len(plan.changed),
            unchanged=plan.unchanged,
            import_id=import_id if has_changed else None,
        )

    async def _save(self, plan: Plan, filed: KnowledgeImport) -> None:
        parts = list(in_parts([*plan.new, *plan.changed], self.entries_a_part))
        for number, part in enumerate(parts, start=1):
            new = [one for one in part if isinstance(one, KnowledgeEntry)]
            changed = [one for one in part if isinstance(one, Replacement)]
            filed = replace(
                filed,
                created=filed.created + len(new),
                updated=filed.updated + len(changed),
                is_complete=number == len(parts),
            )
            await self.knowledge.save(new=new, changed=changed, imported=filed)

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


def _digest_of(text: str, file_format: KnowledgeFormat | None) -> str:
    return hashlib.sha256(f"{file_format or ''}\n{text}".encode("utf-8", "backslashreplace")).hexdigest()


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
