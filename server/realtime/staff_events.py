"""Events of consultants and supervisors: the desk, offers, handing on, notes, the board."""

from dataclasses import asdict, dataclass

from server.domain.ids import AccountId, SessionId
from server.domain.people import PresenceStatus
from server.domain.session import Session
from server.realtime import payloads as p
from server.realtime.connections import Connection
from server.realtime.event_table import CONSULTANTS, STAFF, SUPERVISORS, Answer, EventRow
from server.realtime.feeds import Feeds
from server.realtime.lease_keeper import LeaseKeeper
from server.realtime.push import Push
from server.realtime.session_events import Hears
from server.use_cases.answer_offer import AcceptOffer, ClaimSession, DeclineOffer
from server.use_cases.set_presence import SetPresence
from server.use_cases.settle_alarm import SettleAlarm
from server.use_cases.staff_remarks import AddNote, SetTags
from server.use_cases.suggest_answers import SuggestAnswers
from server.use_cases.sync_session import PAGE_MESSAGES, SyncSession
from server.use_cases.transfer_session import JoinSession, TransferSession
from server.wire.objects import message_json, note_json
from server.wire.session_views import SessionViews


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEvents:
    push: Push
    hears: Hears
    views: SessionViews
    feeds: Feeds
    leases: LeaseKeeper
    sync_session: SyncSession
    set_presence: SetPresence
    accept_offer: AcceptOffer
    decline_offer: DeclineOffer
    claim_session: ClaimSession
    transfer_session: TransferSession
    join_session: JoinSession
    add_note: AddNote
    set_tags: SetTags
    settle_alarm: SettleAlarm
    suggest_answers: SuggestAnswers

    async def open_desk(self, connection: Connection, request: p.Empty) -> Answer:  # noqa: ARG002
        desk, sessions = await self.feeds.open_desk(connection)
        await self.leases.came(connection)
        for session in sessions:
            self.push.follow(connection, session)
        return Answer(desk)

    async def presence(self, connection: Connection, request: p.PresenceRequest) -> Answer:
        consultant = await self.set_presence(
            person=connection.person,
            status=PresenceStatus(request.status),
            capacity=request.capacity,
        )
        return Answer({"presence": await self.feeds.presence_of(consultant)})

    async def accept(self, connection: Connection, request: p.OfferRequest) -> Answer:
        session = await self.accept_offer(
            person=connection.person, session_id=SessionId(request.session_id), fence=request.fence
        )
        return await self._taken(connection, session)

    async def decline(self, connection: Connection, request: p.OfferRequest) -> Answer:
        await self.decline_offer(
            person=connection.person,
            session_id=SessionId(request.session_id),
            fence=request.fence,
            reason=request.reason,
        )
        return Answer({})

    async def claim(self, connection: Connection, request: p.OfSession) -> Answer:
        session = await self.claim_session(person=connection.person, session_id=SessionId(request.session_id))
        return await self._taken(connection, session)

    async def transfer(self, connection: Connection, request: p.TransferRequest) -> Answer:
        session = await self.transfer_session(
            person=connection.person,
            session_id=SessionId(request.session_id),
            consultant_id=AccountId(request.consultant_id) if request.consultant_id else None,
            topic=request.topic,
            note=request.note,
        )
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def join(self, connection: Connection, request: p.OfSession) -> Answer:
        session = await self.join_session(person=connection.person, session_id=SessionId(request.session_id))
        return await self._taken(connection, session)

    async def note(self, connection: Connection, request: p.NoteRequest) -> Answer:
        note = await self.add_note(
            person=connection.person,
            session_id=SessionId(request.session_id),
            cmid=request.cmid,
            text=request.text,
        )
        return Answer({"note": note_json(note)})

    async def tags(self, connection: Connection, request: p.TagsRequest) -> Answer:
        session = await self.set_tags(
            person=connection.person, session_id=SessionId(request.session_id), tags=request.tags
        )
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def alarm(self, connection: Connection, request: p.AlarmRequest) -> Answer:
        session = await self.settle_alarm(
            person=connection.person, session_id=SessionId(request.session_id), seq=request.seq
        )
        return Answer({"session": await self.views.shown_to(connection.person, session)})

    async def suggest(self, connection: Connection, request: p.SuggestRequest) -> Answer:
        suggestions = await self.suggest_answers(
            person=connection.person, session_id=SessionId(request.session_id), text=request.text
        )
        return Answer({"suggestions": [asdict(one) for one in suggestions]})

    async def open_board(self, connection: Connection, request: p.Empty) -> Answer:  # noqa: ARG002
        return Answer(await self.feeds.open_board(connection))

    async def _taken(self, connection: Connection, session: Session) -> Answer:
        self.push.follow(connection, session)
        await self.hears(session.id)
        page = await self.sync_session.newest(
            person=connection.person, session_id=session.id, count=PAGE_MESSAGES
        )
        return Answer(
            {
                "session": await self.views.shown_to(connection.person, page.session),
                "messages": [message_json(one) for one in page.messages],
            }
        )


