"""What the use cases around learning need from the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from server.domain.drafts import Draft, DraftStatus, RehearsalFigures
from server.domain.ids import EntryId, SessionId
from server.domain.trust import EntryTrust, Votes
from server.domain.unanswered import ColleagueReply, UnansweredQuestion


class UnansweredQuestions(Protocol):
    async def add(self, question: UnansweredQuestion) -> bool:
        """False when this message is recorded already; the first record stays."""
        ...

    async def unsettled(self, *, limit: int) -> list[UnansweredQuestion]:
        """Those that nobody has looked at for the longest time first."""
        ...

    async def join(
        self, question_id: str, replies: Sequence[ColleagueReply], *, is_settled: bool, at: datetime
    ) -> None:
        """Replaces what was joined before."""
        ...

    async def forget(self, question_id: str) -> None: ...

    async def newest_open(self, *, limit: int) -> list[UnansweredQuestion]: ...

    async def open_page(
        self, *, limit: int, cursor: str | None
    ) -> tuple[list[UnansweredQuestion], str | None]: ...

    async def of(self, question_ids: Sequence[str]) -> list[UnansweredQuestion]:
        """Those that are still there, oldest first."""
        ...

    async def of_session(self, session_id: SessionId) -> list[UnansweredQuestion]: ...
    async def forget_session(self, session_id: SessionId) -> None: ...

    async def touch(self, question_ids: Sequence[str], *, at: datetime) -> None:
        """They are to be drafted anew: `last_change` moves, if any of them is there."""
        ...

    async def close(self, question_ids: Sequence[str]) -> None: ...

    async def last_change(self) -> datetime | None: ...

    async def forget_oldest(self) -> int: ...


class Drafts(Protocol):
    async def find(self, draft_id: str) -> Draft | None: ...
    async def pending(self) -> list[Draft]: ...

    async def page(
        self, status: DraftStatus | None, *, limit: int, cursor: str | None
    ) -> tuple[list[Draft], str | None]: ...

    async def add(self, draft: Draft) -> bool:
        """False when there is one of this id."""
        ...

    async def replace(self, draft: Draft, *, at: datetime) -> Draft:
        """Saved over the version that was read. Raises Conflict when it is not pending in that version."""
        ...

    async def keep_rehearsal(self, draft: Draft, figures: RehearsalFigures) -> None: ...
    async def forget(self, drafts: Sequence[Draft]) -> None: ...

    async def of_session(self, session_id: SessionId) -> list[Draft]:
        """Those, of every status, that one of its questions is behind."""
        ...

    async def delete(self, draft_id: str) -> None:
        """Whatever its version and status."""
        ...

    async def overwrite(self, draft: Draft) -> None:
        """Whatever its status, with a new version; a draft that has changed meanwhile is a Conflict."""
        ...

    async def counts(self) -> dict[str, int]: ...


class TrustInEntries(Protocol):
    async def find(self, entry_id: EntryId) -> EntryTrust | None: ...
    async def save(self, trust: EntryTrust) -> None: ...

    async def doubted(self) -> list[EntryTrust]:
        """Least trusted first."""
        ...


class FeedbackVotes(Protocol):
    async def votes_on(self, entry_id: EntryId, *, since: datetime | None) -> Votes:
        """One vote a person, the last one; only those after `since`."""
        ...
