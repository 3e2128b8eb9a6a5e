"""An editor writes, corrects or archives one knowledge entry, or takes it back to an earlier version."""

from dataclasses import dataclass

from server.domain.errors import Conflict, NotFound
from server.domain.events import KnowledgeChanged
from server.domain.ids import EntryId, new_id
from server.domain.knowledge import ChangeKind, EntryChange, EntryStatus, KnowledgeEntry
from server.domain.knowledge_rules import EntryEdit, EntryFields, clean_entry, fields_of
from server.domain.people import Person
from server.domain.times import utc_now
from server.use_cases.knowledge_ports import Knowledge, Replacement
from server.use_cases.ports import Announce, Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEntry:
    knowledge: Knowledge
    announce: Announce
    clock: Clock = utc_now

    async def __call__(
        self, *, editor: Person, fields: EntryFields, entry_id: EntryId | None = None
    ) -> KnowledgeEntry:
        """Raises BadRequest naming the field; Conflict when `entry_id` is taken."""
        identifier = entry_id or EntryId(new_id("k"))
        change = EntryChange(kind=ChangeKind.CREATED, editor_name=editor.name)
        entry = written_entry(
            clean_entry(fields), identifier, editor, version=1, clock=self.clock, change=change
        )
        await self.knowledge.save(new=[entry], changed=[])
        self.announce(KnowledgeChanged())
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEntry:
    knowledge: Knowledge
    announce: Announce
    clock: Clock = utc_now

    async def __call__(
        self, *, editor: Person, entry_id: EntryId, edit: EntryEdit, over_version: int | None
    ) -> KnowledgeEntry:
        """The entry after the edit; an edit without effect makes no new version.

        Raises NotFound, BadRequest, and Conflict when `over_version` is not the stored one any more.
        """
        stored = await self._stored(entry_id, over_version)
        after = clean_entry(edit.over(fields_of(stored)))
        is_archived = after.status is EntryStatus.ARCHIVED and stored.status is not EntryStatus.ARCHIVED
        kind = ChangeKind.ARCHIVED if is_archived else ChangeKind.EDITED
        return await self._write(stored, after, editor, EntryChange(kind=kind, editor_name=editor.name))

    async def restore(
        self, *, editor: Person, entry_id: EntryId, version: int, over_version: int | None
    ) -> KnowledgeEntry:
        """The words of an earlier version as a new one; those that stand already make no new version.

        Raises NotFound for an entry or a version that there is not, and Conflict as an edit does.
        """
        stored = await self._stored(entry_id, over_version)
        if version == stored.version:
            return stored
        earlier = await self.knowledge.earlier(entry_id, [version])
        if not earlier:
            raise NotFound("no such version")
        change = EntryChange(kind=ChangeKind.RESTORED, editor_name=editor.name, restored_version=version)
        return await self._write(stored, fields_of(earlier[0]), editor, change)

    async def _stored(self, entry_id: EntryId, over_version: int | None) -> KnowledgeEntry:
        stored = await self.knowledge.find(entry_id)
        if stored is None:
            raise NotFound("no such entry")
        if over_version is not None and over_version != stored.version:
            raise Conflict("somebody else has changed this entry", details={"version": stored.version})
        return stored

    async def _write(
        self, stored: KnowledgeEntry, after: EntryFields, editor: Person, change: EntryChange
    ) -> KnowledgeEntry:
        if after == fields_of(stored):
            return stored
        entry = written_entry(
            after, stored.id, editor, version=stored.version + 1, clock=self.clock, change=change
        )
        await self.knowledge.save(new=[], changed=[Replacement(before=stored, after=entry)])
        self.announce(KnowledgeChanged())
        return entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntry:
    """Nothing is deleted: sessions refer to what the bot once answered."""

    edit_entry: EditEntry

    async def __call__(self, *, editor: Person, entry_id: EntryId) -> KnowledgeEntry:
        return await self.edit_entry(
            editor=editor, entry_id=entry_id, edit=EntryEdit(status=EntryStatus.ARCHIVED), over_version=None
        )


def written_entry(
    fields: EntryFields,
    entry_id: EntryId,
    editor: Person,
    *,
    version: int,
    clock: Clock,
    change: EntryChange,
) -> KnowledgeEntry:
    return KnowledgeEntry(
        id=entry_id,
        question=fields.question,
        answer=fields.answer,
        alternatives=list(fields.alternatives),
        category=fields.category,
        language=fields.language,
        tags=list(fields.tags),
        status=fields.status,
        version=version,
        updated_at=clock(),
        updated_by=editor.id,
        change=change,
    )
