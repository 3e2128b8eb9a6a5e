"""A user says whether an answer of the bot has helped."""

from dataclasses import dataclass

from server.domain.errors import NotFound
from server.domain.ids import EntryId, SessionId
from server.domain.message import Message, SenderRole
from server.domain.people import Person
from server.use_cases.find_session import FindSession
from server.use_cases.ports import BotFeedback, Clock, Log
from server.use_cases.record_unanswered import RecordUnanswered
from server.use_cases.weigh_trust import WeighTrust


@dataclass(frozen=True, slots=True)
class GiveBotFeedback:
    """A word against an answer leaves its question to be learned, and lowers the trust in its entry."""

    find_session: FindSession
    log: Log
    feedback: BotFeedback
    record: RecordUnanswered
    weigh_trust: WeighTrust
    clock: Clock

    async def __call__(self, *, person: Person, session_id: SessionId, seq: int, helpful: bool) -> None:
        """NotFound unless `seq` is a message of the bot. A later word replaces the earlier one."""
        session = await self.find_session.quick(session_id, person)
        found = await self.log.read_after(session_id, after=seq - 1, limit=1)
        if not found or found[0].seq != seq or found[0].sender.role is not SenderRole.BOT:
            raise NotFound("no such message of the bot")
        answer = found[0]
        answered_with = _answered_with(answer)
        await self.feedback.set(
            session_id,
            seq,
            user_id=person.id,
            helpful=helpful,
            entry_ids=[entry["id"] for entry in answer.data.get("bot", {}).get("entries", [])],
            answered_with=answered_with,
            at=self.clock(),
        )
        if not helpful:
            await self.record.not_helpful(session, answer)
        if answered_with is not None:
            await self.weigh_trust(entry_id=answered_with)


def _answered_with(message: Message) -> EntryId | None:
    """None for a question back: it has promised nothing."""
    bot = message.data.get("bot", {})
    entries = bot.get("entries", [])
    return EntryId(entries[0]["id"]) if bot.get("decision") == "answer" and entries else None
