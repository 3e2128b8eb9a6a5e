"""Builds what the HTTP edge needs: people, knowledge, reading sessions, operations."""

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from server.app.session_parts import LiveSessions, requirement_rules
from server.app.stores import OUTAGES, Stores
from server.domain.times import utc_now
from server.http.parts import (
    Check,
    Exposition,
    HttpParts,
    KnowledgeParts,
    LearningParts,
    OperationParts,
    PeopleParts,
    SessionParts,
)
from server.models.client import BotClient, MatcherClient
from server.models.learning_client import LearningClient
from server.realtime.feeds import Feeds
from server.security.access_tokens import AccessTokens
from server.security.passwords import Passwords
from server.security.refresh_tokens import RefreshTokens
from server.security.site_tokens import SiteTokens
from server.settings import Settings
from server.store.ratings import RatingReads
from server.use_cases.change_password import ChangePassword
from server.use_cases.check_entry import CheckEntry
from server.use_cases.create_account import CreateAccount
from server.use_cases.create_visitor import CreateVisitor
from server.use_cases.edit_account import EditAccount
from server.use_cases.edit_consultants import CreateConsultant, EditConsultant, ListConsultants
from server.use_cases.edit_knowledge import ArchiveEntry, CreateEntry, EditEntry
from server.use_cases.export_knowledge import ExportKnowledge
from server.use_cases.export_transcript import ExportTranscript
from server.use_cases.identify_person import IdentifyPerson
from server.use_cases.import_knowledge import ImportKnowledge
from server.use_cases.issue_tokens import IssueTokens
from server.use_cases.list_accounts import ListAccounts
from server.use_cases.list_knowledge import ListKnowledge
from server.use_cases.list_sessions import ListSessions
from server.use_cases.list_unanswered import ListUnanswered
from server.use_cases.list_versions import ListVersions
from server.use_cases.log_in import LogIn
from server.use_cases.log_out import LogOut
from server.use_cases.merge_visitor import MergeVisitor
from server.use_cases.ports import Announce
from server.use_cases.preview_matching import PreviewMatching
from server.use_cases.read_session import ReadSession
from server.use_cases.recall_rejections import RecallRejections
from server.use_cases.refresh_access import RefreshAccess
from server.use_cases.register import Register
from server.use_cases.report_quality import ReportQuality
from server.use_cases.report_queue import ReportQueue
from server.use_cases.review_drafts import DecideDraft, EditDraft, ListDrafts, LookAtDraft, RehearseDraft
from server.use_cases.search_knowledge import SearchKnowledge, TryEntry
from server.use_cases.sign_in_from_site import SignInFromSite
from server.use_cases.summarise_session import SummariseSession
from server.use_cases.undo_import import ListImports, UndoImport
from server.use_cases.weigh_trust import ListDoubted, ReviewEntry
from server.wire.peers import Origins, PeerAddresses
from server.wire.session_views import SessionViews


def build_people(
    stores: Stores,
    live: LiveSessions,
    settings: Settings,
    announce: Announce,
    *,
    passwords: Passwords,
    token_secret: bytes,
) -> PeopleParts:
    accounts, families, profiles = stores.accounts, stores.families, stores.consultants
    language = settings.site.default_language
    access_tokens = AccessTokens(
        secret=token_secret, lifetime=timedelta(seconds=settings.security.access_token_seconds)
    )
    refresh_tokens = RefreshTokens(
        secret=token_secret,
        families=families,
        lifetime=timedelta(days=settings.security.refresh_token_days),
    )
    issue = IssueTokens(access_tokens=access_tokens, refresh_tokens=refresh_tokens)
    merge = MergeVisitor(accounts=accounts, families=families, sessions=live.move, announce=announce)
    create_account = CreateAccount(
        accounts=accounts,
        profiles=profiles,
        passwords=passwords,
        announce=announce,
        default_language=language,
    )
    return PeopleParts(
        identify=IdentifyPerson(access_tokens=access_tokens, accounts=accounts, families=families),
        create_visitor=CreateVisitor(accounts=accounts, issue_tokens=issue, default_language=language),
        register=Register(
            accounts=accounts, passwords=passwords, issue_tokens=issue, default_language=language
        ),
        log_in=LogIn(
            accounts=accounts,
            passwords=passwords,
            throttle=stores.limits,
            merge_visitor=merge,
            issue_tokens=issue,
        ),
        refresh=RefreshAccess(accounts=accounts, refresh_tokens=refresh_tokens, issue_tokens=issue),
        log_out=LogOut(refresh_tokens=refresh_tokens, announce=announce),
        change_password=ChangePassword(
            accounts=accounts,
            passwords=passwords,
            families=families,
            throttle=stores.limits,
            issue_tokens=issue,
            announce=announce,
        ),
        sign_in_from_site=SignInFromSite(
            site_tokens=SiteTokens(keys=_site_keys(settings)),
            spent_tokens=stores.spent_tokens,
            accounts=accounts,
            merge_visitor=merge,
            issue_tokens=issue,
            default_language=language,
        ),
        create_account=create_account,
        list_accounts=ListAccounts(accounts=accounts),
        edit_account=EditAccount(
            accounts=accounts,
            profiles=profiles,
            passwords=passwords,
            families=families,
            announce=announce,
        ),
        list_consultants=ListConsultants(profiles=profiles),
        create_consultant=CreateConsultant(create_account=create_account),
        edit_consultant=EditConsultant(accounts=accounts, profiles=profiles, announce=announce),
    )