STAFF_ROWS = (
    EventRow(
        name="desk:open",
        argument=p.Empty,
        result=p.DeskResult,
        who=CONSULTANTS,
        handler=StaffEvents.open_desk,
        meaning="The whole desk; `desk` events with the next versions follow.",
    ),
    EventRow(
        name="presence:set",
        argument=p.PresenceRequest,
        result=p.PresenceResult,
        who=CONSULTANTS,
        handler=StaffEvents.presence,
        meaning="Only `online` receives new sessions.",
    ),
    EventRow(
        name="offer:accept",
        argument=p.OfferRequest,
        result=p.SessionWithMessages,
        who=CONSULTANTS,
        handler=StaffEvents.accept,
        meaning="Takes an offered session.",
    ),
    EventRow(
        name="offer:decline",
        argument=p.OfferRequest,
        result=p.Nothing,
        who=CONSULTANTS,
        handler=StaffEvents.decline,
        meaning="Refuses an offered session; it is not offered to this consultant again.",
    ),
    EventRow(
        name="queue:claim",
        argument=p.OfSession,
        result=p.SessionWithMessages,
        who=CONSULTANTS,
        handler=StaffEvents.claim,
        meaning="Takes a waiting session by hand, where `routing.manual_claim` allows it.",
    ),
    EventRow(
        name="session:transfer",
        argument=p.TransferRequest,
        result=p.SessionResult,
        who=STAFF,
        handler=StaffEvents.transfer,
        meaning="To a consultant, or without one back to the queue with the original waiting time.",
    ),
    EventRow(
        name="session:join",
        argument=p.OfSession,
        result=p.SessionWithMessages,
        who=SUPERVISORS,
        handler=StaffEvents.join,
        meaning="Enters a session, visibly.",
    ),
    EventRow(
        name="note:add",
        argument=p.NoteRequest,
        result=p.NoteResult,
        who=STAFF,
        handler=StaffEvents.note,
        meaning="Writes a note that the user never sees.",
    ),
    EventRow(
        name="tags:set",
        argument=p.TagsRequest,
        result=p.SessionResult,
        who=STAFF,
        handler=StaffEvents.tags,
        meaning="Replaces the session's tags.",
    ),
    EventRow(
        name="alarm:settle",
        argument=p.AlarmRequest,
        result=p.SessionResult,
        who=STAFF,
        handler=StaffEvents.alarm,
        meaning="The alarm over the message `seq` has been dealt with; later words may raise it anew.",
    ),
    EventRow(
        name="session:suggest",
        argument=p.SuggestRequest,
        result=p.SuggestResult,
        who=CONSULTANTS,
        handler=StaffEvents.suggest,
        meaning="What the knowledge base would answer to the user's last message and to `text`, a draft.",
    ),
    EventRow(
        name="board:open",
        argument=p.Empty,
        result=p.BoardResult,
        who=SUPERVISORS,
        handler=StaffEvents.open_board,
        meaning="The whole board; `board` events with the next versions follow.",
    ),
)
