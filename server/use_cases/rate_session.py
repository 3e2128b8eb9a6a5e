"""A user rates an ended session, or changes the rating."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.events import SessionChanged
from server.domain.first_response import FirstResponse
from server.domain.ids import AccountId, SessionId
from server.domain.message import SenderRole, clean_text
from server.domain.people import Person
from server.domain.rating import MAX_COMMENT_CODE_POINTS, Rating
from server.use_cases.find_session import FindSession
from server.use_cases.ports import Announce, Clock, Consultants, Log, Sessions

_PAGE_MESSAGES = 200


@dataclass(frozen=True, slots=True)
class RateSession:
    find_session: FindSession
    sessions: Sessions
    consultants: Consultants
    log: Log
    announce: Announce
    clock: Clock

    async def __call__(
        self,
        *,
        person: Person,
        session_id: SessionId,
        score: int,
        comment: str = "",
        tags: Sequence[str] = (),
    ) -> Rating:
        """Belongs to the consultant who wrote last. Conflict while the session is open or after 31 days."""
        session = await self.find_session.fresh(session_id, person)
        comment = clean_text(comment, limit=MAX_COMMENT_CODE_POINTS) if comment.strip() else ""
        last_writer_id = await self._last_writer(session_id)
        rating = session.rate(
            score=score,
            comment=comment,
            tags=tuple(tags),
            last_writer_id=last_writer_id,
            first_response_seconds=await self._first_response(session_id, last_writer_id),
            now=self.clock(),
        )
        replaced = await self.sessions.set_rating(session_id, rating)
        if rating.consultant_id is not None:
            await self.consultants.count_rating(
                rating.consultant_id,
                sessions=0 if replaced else 1,
                score=rating.score - (replaced.score if replaced else 0),
            )
        self.announce(SessionChanged(session, session.status))
        return rating

    async def _last_writer(self, session_id: SessionId) -> AccountId | None:
        # Read from the log when it is asked for: to keep it up to date would slow down every talk.
        before = await self.log.tail(session_id) + 1
        while page := await self.log.read_before(session_id, before=before, limit=_PAGE_MESSAGES):
            for message in reversed(page):
                if message.sender.role is SenderRole.CONSULTANT:
                    return AccountId(message.sender.id)
            before = page[0].seq
        return None

    async def _first_response(self, session_id: SessionId, consultant_id: AccountId | None) -> float | None:
        """Looks as far as their first message, mostly within the first page."""
        if consultant_id is None:
            return None
        response, heard = FirstResponse(consultant_id), 0
        while page := await self.log.read_after(session_id, after=heard, limit=_PAGE_MESSAGES):
            response.hear(page)
            if response.has_written:
                break
            heard = page[-1].seq
        return response.seconds
