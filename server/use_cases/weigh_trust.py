"""What users say of an answer lowers or raises the trust in its entry; a review starts anew."""

from dataclasses import dataclass
from datetime import datetime

from server.domain.errors import NotFound
from server.domain.ids import EntryId
from server.domain.knowledge import EntryStatus, KnowledgeEntry
from server.domain.people import Person
from server.domain.trust import EntryTrust, Votes, trust_by
from server.use_cases.knowledge_ports import Knowledge
from server.use_cases.learning_ports import FeedbackVotes, TrustInEntries
from server.use_cases.ports import Clock


@dataclass(frozen=True, slots=True)
class WeighTrust:
    """Counted anew each time, so that a vote that is told twice counts once.

    An edit is a review too: what was said of the old words is not held against the new ones.
    """

    votes: FeedbackVotes
    trust: TrustInEntries
    knowledge: Knowledge
    clock: Clock

    async def __call__(self, *, entry_id: EntryId) -> None:
        entry = await self.knowledge.find(entry_id)
        if entry is None:
            return
        known = await self.trust.find(entry_id)
        votes = await self.votes.votes_on(entry_id, since=_counted_since(entry, known))
        await self.trust.save(
            EntryTrust(
                entry_id=entry_id,
                votes=votes,
                trust=trust_by(votes),
                changed_at=self.clock(),
                reviewed_at=known.reviewed_at if known else None,
                reviewed_by=known.reviewed_by if known else "",
            )
        )


@dataclass(frozen=True, slots=True)
class ListDoubted:
    """Published entries in doubt, least trusted first; those that were edited since then are not."""

    trust: TrustInEntries
    knowledge: Knowledge

    async def __call__(self) -> list[tuple[EntryTrust, KnowledgeEntry]]:
        found = []
        for trust in await self.trust.doubted():
            entry = await self.knowledge.find(trust.entry_id)
            if (
                entry is not None
                and entry.status is EntryStatus.PUBLISHED
                and entry.updated_at <= trust.changed_at
            ):
                found.append((trust, entry))
        return found


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """An admin has looked at an entry in doubt and stands by it."""

    trust: TrustInEntries
    knowledge: Knowledge
    clock: Clock

    async def __call__(self, *, editor: Person, entry_id: EntryId) -> EntryTrust:
        """Raises NotFound. Trust is whole again, and earlier votes count no more."""
        if await self.knowledge.find(entry_id) is None:
            raise NotFound("no such entry")
        now = self.clock()
        reviewed = EntryTrust(
            entry_id=entry_id,
            votes=Votes(0, 0),
            trust=1.0,
            changed_at=now,
            reviewed_at=now,
            reviewed_by=editor.id,
        )
        await self.trust.save(reviewed)
        return reviewed


def _counted_since(entry: KnowledgeEntry, known: EntryTrust | None) -> datetime | None:
    if known is None or known.reviewed_at is None:
        return entry.updated_at
    return max(entry.updated_at, known.reviewed_at)
