"""Everything that the HTTP edge needs, handed in by the composition root."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from prometheus_client import CollectorRegistry

from chatbot.lessons import Judgement
from server.domain.ids import SessionId
from server.domain.people import Person
from server.domain.rating import Rating
from server.domain.session import Session
from server.use_cases.account_ports import Throttle
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
from server.use_cases.list_accounts import ListAccounts
from server.use_cases.list_knowledge import ListKnowledge
from server.use_cases.list_sessions import ListSessions
from server.use_cases.list_unanswered import ListUnanswered
from server.use_cases.list_versions import ListVersions
from server.use_cases.log_in import LogIn
from server.use_cases.log_out import LogOut
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
from server.wire.floor import BoardJson
from server.wire.objects import SessionJson
from server.wire.peers import Origins, PeerAddresses


class RateSessionCall(Protocol):
    async def __call__(
        self,
        *,
        person: Person,
        session_id: SessionId,
        score: int,
        comment: str = "",
        tags: Sequence[str] = (),
    ) -> Rating: ...


ShowSession = Callable[[Person, Session], Awaitable[SessionJson]]
ShowBoard = Callable[[], Awaitable[BoardJson]]
Check = Callable[[], Awaitable[None]]
"""Raises when the part is not well."""
Exposition = Callable[[], Awaitable[bytes]]
"""All metrics in Prometheus' text format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleParts:
    identify: IdentifyPerson
    create_visitor: CreateVisitor
    register: Register
    log_in: LogIn
    refresh: RefreshAccess
    log_out: LogOut
    change_password: ChangePassword
    sign_in_from_site: SignInFromSite
    create_account: CreateAccount
    list_accounts: ListAccounts
    edit_account: EditAccount
    list_consultants: ListConsultants
    create_consultant: CreateConsultant
    edit_consultant: EditConsultant


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeParts:
    list: ListKnowledge
    create: CreateEntry
    edit: EditEntry
    archive: ArchiveEntry
    check: CheckEntry
    versions: ListVersions
    import_file: ImportKnowledge
    list_imports: ListImports
    undo_import: UndoImport
    export_file: ExportKnowledge
    search: SearchKnowledge
    try_entry: TryEntry
    preview_matching: PreviewMatching


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningParts:
    """`target_precision` is the share of the bot's answers that is to be right."""

    unanswered: ListUnanswered
    drafts: ListDrafts
    look: LookAtDraft
    rejections: RecallRejections
    edit: EditDraft
    rehearse: RehearseDraft
    decide: DecideDraft
    doubted: ListDoubted
    review: ReviewEntry
    judgement: Callable[[], Awaitable[Judgement]]
    target_precision: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParts:
    list: ListSessions
    read: ReadSession
    export: ExportTranscript
    summarise: SummariseSession
    rate: RateSessionCall
    show: ShowSession
    board: ShowBoard


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationParts:
    """`checks` decide readiness, by name. Without a `metrics_token` only loopback sees the metrics.

    `registry` is where this edge counts; `exposition` is what is shown, of this process and its siblings.
    `reasons`: why a check failed the last time, by name.
    """

    checks: Mapping[str, Check]
    registry: CollectorRegistry
    exposition: Exposition
    metrics_token: str = ""
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpParts:
    """`outages` are the exceptions by which drivers say that a part is away: they become `unavailable`."""

    people: PeopleParts
    knowledge: KnowledgeParts
    learning: LearningParts
    sessions: SessionParts
    report_quality: ReportQuality
    report_queue: ReportQueue
    operations: OperationParts
    throttle: Throttle
    peers: PeerAddresses
    origins: Origins
    outages: tuple[type[Exception], ...] = ()
    web_folder: Path | None = field(default=None)
