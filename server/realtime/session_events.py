"""Events of a session's members: start, sync, send, and how it goes on and ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from server.domain.ids import AccountId, SessionId
from server.domain.message import MessageKind
from server.domain.times import rfc3339
from server.realtime import payloads as p
from server.realtime.connections import Connection
from server.realtime.event_table import ANYBODY, USERS, USERS_AND_CONSULTANTS, Answer, EventRow
from server.realtime.push import Push
from server.use_cases.end_session import EndSession, LeaveQueue
from server.use_cases.give_bot_feedback import GiveBotFeedback
from server.use_cases.rate_session import RateSession
from server.use_cases.recall_message import RecallMessage
from server.use_cases.record_receipt import RecordReceipt
from server.use_cases.request_handoff import RequestHandoff
from server.use_cases.send_message import NewMessage, SendMessage
from server.use_cases.show_typing import ShowTyping
from server.use_cases.start_session import StartSession
from server.use_cases.sync_session import SyncSession
from server.wire.objects import message_json, rating_json
from server.wire.session_views import SessionViews

Hears = Callable[[SessionId], Awaitable[None]]
"""Returns when nothing that is posted elsewhere from now on can be missed here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvents:
    push: Push
    hears: Hears
    views: SessionViews
    start_session: StartSession
    sync_session: SyncSession
    send_message: SendMessage
    recall_message: RecallMessage
    record_receipt: RecordReceipt
    show_typing: ShowTyping
    request_handoff: RequestHandoff
    leave_queue: LeaveQueue
    end_session: EndSession
    rate_session: RateSession
    give_bot_feedback: GiveBotFeedback

    async def start(self, connection: Connection, request: p.StartSessionRequest) -> Answer:
        message = None
        if request.text is not None and request.cmid is not None:
            message = NewMessage(cmid=request.cmid, text=request.text)
        started = await self.start_session(
            person=connection.person,
            message=message,
            topic=request.topic,
            language=request.language or "",
            price_class=request.price_class or "",
            consultant_id=AccountId(request.consultant_id) if request.consultant_id else None,
        )
        self.push.follow(connection, started.session)
        # What is posted elsewhere before this is heard here shows in the tail that is read after it.
        await self.hears(started.session.id)
        view = await self.views.shown_to(connection.person, started.session)
        last_sent = started.messages[-1].seq if started.messages else 0
        self.push.is_told_up_to(started.session.id, last_sent)
        return Answer(
            {
                "session": view,
                "messages": [message_json(one) for one in started.messages],
                "resumed": started.is_resumed,
            },
            after=partial(self._hint_tail, started.session.id, last_sent, view["last_seq"]),
        )

    def _hint_tail(self, session_id: SessionId, sent: int, tail: int) -> None:
        if tail > sent:
            self.push.gap(session_id)

    async def sync(self, connection: Connection, request: p.SyncRequest) -> Answer:
        session_id = SessionId(request.session_id)
        # Joined first, and pushes held: what is posted while the page is read comes right behind it.
        with self.push.joining(connection, session_id):
            await self.hears(session_id)
            if request.tail is not None:
                page = await self.sync_session.newest(
                    person=connection.person, session_id=session_id, count=request.tail
                )
            else:
                page = await self.sync_session.after(
                    person=connection.person,
                    session_id=session_id,
                    last=request.last or 0,
                    epoch=request.epoch,
                )
            view = await self.views.shown_to(connection.person, page.session)
        self.push.follow(connection, page.session)
        last_sent = page.messages[-1].seq if page.messages else page.first_seq - 1
        if request.tail is not None or not page.has_more:
            self.push.is_told_up_to(session_id, last_sent)
        return Answer(
            {
                "session": view,
                "messages": [message_json(one) for one in page.messages],
                "more": page.has_more,
                "reset": page.is_reset,
                "first_seq": page.first_seq,
            },
            after=partial(connection.release, session_id, after_seq=last_sent),
        )

    async def send(self, connection: Connection, request: p.SendRequest) -> Answer:
        message = await self.send_message(
            person=connection.person,
            session_id=SessionId(request.session_id),
            message=NewMessage(
                cmid=request.cmid,
                text=request.text,
                kind=MessageKind(request.kind),
                reply_to=request.data.reply_to if request.data else None,
            ),
        )
        result: dict[str, Any] = {
            "cmid": request.cmid,
            "seq": message.seq,
            "created_at": rfc3339(message.created_at),
        }
        return Answer(result)

    async def recall(self, connection: Connection, request: p.RecallRequest) -> Answer:
        await self.recall_message(
            person=connection.person, session_id=SessionId(request.session_id), seq=request.seq
        )
        return Answer({})

    async def receipt(self, connection: Connection, request: p.ReceiptRequest) -> Answer:
        await self.record_receipt(
            person=connection.person,
            session_id=SessionId(request.session_id),
            delivered=request.delivered,
            read=request.read,
        )
        return Answer({})

    async def typing(self, connection: Connection, request: p.TypingRequest) -> Answer:
        await self.show_typing(
            person=connection.person, session_id=SessionId(request.session_id), is_on=request.on
        )
        return Answer({})

    async def handoff(self, connection: Connection, request: p.HandoffRequest) -> Answer:
        session = await self.request_handoff(
            person=connection.person, session_id=SessionId(request.session_id), reason=request.reason
        )
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def cancel(self, connection: Connection, request: p.OfSession) -> Answer:
        session = await self.leave_queue(person=connection.person, session_id=SessionId(request.session_id))
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def end(self, connection: Connection, request: p.OfSession) -> Answer:
        session = await self.end_session(person=connection.person, session_id=SessionId(request.session_id))
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def rate(self, connection: Connection, request: p.RateRequest) -> Answer:
        rating = await self.rate_session(
            person=connection.person,
            session_id=SessionId(request.session_id),
            score=request.score,
            comment=request.comment,
            tags=request.tags,
        )
        return Answer({"rating": rating_json(rating)})

    async def feedback(self, connection: Connection, request: p.FeedbackRequest) -> Answer:
        await self.give_bot_feedback(
            person=connection.person,
            session_id=SessionId(request.session_id),
            seq=request.seq,
            helpful=request.helpful,
        )
        return Answer({})


