"""Builds the use cases around live sessions."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from matching.requirements import Requirement, Rule
from server.app.stores import Stores
from server.domain.hours import OpeningHours
from server.domain.times import utc_now
from server.models.client import BotClient, MatcherClient
from server.models.learning_client import LearningClient
from server.settings import Settings
from server.use_cases.announce_queue import AnnounceQueue
from server.use_cases.answer_as_bot import AnswerAsBot, ResumeBotTurns
from server.use_cases.answer_offer import AcceptOffer, ClaimSession, DeclineOffer, ExpireOffers
from server.use_cases.assign_sessions import AssignSessions, LookAtFloor, RoutingRules
from server.use_cases.change_session import ChangeSession
from server.use_cases.draft_entries import DraftEntries
from server.use_cases.end_session import EndSession, LeaveQueue
from server.use_cases.estimate_waits import EstimateWaits, HandleTimes
from server.use_cases.find_session import FindSession
from server.use_cases.give_bot_feedback import GiveBotFeedback
from server.use_cases.glance_at_open import GlanceAtOpen
from server.use_cases.join_replies import JoinReplies
from server.use_cases.judge_estimates import JudgeEstimates
from server.use_cases.move_sessions import MoveSessions
from server.use_cases.ports import Announce
from server.use_cases.rate_session import RateSession
from server.use_cases.recall_message import RecallMessage
from server.use_cases.record_decisions import ForgetDecisions, RecordDecisions
from server.use_cases.record_receipt import RecordReceipt
from server.use_cases.record_unanswered import RecordUnanswered
from server.use_cases.request_handoff import RequestHandoff
from server.use_cases.send_message import SendMessage
from server.use_cases.set_presence import SetPresence
from server.use_cases.settle_alarm import SettleAlarm
from server.use_cases.show_typing import ShowTyping
from server.use_cases.slots import CheckSlots, FreeNeedlessSlot, GiveByHand, GiveSession, ReleaseSlots
from server.use_cases.staff_remarks import AddNote, SetTags
from server.use_cases.start_session import StartSession
from server.use_cases.suggest_answers import SuggestAnswers
from server.use_cases.sync_session import SyncSession
from server.use_cases.transfer_session import JoinSession, TransferSession
from server.use_cases.view_floor import ViewFloor
from server.use_cases.waiting_line import WaitingLine
from server.use_cases.waiting_requests import DescribeWaiting
from server.use_cases.watch_over import WatchOver
from server.use_cases.watch_sessions import (
    FinishChanges,
    Patience,
    ReplaceLostConsultants,
    WatchIdleSessions,
)
from server.use_cases.weigh_trust import WeighTrust


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSessions:
    """What people can ask for."""

    start: StartSession
    sync: SyncSession
    send: SendMessage
    recall: RecallMessage
    receipt: RecordReceipt
    typing: ShowTyping
    handoff: RequestHandoff
    leave_queue: LeaveQueue
    end: EndSession
    rate: RateSession
    feedback: GiveBotFeedback
    presence: SetPresence
    accept: AcceptOffer
    decline: DeclineOffer
    claim: ClaimSession
    transfer: TransferSession
    join: JoinSession
    note: AddNote
    tags: SetTags
    settle_alarm: SettleAlarm
    suggest: SuggestAnswers
    floor: ViewFloor
    move: MoveSessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """What facts and time ask for."""

    line: WaitingLine
    answer_as_bot: AnswerAsBot
    watch_over: WatchOver
    resume_bot_turns: ResumeBotTurns
    assign: AssignSessions
    record_decisions: RecordDecisions
    forget_decisions: ForgetDecisions
    announce_queue: AnnounceQueue
    judge_estimates: JudgeEstimates
    release_slots: ReleaseSlots
    check_slots: CheckSlots
    expire_offers: ExpireOffers
    watch_idle: WatchIdleSessions
    replace_lost: ReplaceLostConsultants
    finish_changes: FinishChanges
    record_unanswered: RecordUnanswered
    join_replies: JoinReplies
    draft_entries: DraftEntries


def opening_hours(settings: Settings) -> OpeningHours:
    return OpeningHours(
        week=settings.hours.week_minutes(),
        zone=ZoneInfo(settings.site.timezone),
        holidays=frozenset(settings.hours.holidays),
    )


def requirement_rules(settings: Settings) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            requirement=Requirement(
                skills=one.needs_skills, language=one.needs_language, consultants=one.needs_consultants
            ),
            topics=one.topics,
            tags=one.tags,
            languages=one.languages,
            least_priority=one.least_priority,
            relax_after_seconds=one.relax_after_seconds,
        )
        for one in settings.routing.requirements
    )


def build_session_parts(
    stores: Stores, bot: BotClient, matcher: MatcherClient, settings: Settings, announce: Announce
) -> tuple[LiveSessions, Housekeeping]:
    sessions, log, consultants, clock = stores.sessions, stores.log, stores.consultants, utc_now
    find = FindSession(sessions)
    change = ChangeSession(sessions, log, stores.assignments, announce)
    send = SendMessage(sessions, find, log, change, announce, clock)
    free_slot = FreeNeedlessSlot(sessions, consultants, clock)
    give = GiveSession(consultants, change, free_slot, clock, settings.routing.new_sessions_per_minute)
    give_by_hand = GiveByHand(stores.presence, give)
    add_note = AddNote(find, stores.notes, log, announce, clock)
    live = LiveSessions(
        start=StartSession(sessions, log, consultants, change, send, clock, settings.bot.enabled),
        sync=SyncSession(find, log),
        send=send,
        recall=RecallMessage(find, log, change, clock),
        receipt=RecordReceipt(find, sessions, log, announce),
        typing=ShowTyping(find, announce),
        handoff=RequestHandoff(find, change, clock),
        leave_queue=LeaveQueue(change, clock),
        end=EndSession(change, clock),
        rate=RateSession(find, sessions, consultants, log, announce, clock),
        feedback=GiveBotFeedback(
            find,
            log,
            stores.bot_feedback,
            RecordUnanswered(stores.unanswered, log),
            WeighTrust(stores.bot_feedback, stores.trust, stores.knowledge, clock),
            clock,
        ),
        presence=SetPresence(consultants, announce),
        accept=AcceptOffer(consultants, change, clock),
        decline=DeclineOffer(change, clock),
        claim=ClaimSession(
            sessions,
            consultants,
            give_by_hand,
            clock,
            settings.routing.manual_claim,
        ),
        transfer=TransferSession(find, consultants, give_by_hand, change, add_note, clock),
        join=JoinSession(find, change, clock),
        note=add_note,
        tags=SetTags(find, sessions, announce),
        settle_alarm=SettleAlarm(find, change, clock),
        suggest=SuggestAnswers(find, log, bot),
        floor=ViewFloor(
            sessions, consultants, stores.presence, stores.bot_feedback, stores.wait_promises, clock
        ),
        move=MoveSessions(sessions, sessions, change, announce, clock),
    )
    keeping = _housekeeping(stores, bot, matcher, settings, announce=announce, change=change, give=give)
    return live, keeping


def _housekeeping(
    stores: Stores,
    bot: BotClient,
    matcher: MatcherClient,
    settings: Settings,
    *,
    announce: Announce,
    change: ChangeSession,
    give: GiveSession,
) -> Housekeeping:
    sessions, log, consultants, clock = stores.sessions, stores.log, stores.consultants, utc_now
    look_at_floor = LookAtFloor(consultants, stores.presence)
    line, open_sessions = WaitingLine(sessions), GlanceAtOpen(sessions)
    hours, routing = opening_hours(settings), settings.routing
    record = RecordUnanswered(stores.unanswered, log)
    record_decisions = RecordDecisions(matcher=matcher, decisions=stores.decisions)
    watch_over = WatchOver(bot, log, change, clock)
    answer = AnswerAsBot(bot, sessions, log, change, announce, clock, record, watch_over)
    patience = Patience(
        idle_warning_seconds=settings.sessions.idle_warning_seconds,
        idle_end_seconds=settings.sessions.idle_end_seconds,
        bot_idle_end_seconds=settings.sessions.bot_idle_end_seconds,
        first_reply_seconds=routing.first_reply_seconds,
        consultant_grace_seconds=routing.consultant_grace_seconds,
    )
    estimate = EstimateWaits(
        look_at_floor,
        HandleTimes(sessions, clock),
        open_sessions,
        stores.wait_promises,
        requirement_rules(settings),
        clock,
        new_sessions_per_minute=routing.new_sessions_per_minute,
        overtaking_limit=routing.overtaking_bound,
    )
    announce_queue = AnnounceQueue(line, estimate, announce, clock, hours)
    return Housekeeping(
        line=line,
        answer_as_bot=answer,
        watch_over=watch_over,
        resume_bot_turns=ResumeBotTurns(log, answer, clock, open_sessions),
        assign=AssignSessions(
            sessions,
            DescribeWaiting(sessions, log, requirement_rules(settings)),
            line,
            look_at_floor,
            stores.presence,
            record_decisions,
            give,
            announce,
            clock,
            hours,
            RoutingRules(
                acceptance=routing.acceptance,
                offer_seconds=routing.offer_seconds,
                overtaking_bound=routing.overtaking_bound,
                user_gone_seconds=routing.user_gone_seconds,
                exploration=routing.exploration,
                new_sessions_per_minute=routing.new_sessions_per_minute,
            ),
        ),
        record_decisions=record_decisions,
        forget_decisions=ForgetDecisions(
            decisions=stores.decisions,
            clock=clock,
            days=routing.decision_days,
            most=routing.most_decisions,
        ),
        announce_queue=announce_queue,
        judge_estimates=JudgeEstimates(sessions, announce_queue, stores.wait_promises, clock),
        release_slots=ReleaseSlots(give.free_needless_slot, announce),
        check_slots=CheckSlots(
            sessions, consultants, change, give.free_needless_slot, open_sessions, announce
        ),
        expire_offers=ExpireOffers(sessions, consultants, stores.presence, change, announce, clock),
        watch_idle=WatchIdleSessions(sessions, log, change, clock, patience, open_sessions),
        replace_lost=ReplaceLostConsultants(
            sessions, log, stores.presence, change, clock, patience, open_sessions
        ),
        finish_changes=FinishChanges(sessions, change),
        record_unanswered=record,
        join_replies=JoinReplies(stores.unanswered, sessions, log, clock),
        draft_entries=DraftEntries(stores.unanswered, stores.drafts, LearningClient(bot.line), clock),
    )
