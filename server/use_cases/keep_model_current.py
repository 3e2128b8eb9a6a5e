"""Keeps the model process at the stored knowledge, whichever node changed it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.domain.trust import EntryTrust
from server.use_cases.look_again import LookAgain

logger = structlog.get_logger(__name__)


class PublishedKnowledge(Protocol):
    async def revision(self) -> int: ...
    async def all(self, *, status: EntryStatus | None = None) -> list[KnowledgeEntry]: ...


class DoubtedEntries(Protocol):
    async def __call__(self) -> Sequence[tuple[EntryTrust, KnowledgeEntry]]: ...


class Erasures(Protocol):
    async def erasures(self) -> int:
        """A number that rises when a session is erased."""


class LoadedModel(Protocol):
    """Each load replaces everything of its kind that was loaded before."""

    async def load_knowledge(self, entries: Sequence[KnowledgeEntry]) -> None: ...
    async def load_doubted(self, entry_ids: Sequence[str]) -> None: ...
    async def forget_asked(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class KeepModelCurrent:
    """Looks every `poll_seconds`, and at once after `look_now`; a failed load is tried again.

    `model_restarted` makes it load everything again: a new process has forgotten what the old one knew.
    """

    knowledge: PublishedKnowledge
    doubted: DoubtedEntries
    learned: Erasures
    model: LoadedModel
    poll_seconds: float = 2.0
    _loaded_knowledge: int | None = None
    _loaded_doubts: tuple[str, ...] | None = None
    _erasures: int | None = None
    _round: asyncio.Lock = field(default_factory=asyncio.Lock)
    _again: LookAgain = field(default_factory=LookAgain)

    def look_now(self) -> None:
        """Something may have changed. Never fails and never waits."""
        self._again.now()

    def model_restarted(self) -> None:
        self._loaded_knowledge = None
        self._loaded_doubts = None
        self._again.now()

    async def run(self) -> None:
        """Until cancelled."""
        await self._again.every(self.poll_seconds, self, complaint="model not current yet")

    async def __call__(self) -> None:
        """Loads what has changed since the last time. Raises what the stores and the model raise."""
        async with self._round:
            await self._load_knowledge()
            await self._load_doubted()
            await self._forget_erased()

    async def _load_knowledge(self) -> None:
        # Read before the entries: a change in between is then loaded once more, never missed.
        revision = await self.knowledge.revision()
        if revision == self._loaded_knowledge:
            return
        entries = await self.knowledge.all(status=EntryStatus.PUBLISHED)
        self._loaded_knowledge = revision
        try:
            await self.model.load_knowledge(entries)
        except BaseException:
            self._loaded_knowledge = None
            raise
        logger.info("knowledge loaded", revision=revision, entries=len(entries))

    async def _load_doubted(self) -> None:
        entry_ids = tuple(sorted(entry.id for _, entry in await self.doubted()))
        if entry_ids == self._loaded_doubts:
            return
        await self.model.load_doubted(entry_ids)
        self._loaded_doubts = entry_ids

    async def _forget_erased(self) -> None:
        """Each machine's model keeps vectors of what was asked. The first look only notes the number."""
        erasures = await self.learned.erasures()
        if self._erasures is not None and erasures != self._erasures:
            await self.model.forget_asked()
            logger.info("erased sessions forgotten", erasures=erasures)
        self._erasures = erasures
