"""Who reacts to what: facts of the domain, and Redis' coming and going."""

from collections.abc import Callable
from typing import Any

from server.app.between import Between
from server.app.reactions import Announcer
from server.app.session_parts import Housekeeping
from server.app.timers import Timer
from server.domain.events import (
    AccountRevoked,
    FloorChanged,
    KnowledgeChanged,
    MessagePosted,
    NoteAdded,
    OfferMade,
    ProfilesChanged,
    QueueMoved,
    ReceiptMoved,
    SessionChanged,
    TypingShown,
)
from server.domain.message import SenderRole
from server.domain.session import SessionStatus
from server.realtime.edge import RealtimeEdge
from server.realtime.feeds import Feeds
from server.realtime.push import Push
from server.realtime.relay import Relay


def connect_reactions(  # noqa: PLR0917  the table of who reacts to what has many columns
    announcer: Announcer,
    push: Push,
    relay: Relay,
    feeds: Feeds,
    keeping: Housekeeping,
    look_for_work: Callable[[], None],
    content_changed: Callable[[], None],
) -> None:
    def touch_all(_fact: Any) -> None:
        feeds.touch_all()

    def look_for_work_here(_fact: Any) -> None:
        look_for_work()

    def let_bot_answer(fact: MessagePosted) -> Any:
        if fact.message.sender.role is not SenderRole.USER:
            return None
        if fact.session.status is SessionStatus.ACTIVE:
            return keeping.watch_over(fact.session, fact.message)
        return keeping.answer_as_bot(question=fact.message)

    def note_refusal(fact: SessionChanged) -> Any:
        if fact.session.status is SessionStatus.QUEUED and fact.before in {SessionStatus.BOT, None}:
            return keeping.record_unanswered.refused(fact.session)
        return None

    def look_at_model(_fact: Any) -> None:
        content_changed()

    when = announcer.when
    when(MessagePosted, relay.message, let_bot_answer, feeds.message)
    when(
        SessionChanged, relay.session, keeping.release_slots, feeds.session, look_for_work_here, note_refusal
    )
    when(SessionChanged, keeping.record_decisions.session_changed)
    when(NoteAdded, relay.note)
    when(ReceiptMoved, relay.receipt, feeds.receipt)
    when(TypingShown, relay.typing)
    when(OfferMade, relay.offer, feeds.offer)
    when(QueueMoved, push.queue)
    when(FloorChanged, feeds.somebody, relay.floor_changed, look_for_work_here)
    when(KnowledgeChanged, look_at_model, relay.content_changed)
    when(ProfilesChanged, look_at_model, relay.content_changed, touch_all)
    when(AccountRevoked, relay.revoked)


def connect_returns(
    between: Between,
    edge: RealtimeEdge,
    *,
    assign: Timer,
    repair: Timer,
    log_ins: Timer,
) -> None:
    """What has to be done when Redis is back, or gone, and when housekeeping has become ours."""

    def come_back() -> None:
        between.relay.sessions.forget_all()
        between.repair_tails.doubt()
        repair.wake()
        edge.leases.renew_now()
        edge.tokens.doubt()
        log_ins.wake()
        assign.wake()

    between.bus.resubscribed = come_back

    def go_on_alone() -> None:
        repair.wake()
        edge.tokens.doubt()
        log_ins.wake()

    between.bus.lost = go_on_alone
    between.lease.taken = assign.wake
