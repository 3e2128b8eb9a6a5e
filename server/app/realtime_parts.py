"""Builds the Socket.IO edge."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry

from server.app.metric_table import observer
from server.app.session_parts import LiveSessions
from server.app.stores import OUTAGES, Stores
from server.domain.ids import AccountId
from server.live.rate_limits import Budget, TokenBucket
from server.realtime.allowance import Allowance
from server.realtime.connections import Connections
from server.realtime.edge import Crowd, RealtimeEdge
from server.realtime.event_table import EventFunnel
from server.realtime.feeds import Feeds
from server.realtime.lease_keeper import LeaseKeeper
from server.realtime.push import Push
from server.realtime.session_events import SESSION_ROWS, Hears, SessionEvents
from server.realtime.staff_events import STAFF_ROWS, StaffEvents
from server.realtime.token_watch import TOKEN_ROWS, TokenWatch
from server.settings import Limits, Settings
from server.use_cases.identify_person import IdentifyPerson
from server.wire.peers import Origins, PeerAddresses
from server.wire.session_views import SessionViews


def _allowance(limits: Limits) -> Allowance:
    messages = Budget(burst=limits.message_burst, interval_seconds=1 / limits.messages_per_second)
    events = Budget(
        burst=max(1, round(limits.events_per_second)), interval_seconds=1 / limits.events_per_second
    )
    return Allowance(lambda: TokenBucket(messages), lambda: TokenBucket(events), limits.enabled)


def build_edge(
    stores: Stores,
    live: LiveSessions,
    *,
    identify: IdentifyPerson,
    connections: Connections,
    push: Push,
    hears: Hears,
    feeds: Feeds,
    views: SessionViews,
    settings: Settings,
    peers: PeerAddresses,
    origins: Origins,
    registry: CollectorRegistry,
    presence_changed: Callable[[AccountId], None],
) -> RealtimeEdge:
    leases = LeaseKeeper(stores.presence, connections, presence_changed)
    tokens = TokenWatch(identify, connections, stores.families)
    of_sessions, of_staff = _owners(live, push, hears, views, feeds=feeds, leases=leases)
    owners = ((of_sessions, SESSION_ROWS), (of_staff, STAFF_ROWS), (tokens, TOKEN_ROWS))
    return RealtimeEdge(
        identify=identify,
        connections=connections,
        push=push,
        funnel=EventFunnel.of(
            owners,
            take=_allowance(settings.limits).take,
            observe=observer("wenjin_event_seconds", registry),
            outages=OUTAGES,
        ),
        leases=leases,
        tokens=tokens,
        sessions=stores.sessions,
        origins=origins,
        peers=peers,
        crowd=Crowd(
            per_person=settings.limits.connections_per_person,
            per_address=settings.limits.connections_per_address,
            is_limited=settings.limits.enabled,
        ),
    )


def _owners(
    live: LiveSessions,
    push: Push,
    hears: Hears,
    views: SessionViews,
    *,
    feeds: Feeds,
    leases: LeaseKeeper,
) -> tuple[SessionEvents, StaffEvents]:
    of_sessions = SessionEvents(
        push=push,
        hears=hears,
        views=views,
        start_session=live.start,
        sync_session=live.sync,
        send_message=live.send,
        recall_message=live.recall,
        record_receipt=live.receipt,
        show_typing=live.typing,
        request_handoff=live.handoff,
        leave_queue=live.leave_queue,
        end_session=live.end,
        rate_session=live.rate,
        give_bot_feedback=live.feedback,
    )
    of_staff = StaffEvents(
        push=push,
        hears=hears,
        views=views,
        feeds=feeds,
        leases=leases,
        sync_session=live.sync,
        set_presence=live.presence,
        accept_offer=live.accept,
        decline_offer=live.decline,
        claim_session=live.claim,
        settle_alarm=live.settle_alarm,
        transfer_session=live.transfer,
        join_session=live.join,
        add_note=live.note,
        set_tags=live.tags,
        suggest_answers=live.suggest,
    )
    return of_sessions, of_staff
