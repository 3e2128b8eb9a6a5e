"""Looks at what consultants wrote after the questions that the bot had no answer to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatbot.masking import masked
from chatbot.substance import is_substantial, says_something
from server.domain.errors import NotFound
from server.domain.ids import AccountId
from server.domain.message import MAY_BE_RECALLED_FOR, Message, MessageKind, SenderRole
from server.domain.session import Session, SessionStatus
from server.domain.unanswered import MOST_REPLIES, ColleagueReply, UnansweredQuestion
from server.use_cases.learning_ports import UnansweredQuestions
from server.use_cases.ports import Clock, Log, Sessions

_AT_ONCE = 100
_READ_MESSAGES = 200
_GIVEN_UP_AFTER = timedelta(days=3)
_PEOPLE = frozenset({SenderRole.CONSULTANT, SenderRole.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class JoinReplies:
    """Goes on where a crash has ended it: what is joined is read from the log each time.

    A question is settled when its talk is over and nothing of it can be taken back any more.
    """

    questions: UnansweredQuestions
    sessions: Sessions
    log: Log
    clock: Clock

    async def __call__(self) -> None:
        for question in await self.questions.unsettled(limit=_AT_ONCE):
            await self._look_after(question)

    async def _look_after(self, question: UnansweredQuestion) -> None:
        try:
            session = await self.sessions.get(question.session_id)
        except NotFound:
            await self.questions.forget(question.id)
            return
        messages = await self.log.read_after(
            question.session_id, after=question.seq - 1, limit=_READ_MESSAGES
        )
        if not messages or messages[0].data.get("recalled"):
            await self.questions.forget(question.id)
            return
        now = self.clock()
        replies, is_over = replies_to(messages[1:])
        is_over = is_over or session.status is SessionStatus.ENDED
        newest = max((one.created_at for one in replies), default=question.asked_at)
        is_settled = (
            is_over and now - newest > MAY_BE_RECALLED_FOR
        ) or now - question.asked_at > _GIVEN_UP_AFTER
        await self.questions.join(
            question.id, [_kept(one, session) for one in replies], is_settled=is_settled, at=now
        )


def replies_to(messages: Sequence[Message]) -> tuple[list[Message], bool]:
    """The first substantial replies of people among what follows a question, and whether there are no more.

    They end where the user takes up something new, or after MOST_REPLIES.
    """
    replies: list[Message] = []
    for message in messages:
        if message.kind is not MessageKind.TEXT or message.data.get("recalled"):
            continue
        if message.sender.role is SenderRole.USER and replies and says_something(message.text):
            return replies, True
        if message.sender.role in _PEOPLE and is_substantial(message.text):
            replies.append(message)
            if len(replies) == MOST_REPLIES:
                return replies, True
    return replies, False


def _kept(message: Message, session: Session) -> ColleagueReply:
    names = [session.user.name, message.sender.name]
    return ColleagueReply(
        seq=message.seq,
        text=masked(message.text, language="en" if session.language == "en" else "zh", names=names),
        author_id=AccountId(message.sender.id),
    )
