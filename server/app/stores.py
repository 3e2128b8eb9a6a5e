"""All stores over one database and one Redis."""

from dataclasses import dataclass

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from server.live.presence import LivePresence
from server.live.rate_limits import RateLimits, budgets_of
from server.settings import Limits
from server.store.accounts import AccountStore
from server.store.client import DATABASE_AWAY, Database
from server.store.consultants import ConsultantStore
from server.store.decisions import DecisionStore
from server.store.drafts import DraftStore
from server.store.knowledge import KnowledgeStore
from server.store.message_log import MessageLog
from server.store.records import AssignmentStore, BotFeedbackStore, NoteStore
from server.store.refresh_tokens import RefreshFamilyStore, SpentTokenStore
from server.store.sessions import SessionStore
from server.store.trust import TrustStore
from server.store.unanswered import UnansweredStore
from server.store.wait_promises import WaitPromiseStore

OUTAGES: tuple[type[Exception], ...] = (DATABASE_AWAY, RedisError)
"""By these the drivers say that the database or Redis is away."""

_REDIS_SECONDS = 2.0
_REDIS_CONNECTIONS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    accounts: AccountStore
    families: RefreshFamilyStore
    spent_tokens: SpentTokenStore
    consultants: ConsultantStore
    knowledge: KnowledgeStore
    sessions: SessionStore
    log: MessageLog
    notes: NoteStore
    assignments: AssignmentStore
    decisions: DecisionStore
    bot_feedback: BotFeedbackStore
    unanswered: UnansweredStore
    drafts: DraftStore
    trust: TrustStore
    wait_promises: WaitPromiseStore
    presence: LivePresence
    limits: RateLimits


def redis_client(url: str) -> Redis:
    """Who finds all its connections busy waits for one: a thousand people who come at once are no outage."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=_REDIS_CONNECTIONS,
        timeout=_REDIS_SECONDS,
        socket_timeout=_REDIS_SECONDS,
        socket_connect_timeout=_REDIS_SECONDS,
        health_check_interval=15,
    )
    return Redis.from_pool(pool)


def build_stores(database: Database, redis: Redis, limits: Limits, *, namespace: str = "wenjin") -> Stores:
    """`namespace` begins every key in Redis, so that two sites may share one."""
    return Stores(
        accounts=AccountStore(database),
        families=RefreshFamilyStore(database),
        spent_tokens=SpentTokenStore(database),
        consultants=ConsultantStore(database),
        knowledge=KnowledgeStore(database),
        sessions=SessionStore(database),
        log=MessageLog(database),
        notes=NoteStore(database),
        assignments=AssignmentStore(database),
        decisions=DecisionStore(database),
        bot_feedback=BotFeedbackStore(database),
        unanswered=UnansweredStore(database),
        drafts=DraftStore(database),
        trust=TrustStore(database),
        wait_promises=WaitPromiseStore(database),
        presence=LivePresence(redis, namespace),
        limits=RateLimits(
            redis=redis,
            budgets=budgets_of(limits),
            is_enabled=limits.enabled,
            prefix=f"{namespace}:limit",
        ),
    )
