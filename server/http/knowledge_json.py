"""Versions, differences and trials of knowledge entries as HTTP shows them."""

from typing import Any, cast

from server.domain.knowledge import Difference, KnowledgeImport
from server.domain.times import rfc3339
from server.http.results import DifferenceJson, PastImportJson, SearchJson, VersionJson
from server.use_cases.list_versions import EntryVersion
from server.use_cases.search_knowledge import SearchResult
from server.wire.entries import entry_json


def difference_json(difference: Difference) -> DifferenceJson:
    shape: dict[str, Any] = {
        "field": difference.field,
        "before": list(difference.before) if isinstance(difference.before, tuple) else difference.before,
        "after": list(difference.after) if isinstance(difference.after, tuple) else difference.after,
    }
    return cast("DifferenceJson", shape)


def version_json(version: EntryVersion) -> VersionJson:
    entry = version.entry
    return {
        **entry_json(entry),
        "updated_by": {"id": entry.updated_by, "name": entry.change.editor_name},
        "change": entry.change.kind.value,
        "restored_version": entry.change.restored_version,
        "import_id": entry.change.import_id,
        "differences": None
        if version.differences is None
        else [difference_json(one) for one in version.differences],
    }


def past_import_json(past: KnowledgeImport) -> PastImportJson:
    return {
        "id": past.id,
        "at": rfc3339(past.at),
        "by": {"id": past.editor_id, "name": past.editor_name},
        "created": past.created,
        "updated": past.updated,
        "unchanged": past.unchanged,
        "is_complete": past.is_complete,
        "undone_at": rfc3339(past.undone_at) if past.undone_at else None,
        "undone_by": past.undone_by_name if past.undone_at else None,
    }


def search_json(found: SearchResult) -> SearchJson:
    shape = {
        "decision": found.decision,
        "confidence": found.confidence,
        "answer_from": found.answer_from,
        "clarify_from": found.clarify_from,
        "entries": [
            {"id": one.entry_id, "question": one.question, "answer": one.answer, "score": one.score}
            for one in found.entries
        ],
    }
    return cast("SearchJson", shape)
