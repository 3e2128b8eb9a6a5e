"""Keeps the model process at the stored profiles, and at what rated sessions teach of the consultants."""

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from matching.learning import PastSession
from server.domain.people import Consultant
from server.use_cases.keep_model_current import Erasures
from server.use_cases.look_again import LookAgain

_PROFILES_AGAIN_SECONDS = 60.0
"""However little seems to have changed: a profile and its revision are not written in one step."""

_SHARE_OF_NEW_RATINGS = 0.05
"""With so many more ratings than at the last time they are learned from anew."""

_LEARN_AGAIN_SECONDS = 3_600.0
"""However few ratings are new: what was changed or given to another account is so in matching too."""

logger = structlog.get_logger(__name__)


class ActiveProfiles(Protocol):
    async def revision(self) -> int: ...
    async def all(self, *, active_only: bool = True) -> list[Consultant]: ...


class LoadedMatching(Protocol):
    """Each replaces everything of its kind that was loaded before. `past` comes newest first."""

    async def load_profiles(self, profiles: Sequence[Consultant]) -> None: ...
    async def learn_from(self, past: Sequence[PastSession]) -> None: ...


@dataclass(slots=True, kw_only=True)
class KeepMatchingCurrent:
    """Looks every `poll_seconds`, and at once after `look_now`; a failed load is tried again.

    Beside `KeepModelCurrent`, since thousands of sessions take minutes to learn from for the first time:
    edited knowledge does not wait for that. Nor do rounds of assignment, which go on from what was learned
    before. `model_restarted` makes it load everything again. A model that knows nothing is first taught by
    the newest `first_sessions`: all of them may take half an hour to embed.
    """

    consultants: ActiveProfiles
    recall_past_sessions: Callable[[], Awaitable[list[PastSession]]]
    learned: Erasures
    model: LoadedMatching
    poll_seconds: float = 2.0
    first_sessions: int = 1_000
    _loaded_profiles: str | None = None
    _profiles_revision: int | None = None
    _profiles_again_at: float = 0.0
    _ratings: int = 0
    _learned_step: tuple[int, int] | None = None
    _learned_from: list[PastSession] | None = None
    _learn_again_at: float = 0.0
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _learning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _profiles_again: LookAgain = field(default_factory=LookAgain)
    _lessons_again: LookAgain = field(default_factory=LookAgain)

    def look_now(self) -> None:
        """Something may have changed. Never fails and never waits."""
        self._profiles_again.now()
        self._lessons_again.now()

    def model_restarted(self) -> None:
        self._loaded_profiles = None
        self._profiles_revision = None
        self._learned_step = None
        self._learned_from = None
        self.look_now()

    async def run(self) -> None:
        """Until cancelled. An edited profile does not wait until thousands of sessions are learned from."""
        await asyncio.gather(
            self._profiles_again.every(
                self.poll_seconds, self.load_profiles, complaint="profiles not current yet"
            ),
            self._lessons_again.every(self.poll_seconds, self.learn, complaint="lessons not current yet"),
        )

    async def __call__(self) -> None:
        """Loads what has changed since the last time. Raises what the stores and the model raise."""
        await self.load_profiles()
        await self.learn()

    async def load_profiles(self) -> None:
        """The same for profiles alone, which is quick."""
        async with self._loading:
            revision = await self.consultants.revision()
            if revision == self._profiles_revision and time.monotonic() < self._profiles_again_at:
                return
            consultants = await self.consultants.all(active_only=True)
            self._profiles_revision = revision
            self._profiles_again_at = time.monotonic() + _PROFILES_AGAIN_SECONDS
            self._ratings = sum(one.rating_count for one in consultants)
            print_of_all = _fingerprint(consultants)
            if print_of_all == self._loaded_profiles:
                return
            self._loaded_profiles = print_of_all
            try:
                await self.model.load_profiles(consultants)
            except BaseException:
                self._loaded_profiles = self._profiles_revision = None
                raise
            logger.info("profiles loaded", consultants=len(consultants))

    async def learn(self) -> None:
        """The same for what rated sessions teach."""
        async with self._learning:
            ratings_step = int(math.log1p(self._ratings) / math.log1p(_SHARE_OF_NEW_RATINGS))
            step = (ratings_step, await self.learned.erasures())
            if step == self._learned_step and time.monotonic() < self._learn_again_at:
                return
            past = await self.recall_past_sessions()
            before, self._learned_from, self._learned_step = self._learned_from, past, step
            self._learn_again_at = time.monotonic() + _LEARN_AGAIN_SECONDS
            if past == before:
                return
            try:
                if before is None and len(past) > self.first_sessions:
                    await self.model.learn_from(past[: self.first_sessions])
                await self.model.learn_from(past)
            except BaseException:
                self._learned_from = self._learned_step = None
                raise
            logger.info("learned from rated sessions", sessions=len(past))


def _fingerprint(consultants: Sequence[Consultant]) -> str:
    """Of what matching reads; presence, slots and ratings change all the time and are none of it."""
    digest = hashlib.sha256()
    for one in sorted(consultants, key=lambda consultant: consultant.id):
        lines = (one.id, one.name, one.title, one.bio, one.specialty, one.price_class)
        parts = (*lines, *one.skills, "", *one.languages)
        digest.update(repr(parts).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