def _site_keys(settings: Settings) -> dict[str, dict[str, bytes]]:
    return {
        site: {key.id: key.secret.get_secret_value().encode() for key in keys}
        for site, keys in settings.site.identity_keys.items()
    }


def _build_knowledge(
    stores: Stores, bot: BotClient, matcher: MatcherClient, announce: Announce, settings: Settings
) -> KnowledgeParts:
    knowledge = stores.knowledge
    edit = EditEntry(knowledge=knowledge, announce=announce)
    return KnowledgeParts(
        list=ListKnowledge(knowledge=knowledge),
        create=CreateEntry(knowledge=knowledge, announce=announce),
        edit=edit,
        archive=ArchiveEntry(edit_entry=edit),
        check=CheckEntry(model=LearningClient(bot.line)),
        versions=ListVersions(knowledge=knowledge),
        import_file=ImportKnowledge(knowledge=knowledge, announce=announce),
        list_imports=ListImports(knowledge=knowledge),
        undo_import=UndoImport(knowledge=knowledge, announce=announce),
        export_file=ExportKnowledge(knowledge=knowledge),
        search=SearchKnowledge(model=bot, knowledge=knowledge),
        try_entry=TryEntry(model=LearningClient(bot.line), knowledge=knowledge),
        preview_matching=PreviewMatching(
            model=matcher, profiles=stores.consultants, rules=requirement_rules(settings)
        ),
    )


def _build_learning(
    stores: Stores, learning: LearningClient, knowledge: KnowledgeParts, target_precision: float
) -> LearningParts:
    drafts, questions = stores.drafts, stores.unanswered
    return LearningParts(
        unanswered=ListUnanswered(questions),
        drafts=ListDrafts(drafts),
        look=LookAtDraft(drafts, questions, learning),
        rejections=RecallRejections(drafts, learning),
        edit=EditDraft(drafts, utc_now),
        rehearse=RehearseDraft(drafts, stores.knowledge, learning, utc_now),
        decide=DecideDraft(drafts, questions, stores.knowledge, knowledge.create, knowledge.edit, utc_now),
        doubted=ListDoubted(stores.trust, stores.knowledge),
        review=ReviewEntry(stores.trust, stores.knowledge, utc_now),
        judgement=learning.judgement,
        target_precision=target_precision,
    )


def _build_reading(
    stores: Stores,
    live: LiveSessions,
    settings: Settings,
    *,
    bot: BotClient,
    views: SessionViews,
    feeds: Feeds,
) -> SessionParts:
    past_sessions, zone = settings.privacy.past_sessions, ZoneInfo(settings.site.timezone)
    read = ReadSession(
        sessions=stores.sessions,
        log=stores.log,
        notes=stores.notes,
        assignments=stores.assignments,
        past_sessions=past_sessions,
    )
    return SessionParts(
        list=ListSessions(sessions=stores.sessions, past_sessions=past_sessions),
        read=read,
        export=ExportTranscript(read_session=read, zone=zone),
        summarise=SummariseSession(
            read=read, log=stores.log, feedback=stores.bot_feedback, model=bot, zone=zone
        ),
        rate=live.rate,
        show=views.shown_to,
        board=feeds.read_board,
    )


def build_http_parts(
    stores: Stores,
    people: PeopleParts,
    live: LiveSessions,
    *,
    bot: BotClient,
    matcher: MatcherClient,
    views: SessionViews,
    feeds: Feeds,
    settings: Settings,
    announce: Announce,
    checks: Mapping[str, Check],
    registry: CollectorRegistry,
    exposition: Exposition,
    peers: PeerAddresses,
    origins: Origins,
) -> HttpParts:
    knowledge = _build_knowledge(stores, bot, matcher, announce, settings)
    return HttpParts(
        people=people,
        knowledge=knowledge,
        learning=_build_learning(stores, LearningClient(bot.line), knowledge, settings.bot.target_precision),
        sessions=_build_reading(stores, live, settings, bot=bot, views=views, feeds=feeds),
        report_quality=ReportQuality(
            ratings=RatingReads(stores.sessions.database), profiles=stores.consultants, model=matcher
        ),
        report_queue=ReportQueue(sessions=stores.sessions, promises=stores.wait_promises, clock=utc_now),
        operations=OperationParts(
            checks=checks,
            registry=registry,
            exposition=exposition,
            metrics_token=settings.metrics.token.get_secret_value(),
        ),
        throttle=stores.limits,
        peers=peers,
        origins=origins,
        outages=OUTAGES,
    )
