"""An editor takes all knowledge out as a file; importing that file again changes nothing."""

import asyncio
from dataclasses import dataclass

from server.use_cases.knowledge_files import WRITERS, KnowledgeFormat
from server.use_cases.knowledge_ports import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportKnowledge:
    knowledge: Knowledge

    async def __call__(self, *, file_format: KnowledgeFormat) -> str:
        """Every entry, drafts and archived ones included."""
        entries = await self.knowledge.all()
        return await asyncio.to_thread(WRITERS[file_format], entries)