SESSION_ROWS = (
    EventRow(
        name="session:start",
        argument=p.StartSessionRequest,
        result=p.StartResult,
        who=USERS,
        handler=SessionEvents.start,
        meaning="Begins a session, or returns the one that is open (`resumed`).",
    ),
    EventRow(
        name="session:sync",
        argument=p.SyncRequest,
        result=p.SyncResult,
        who=ANYBODY,
        handler=SessionEvents.sync,
        meaning="Messages after `last`, or the newest `tail`; follows the session from now on.",
    ),
    EventRow(
        name="message:send",
        argument=p.SendRequest,
        result=p.SendResult,
        who=ANYBODY,
        handler=SessionEvents.send,
        meaning="Appends a message; acknowledged once durable. The same cmid again is harmless.",
    ),
    EventRow(
        name="message:recall",
        argument=p.RecallRequest,
        result=p.Nothing,
        who=ANYBODY,
        handler=SessionEvents.recall,
        meaning="Takes one's own message back within two minutes; its text is emptied everywhere.",
    ),
    EventRow(
        name="message:receipt",
        argument=p.ReceiptRequest,
        result=p.Nothing,
        who=USERS_AND_CONSULTANTS,
        handler=SessionEvents.receipt,
        meaning="How far this side has received and read; cumulative.",
    ),
    EventRow(
        name="typing",
        argument=p.TypingRequest,
        result=p.Nothing,
        who=USERS_AND_CONSULTANTS,
        handler=SessionEvents.typing,
        meaning="Shows the others that somebody types; expires after 6 s.",
    ),
    EventRow(
        name="session:handoff",
        argument=p.HandoffRequest,
        result=p.SessionResult,
        who=USERS,
        handler=SessionEvents.handoff,
        meaning="Asks for a person. Idempotent.",
    ),
    EventRow(
        name="session:cancel",
        argument=p.OfSession,
        result=p.SessionResult,
        who=USERS,
        handler=SessionEvents.cancel,
        meaning="Leaves the queue; the session ends.",
    ),
    EventRow(
        name="session:end",
        argument=p.OfSession,
        result=p.SessionResult,
        who=USERS_AND_CONSULTANTS,
        handler=SessionEvents.end,
        meaning="Ends the session. Idempotent.",
    ),
    EventRow(
        name="session:rate",
        argument=p.RateRequest,
        result=p.RatingResult,
        who=USERS,
        handler=SessionEvents.rate,
        meaning="Rates an ended session; may be changed for 31 days.",
    ),
    EventRow(
        name="bot:feedback",
        argument=p.FeedbackRequest,
        result=p.Nothing,
        who=USERS,
        handler=SessionEvents.feedback,
        meaning="Whether an answer of the bot has helped.",
    ),
)
