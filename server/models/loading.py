"""Hands stored knowledge and profiles to the model process, in the form that the libraries read."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from chatbot import Entry
from matching.learning import PastSession
from matching.profiles import Profile
from server.domain.errors import Unavailable
from server.domain.ids import EntryId
from server.domain.knowledge import KnowledgeEntry
from server.domain.people import Consultant
from server.models.client import BotClient, MatcherClient
from server.models.learning_client import LearningClient


@dataclass(slots=True)
class StoredModelContent:
    """Each method replaces everything of its kind that was loaded before, and raises Unavailable.

    Of knowledge the process is told what has changed since it was told last, if it is still the same process.
    """

    bot: BotClient
    matcher: MatcherClient
    _told: dict[EntryId, KnowledgeEntry] = field(default_factory=dict)
    _state: str | None = None

    async def load_knowledge(self, entries: Sequence[KnowledgeEntry]) -> None:
        state, self._state = self._state, None
        known = self._told
        changed = [one for one in entries if known.get(one.id) is not one and known.get(one.id) != one]
        gone = known.keys() - {one.id for one in entries}
        new_state: str | None = None
        if state is not None:
            with contextlib.suppress(Unavailable):
                new_state = await self.bot.load([*map(entry_of, changed)], gone=gone, onto=state)
        self._state = new_state or await self.bot.load([*map(entry_of, entries)])
        self._told = {one.id: one for one in entries}

    async def load_doubted(self, entry_ids: Sequence[str]) -> None:
        await LearningClient(self.bot.line).doubt(entry_ids)

    async def forget_asked(self) -> None:
        await LearningClient(self.bot.line).forget()

    async def load_profiles(self, profiles: Sequence[Consultant]) -> None:
        await self.matcher.load_profiles([profile_of(consultant) for consultant in profiles])

    async def learn_from(self, past: Sequence[PastSession]) -> None:
        await self.matcher.learn_from(past)


def entry_of(stored: KnowledgeEntry) -> Entry:
    return Entry(
        id=stored.id,
        question=stored.question,
        alternatives=tuple(stored.alternatives),
        answer=stored.answer,
        language="en" if stored.language == "en" else "zh",
        category=stored.category,
        tags=tuple(stored.tags),
    )


def profile_of(stored: Consultant) -> Profile:
    return Profile(
        id=stored.id,
        name=stored.name,
        title=stored.title or None,
        bio=stored.bio,
        skills=tuple(stored.skills),
        languages=tuple(stored.languages),
        specialty=stored.specialty or None,
        price_class=stored.price_class or None,
    )
