"""Takes one step of a session, durably: save over the fence, write the log, tell everybody."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.domain.errors import SessionEnded, Unavailable
from server.domain.events import MessagePosted, SessionChanged
from server.domain.ids import SessionId
from server.domain.message import StaleFence
from server.domain.session import Session, Step
from server.use_cases.ports import Announce, Assignments, Log, Sessions

_TRIES = 12

Reserve = Callable[[int], Awaitable[None]]
"""Gets what a step needs before it is saved over this fence, or refuses; called again for another fence."""


@dataclass(frozen=True, slots=True)
class ChangeSession:
    """The state is saved together with the log entries that it causes (an outbox inside the session), so a
    crash between the two loses neither: `settle` may run again at any time, by anyone."""

    sessions: Sessions
    log: Log
    assignments: Assignments
    announce: Announce

    async def __call__(self, session_id: SessionId, step: Step, *, reserve: Reserve | None = None) -> Session:
        """The session after the step; unchanged if the step had nothing to change.

        Raises what `step` and `reserve` raise, NotFound, and Unavailable when others keep changing it at the
        same time.
        """
        for attempt in range(_TRIES):
            session = await self.sessions.get(session_id)
            before, fence = session.status, session.fence
            former = session.consultant.id if session.consultant else None
            offer = session.offer
            step(session)
            if session.fence == fence:
                return session
            if reserve is not None:
                await reserve(fence)
            if await self.sessions.save(session, over_fence=fence):
                await self._log_pending(session)
                # Before the outbox is emptied: a change that nobody was told of must be found there.
                self.announce(SessionChanged(session, before, former, offer))
                await self._empty_outbox(session)
                return session
            await asyncio.sleep(random.uniform(0, 0.005 * (attempt + 1)))  # noqa: S311  jitter, not a secret
        raise Unavailable("the session is being changed by too many at once")

    async def settle(self, session: Session) -> None:
        """Finishes a step whose process may have died: files the explanation, writes the pending events and
        tells everybody. What already stands there is left alone; to be told twice harms nobody."""
        if session.pending:
            await self._log_pending(session)
            # What it was before is not known any more: told as of a new one, all concerned look at it.
            self.announce(SessionChanged(session, None))
            await self._empty_outbox(session)

    async def _log_pending(self, session: Session) -> None:
        if session.pending and session.unfiled is not None and session.assigned_at is not None:
            # Before the log: whoever hears of the assignment may ask at once why.
            await self.assignments.file(
                session.id, session.unfiled, fence=session.log_fence, at=session.assigned_at
            )
        for draft in session.pending:
            try:
                appended = await self.log.append(draft)
            except (StaleFence, SessionEnded):
                continue  # a later step is in the log already, and steps are logged in order: so is this one
            if draft.closes_session:
                session.last_seq = appended.message.seq
                await self.sessions.keep_last_seq(session.id, session.last_seq)
            if not appended.is_repeat:
                self.announce(MessagePosted(appended.message, session))

    async def _empty_outbox(self, session: Session) -> None:
        if session.pending:
            session.pending, session.unfiled = [], None
            await self.sessions.confirm_logged(session)
