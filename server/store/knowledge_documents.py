"""How knowledge entries, their earlier versions and imports are written down in MongoDB."""

from dataclasses import asdict
from typing import Any

from server.domain.ids import EntryId, ImportId
from server.domain.knowledge import (
    ChangeKind,
    EntryChange,
    EntryStatus,
    KnowledgeEntry,
    KnowledgeImport,
)

Document = dict[str, Any]


def document_of(entry: KnowledgeEntry) -> Document:
    document = asdict(entry) | {"status": entry.status.value}
    document["change"]["kind"] = entry.change.kind.value
    document["_id"] = document.pop("id")
    return document


def entry_of(document: Document) -> KnowledgeEntry:
    """Fields that another part keeps in the same document are its own; old entries have no `change`."""
    return KnowledgeEntry(
        id=EntryId(document["_id"]),
        question=document["question"],
        answer=document["answer"],
        alternatives=document["alternatives"],
        category=document["category"],
        language=document["language"],
        tags=document["tags"],
        status=EntryStatus(document["status"]),
        version=document["version"],
        updated_at=document["updated_at"],
        updated_by=document["updated_by"],
        change=_change_of(document.get("change"), document["version"]),
    )


def place_of(entry_id: EntryId, version: int) -> str:
    """The `_id` of an earlier version. Versions are dense, so a history is read by keys alone."""
    return f"{entry_id}/{version}"


def earlier_document_of(entry: KnowledgeEntry) -> Document:
    return {"_id": place_of(entry.id, entry.version), "entry": document_of(entry)}


def import_document_of(imported: KnowledgeImport) -> Document:
    document = asdict(imported)
    document["_id"] = document.pop("id")
    return document


def import_of(document: Document) -> KnowledgeImport:
    fields = {key: value for key, value in document.items() if key != "_id"}
    return KnowledgeImport(id=ImportId(document["_id"]), **fields)


def _change_of(stored: Document | None, version: int) -> EntryChange:
    if stored is None:
        return EntryChange(kind=ChangeKind.CREATED if version == 1 else ChangeKind.EDITED)
    import_id = stored["import_id"]
    return EntryChange(
        kind=ChangeKind(stored["kind"]),
        editor_name=stored["editor_name"],
        restored_version=stored["restored_version"],
        import_id=ImportId(import_id) if import_id else None,
    )
