"""Builds the use cases behind the HTTP edge from stores and settings, one function an area."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from server.domain.times import utc_now
from server.http.parts import KnowledgeParts, PeopleParts, RateSessionCall, SessionParts, ShowSession
from server.security.access_tokens import AccessTokens
from server.security.passwords import Passwords
from server.security.refresh_tokens import FamilyStore, RefreshTokens
from server.security.site_tokens import SiteTokens
from server.settings import Settings
from server.use_cases.account_ports import Accounts, SessionMerger, SpentTokens, Throttle
from server.use_cases.change_password import ChangePassword
from server.use_cases.consultant_ports import Profiles
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
from server.use_cases.knowledge_ports import Knowledge
from server.use_cases.list_accounts import ListAccounts
from server.use_cases.list_knowledge import ListKnowledge
from server.use_cases.list_sessions import ListSessions, SessionPages
from server.use_cases.log_in import LogIn
from server.use_cases.log_out import LogOut
from server.use_cases.merge_visitor import MergeVisitor
from server.use_cases.ports import Announce, Clock
from server.use_cases.preview_matching import PreviewMatching, RankingModel
from server.use_cases.read_session import (
    AssignmentReader,
    MessageReader,
    NoteReader,
    ReadSession,
    SessionFinder,
)
from server.use_cases.refresh_access import RefreshAccess
from server.use_cases.register import Register
from server.use_cases.search_knowledge import SearchKnowledge, SearchModel
from server.use_cases.sign_in_from_site import SignInFromSite


class ReadableSessions(SessionFinder, SessionPages, Protocol):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleStores:
    accounts: Accounts
    families: FamilyStore
    spent_tokens: SpentTokens
    profiles: Profiles
    merger: SessionMerger


def people_parts(
    *,
    settings: Settings,
    token_secret: bytes,
    stores: PeopleStores,
    passwords: Passwords,
    throttle: Throttle,
    announce: Announce,
    clock: Clock = utc_now,
) -> PeopleParts:
    """`token_secret` has at least 32 bytes and is the same on every node."""
    accounts, families, profiles = stores.accounts, stores.families, stores.profiles
    language = settings.site.default_language
    access = AccessTokens(
        secret=token_secret, lifetime=timedelta(seconds=settings.security.access_token_seconds)
    )
    refresh = RefreshTokens(
        secret=token_secret,
        families=families,
        lifetime=timedelta(days=settings.security.refresh_token_days),
        now=clock,
    )
    issue = IssueTokens(access_tokens=access, refresh_tokens=refresh, clock=clock)
    merge = MergeVisitor(accounts=accounts, families=families, sessions=stores.merger, announce=announce)
    create_account = CreateAccount(
        accounts=accounts,
        profiles=profiles,
        passwords=passwords,
        announce=announce,
        default_language=language,
        clock=clock,
    )
    return PeopleParts(
        identify=IdentifyPerson(access_tokens=access, accounts=accounts, families=families),
        create_visitor=CreateVisitor(
            accounts=accounts, issue_tokens=issue, default_language=language, clock=clock
        ),
        register=Register(
            accounts=accounts,
            passwords=passwords,
            issue_tokens=issue,
            default_language=language,
            clock=clock,
        ),
        log_in=LogIn(
            accounts=accounts,
            passwords=passwords,
            throttle=throttle,
            merge_visitor=merge,
            issue_tokens=issue,
        ),
        refresh=RefreshAccess(accounts=accounts, refresh_tokens=refresh, issue_tokens=issue),
        log_out=LogOut(refresh_tokens=refresh, announce=announce),
        change_password=ChangePassword(
            accounts=accounts,
            passwords=passwords,
            families=families,
            throttle=throttle,
            issue_tokens=issue,
            announce=announce,
        ),
        sign_in_from_site=SignInFromSite(
            site_tokens=SiteTokens(keys=site_keys(settings)),
            spent_tokens=stores.spent_tokens,
            accounts=accounts,
            merge_visitor=merge,
            issue_tokens=issue,
            default_language=language,
            clock=clock,
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


def knowledge_parts(
    *,
    knowledge: Knowledge,
    profiles: Profiles,
    search_model: SearchModel,
    ranking_model: RankingModel,
    announce: Announce,
    clock: Clock = utc_now,
) -> KnowledgeParts:
    edit = EditEntry(knowledge=knowledge, announce=announce, clock=clock)
    return KnowledgeParts(
        list=ListKnowledge(knowledge=knowledge),
        create=CreateEntry(knowledge=knowledge, announce=announce, clock=clock),
        edit=edit,
        archive=ArchiveEntry(edit_entry=edit),
        import_file=ImportKnowledge(knowledge=knowledge, announce=announce, clock=clock),
        export_file=ExportKnowledge(knowledge=knowledge),
        search=SearchKnowledge(model=search_model, knowledge=knowledge),
        preview_matching=PreviewMatching(model=ranking_model, profiles=profiles, clock=clock),
    )


def session_parts(
    *,
    settings: Settings,
    sessions: ReadableSessions,
    log: MessageReader,
    notes: NoteReader,
    assignments: AssignmentReader,
    rate: RateSessionCall,
    show: ShowSession,
    board: Callable[[], Awaitable[Mapping[str, Any]]],
) -> SessionParts:
    past_sessions = settings.privacy.past_sessions
    read = ReadSession(
        sessions=sessions, log=log, notes=notes, assignments=assignments, past_sessions=past_sessions
    )
    return SessionParts(
        list=ListSessions(sessions=sessions, past_sessions=past_sessions),
        read=read,
        export=ExportTranscript(read_session=read),
        rate=rate,
        show=show,
        board=board,
    )


def site_keys(settings: Settings) -> dict[str, dict[str, bytes]]:
    """The host sites' secrets by site and key id."""
    return {
        site: {key.id: key.secret.get_secret_value().encode() for key in keys}
        for site, keys in settings.site.identity_keys.items()
    }
