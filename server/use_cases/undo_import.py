"""An administrator takes a whole import back."""

from dataclasses import dataclass, replace

from server.domain.errors import Conflict, NotFound
from server.domain.events import KnowledgeChanged
from server.domain.ids import ImportId
from server.domain.knowledge import (
    ChangeKind,
    EntryChange,
    EntryStatus,
    KnowledgeEntry,
    KnowledgeImport,
)
from server.domain.knowledge_rules import fields_of
from server.domain.people import Person
from server.domain.times import utc_now
from server.use_cases.edit_knowledge import written_entry
from server.use_cases.import_parts import ENTRIES_A_PART, in_parts
from server.use_cases.knowledge_ports import Imports, Replacement
from server.use_cases.ports import Announce, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoneImport:
    """How many entries say again what they said before, were archived since the import had made them, or
    were left as they are since somebody has changed them in the meantime."""

    restored: int
    archived: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImports:
    knowledge: Imports

    async def __call__(self, *, limit: int, cursor: str | None) -> tuple[list[KnowledgeImport], str | None]:
        """A page, newest first, and the cursor of the next one."""
        return await self.knowledge.imports(limit=limit, cursor=cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoImport:
    """Makes new versions like every change, so this can be taken back entry by entry.

    It may still be going in: first it is stopped, so that no further part can slip in behind what is then
    read. Many entries are taken back in parts, the last of which marks the import as undone: who dies in
    between leaves one that can be undone once more, and then the rest is.
    """

    knowledge: Imports
    announce: Announce
    clock: Clock = utc_now
    entries_a_part: int = ENTRIES_A_PART

    async def __call__(self, *, editor: Person, import_id: ImportId) -> UndoneImport:
        """Raises NotFound, and Conflict when it is undone already or somebody edits at the same time."""
        filed = await self._stopped(import_id)
        taken_back_before = await self.knowledge.undone_of_import(import_id)
        entries = await self.knowledge.still_of_import(import_id)
        changed = [self._taken_back(after, before, editor, import_id) for after, before in entries]
        undone = replace(filed, undone_at=self.clock(), undone_by_name=editor.name)
        parts = list(in_parts(changed, self.entries_a_part))
        for number, part in enumerate(parts, start=1):
            await self.knowledge.save(new=[], changed=part, undone=undone if number == len(parts) else None)
        if changed:
            self.announce(KnowledgeChanged())
        archived = sum(before is None for _, before in entries)
        return UndoneImport(
            restored=len(entries) - archived,
            archived=archived,
            kept=max(0, filed.created + filed.updated - taken_back_before - len(entries)),
        )

    async def _stopped(self, import_id: ImportId) -> KnowledgeImport:
        """As filed with its last part."""
        filed = await self.knowledge.find_import(import_id)
        if filed is None:
            raise NotFound("no such import")
        if filed.undone_at is not None:
            raise Conflict("this import is undone already", details={"reason": "import_undone"})
        if not filed.is_being_undone:
            await self.knowledge.save(new=[], changed=[], undone=replace(filed, is_being_undone=True))
        return await self.knowledge.find_import(import_id) or filed

    def _taken_back(
        self, stands: KnowledgeEntry, before: KnowledgeEntry | None, editor: Person, import_id: ImportId
    ) -> Replacement:
        fields = fields_of(before or stands)
        if before is None:
            fields = replace(fields, status=EntryStatus.ARCHIVED)
        change = EntryChange(
            kind=ChangeKind.IMPORT_UNDONE,
            editor_name=editor.name,
            restored_version=before.version if before else None,
            import_id=import_id,
        )
        after = written_entry(
            fields, stands.id, editor, version=stands.version + 1, clock=self.clock, change=change
        )
        return Replacement(before=stands, after=after)
