"""The bot had no good answer: the question is kept, without personal data, so that it can be learned."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chatbot.masking import masked
from server.domain.ids import SessionId
from server.domain.message import Message, SenderRole
from server.domain.session import Session
from server.domain.unanswered import UnansweredQuestion, Why
from server.use_cases.learning_ports import UnansweredQuestions
from server.use_cases.ports import Log

if TYPE_CHECKING:
    from chatbot import Reply

_LOOKED_AT = 20
_GOES_ON = frozenset({"handoff", "smalltalk", "clarify"})
_TEACHES_NOTHING = frozenset({"wants_person", "empty"})


@dataclass(frozen=True, slots=True)
class RecordUnanswered:
    """Each message is recorded once, under its place in the log: who takes a turn twice changes nothing."""

    questions: UnansweredQuestions
    log: Log

    async def unsure(self, session: Session, question: Message, reply: "Reply") -> None:
        """The bot hands over; whoever asked for a person outright has asked nothing that could be learned."""
        if reply.decision != "handoff" or reply.intent in _TEACHES_NOTHING:
            return
        entries = [entry.id for entry in reply.entries]
        await self._add(session, question, Why.UNSURE, confidence=reply.confidence, entries=entries)

    async def refused(self, session: Session) -> None:
        """A person was asked for: if the bot had asked "did you mean" before, none of it was meant."""
        newest = await self._newest(session.id)
        said = [one for one in newest if one.sender.role is SenderRole.BOT]
        for answer in reversed(said):
            decision = answer.data.get("bot", {}).get("decision")
            if decision == "clarify":
                await self._add_answered(session, answer, Why.REFUSED)
            if decision not in _GOES_ON:
                return

    async def not_helpful(self, session: Session, answer: Message) -> None:
        """The user says so of an answer, or of a question back."""
        if answer.data.get("bot", {}).get("decision") in {"answer", "clarify"}:
            await self._add_answered(session, answer, Why.NOT_HELPFUL)

    async def _newest(self, session_id: SessionId) -> list[Message]:
        tail = await self.log.tail(session_id)
        return await self.log.read_before(session_id, before=tail + 1, limit=_LOOKED_AT)

    async def _add_answered(self, session: Session, answer: Message, why: Why) -> None:
        seq = answer.data.get("reply_to", 0)
        found = await self.log.read_after(session.id, after=seq - 1, limit=1)
        if not found or found[0].seq != seq or found[0].sender.role is not SenderRole.USER:
            return
        bot: dict[str, Any] = answer.data["bot"]
        entries = [entry["id"] for entry in bot.get("entries", [])]
        await self._add(session, found[0], why, confidence=bot.get("confidence", 0.0), entries=entries)

    async def _add(
        self, session: Session, question: Message, why: Why, *, confidence: float, entries: list[str]
    ) -> None:
        text = masked(question.text, language=_spoken(session.language), names=[session.user.name]).strip()
        if not text or question.data.get("recalled"):
            return
        await self.questions.add(
            UnansweredQuestion(
                session_id=session.id,
                seq=question.seq,
                language=_spoken(session.language),
                why=why,
                text=text,
                asked_at=question.created_at,
                confidence=round(confidence, 4),
                entry_ids=tuple(entries),
            )
        )


def _spoken(language: str) -> Any:
    return "en" if language == "en" else "zh"
