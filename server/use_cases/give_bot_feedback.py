"""A user says whether an answer of the bot has helped."""

from dataclasses import dataclass

from server.domain.errors import NotFound
from server.domain.ids import SessionId
from server.domain.message import SenderRole
from server.domain.people import Person
from server.use_cases.find_session import FindSession
from server.use_cases.ports import BotFeedback, Log


@dataclass(frozen=True, slots=True)
class GiveBotFeedback:
    find_session: FindSession
    log: Log
    feedback: BotFeedback

    async def __call__(self, *, person: Person, session_id: SessionId, seq: int, helpful: bool) -> None:
        """NotFound unless `seq` is a message of the bot. A later word replaces the earlier one."""
        await self.find_session.quick(session_id, person)
        found = await self.log.read_after(session_id, after=seq - 1, limit=1)
        if not found or found[0].seq != seq or found[0].sender.role is not SenderRole.BOT:
            raise NotFound("no such message of the bot")
        entries = found[0].data.get("bot", {}).get("entries", [])
        await self.feedback.set(
            session_id,
            seq,
            user_id=person.id,
            helpful=helpful,
            entry_ids=[entry["id"] for entry in entries],
        )
