"""What the bot could not answer is kept once, joined with colleagues' replies, drafted and decided."""

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from chatbot import Reply
from chatbot.lessons import Proposal, Rehearsal, SimilarEntry
from server.domain.drafts import Draft as EntryDraft
from server.domain.drafts import DraftStatus, DraftWords
from server.domain.errors import BadRequest, Conflict
from server.domain.ids import AccountId, EntryId, SessionId, new_id
from server.domain.knowledge_rules import EntryFields
from server.domain.message import Draft, Message, MessageKind, Sender, SenderRole
from server.domain.people import Person, Role
from server.domain.session import Named, Session
from server.domain.times import utc_now
from server.domain.trust import LEAST_TRUST, Votes, trust_by
from server.domain.unanswered import UnansweredQuestion, Why
from server.store.client import Database
from server.store.drafts import DraftStore
from server.store.knowledge import KnowledgeStore
from server.store.message_log import MessageLog
from server.store.records import BotFeedbackStore
from server.store.sessions import SessionStore
from server.store.trust import TrustStore
from server.store.unanswered import UnansweredStore
from server.use_cases.draft_entries import DraftEntries
from server.use_cases.edit_knowledge import CreateEntry, EditEntry
from server.use_cases.join_replies import JoinReplies
from server.use_cases.knowledge_ports import EntryQuery
from server.use_cases.record_unanswered import RecordUnanswered
from server.use_cases.review_drafts import DecideDraft, EditDraft, RehearseDraft
from server.use_cases.weigh_trust import ListDoubted, ReviewEntry, WeighTrust

ADMIN = Person(id=AccountId("a_admin"), name="管理员", role=Role.ADMIN, language="zh")


class OneForEach:
    """A model that proposes one draft a question, in its own words."""

    async def forget(self) -> None:
        """It keeps nothing."""

    async def propose(self, questions: Sequence[UnansweredQuestion]) -> list[Proposal]:
        return [
            Proposal(
                question=one.text,
                alternatives=(),
                answer=" ".join(reply.text for reply in one.replies),
                language="zh",
                question_ids=(one.id,),
                answered_by=one.id if one.replies else None,
                similar=(),
            )
            for one in questions
        ]

    async def similar_to(
        self, wordings: Sequence[str], *, answer: str, language: str, except_id: str | None
    ) -> list[SimilarEntry]:
        return []

    async def rehearse(self, entry_id: str, words: DraftWords) -> Rehearsal:
        return Rehearsal(
            asked=3,
            right_before=2,
            right_after=1,
            wrong_before=0,
            wrong_after=1,
            newly_right=0,
            newly_wrong=1,
            newly_silent=0,
            changes=(),
            own_asked=1,
            own_right=1,
        )


@dataclass
class House:
    """The stores and use cases of one site, with a clock of its own."""

    database: Database
    now: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        self.sessions, self.log = SessionStore(self.database), MessageLog(self.database)
        self.questions, self.drafts = UnansweredStore(self.database), DraftStore(self.database)
        self.knowledge, self.trust = KnowledgeStore(self.database), TrustStore(self.database)
        self.feedback = BotFeedbackStore(self.database)
        self.record = RecordUnanswered(self.questions, self.log)
        self.join = JoinReplies(self.questions, self.sessions, self.log, self.clock)
        self.draft = DraftEntries(self.questions, self.drafts, OneForEach(), self.clock)
        self.edit = EditDraft(self.drafts, self.clock)
        self.rehearse = RehearseDraft(self.drafts, self.knowledge, OneForEach(), self.clock)
        create = CreateEntry(knowledge=self.knowledge, announce=lambda _fact: None)
        edit = EditEntry(knowledge=self.knowledge, announce=lambda _fact: None)
        self.decide = DecideDraft(self.drafts, self.questions, self.knowledge, create, edit, self.clock)
        self.weigh = WeighTrust(self.feedback, self.trust, self.knowledge, self.clock)
        self.create = create

    def clock(self) -> datetime:
        return self.now

    async def begin(self) -> Session:
        session = Session(
            id=SessionId(new_id("s")),
            epoch=1,
            user=Named(AccountId(new_id("u")), "王小明"),
            language="zh",
            created_at=self.now,
        )
        await self.sessions.insert(session)
        return session

    async def say(
        self, session: Session, role: SenderRole, text: str, *, bot: str = "", to: int = 0
    ) -> Message:
        data = {"bot": {"decision": bot, "confidence": 0.2, "entries": []}, "reply_to": to} if bot else {}
        sender_id = {SenderRole.USER: session.user.id, SenderRole.CONSULTANT: "c_lin"}.get(role, "bot")
        appended = await self.log.append(
            Draft(
                session_id=session.id,
                epoch=1,
                fence=session.log_fence,
                cmid=str(uuid.uuid4()),
                kind=MessageKind.TEXT,
                sender=Sender(role, sender_id, "林律师"),
                text=text,
                created_at=self.now,
                data=data,
            )
        )
        return appended.message

    async def open(self) -> list[UnansweredQuestion]:
        return (await self.questions.open_page(limit=50, cursor=None))[0]

    async def asked_and_answered(self, question: str, *replies: str) -> Session:
        session = await self.begin()
        asked = await self.say(session, SenderRole.USER, question)
        await self.record.unsure(session, asked, unsure())
        for reply in replies:
            await self.say(session, SenderRole.CONSULTANT, reply)
        await self.join()
        return session


def unsure(intent: str = "question") -> Reply:
    return Reply(
        decision="handoff",
        text="我为您转接人工。",
        confidence=0.1,
        entries=(),
        language="zh",
        intent=intent,  # type: ignore[arg-type]  # the ones used here are intents
        is_urgent=False,
    )


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database) -> AsyncIterator[House]:
    made = House(database)
    made.log.start()
    yield made
    await made.log.stop()


async def test_a_turn_that_is_taken_twice_records_its_question_once_and_masked(house: House) -> None:
    session = await house.begin()
    asked = await house.say(session, SenderRole.USER, "我是王小明，电话13800138000，怎么改签机票？")
    for _ in range(2):
        await house.record.unsure(session, asked, unsure())
    (kept,) = await house.open()
    assert (kept.session_id, kept.seq, kept.why) == (session.id, asked.seq, Why.UNSURE)
    assert kept.text == "我是[姓名]，电话[电话]，怎么改签机票？"


async def test_who_only_wants_a_person_has_asked_nothing(house: House) -> None:
    session = await house.begin()
    asked = await house.say(session, SenderRole.USER, "转人工")
    await house.record.unsure(session, asked, unsure("wants_person"))
    assert await house.open() == []


async def test_a_refused_did_you_mean_leaves_every_question_that_was_asked_back(house: House) -> None:
    session = await house.begin()
    first = await house.say(session, SenderRole.USER, "宠物可以一起坐飞机吗")
    await house.say(session, SenderRole.BOT, "您是不是想问…", bot="clarify", to=first.seq)
    second = await house.say(session, SenderRole.USER, "我是说带猫上飞机")
    await house.say(session, SenderRole.BOT, "您是不是想问…", bot="clarify", to=second.seq)
    for _ in range(2):
        await house.record.refused(session)
    assert {(one.seq, one.why) for one in await house.open()} == {
        (first.seq, Why.REFUSED),
        (second.seq, Why.REFUSED),
    }


async def test_a_did_you_mean_that_was_answered_is_not_refused(house: House) -> None:
    session = await house.begin()
    asked = await house.say(session, SenderRole.USER, "宠物可以一起坐飞机吗")
    await house.say(session, SenderRole.BOT, "您是不是想问…", bot="clarify", to=asked.seq)
    chosen = await house.say(session, SenderRole.USER, "宠物如何托运？")
    await house.say(session, SenderRole.BOT, "提前办理。", bot="answer", to=chosen.seq)
    await house.record.refused(session)
    assert await house.open() == []


async def test_an_answer_that_did_not_help_leaves_its_question(house: House) -> None:
    session = await house.begin()
    asked = await house.say(session, SenderRole.USER, "婴儿票多少钱")
    answer = await house.say(session, SenderRole.BOT, "成人票 500 元。", bot="answer", to=asked.seq)
    await house.record.not_helpful(session, answer)
    assert [(one.seq, one.why) for one in await house.open()] == [(asked.seq, Why.NOT_HELPFUL)]


async def test_the_first_substantial_replies_are_joined_and_settled_when_the_talk_goes_on(
    house: House,
) -> None:
    session = await house.asked_and_answered(
        "改签机票要收费吗？",
        "您好",
        "请问您是哪一天的航班？",
        "起飞前两小时以上改签不收费，我是林律师，电话 13900139000。",
    )
    (kept,) = await house.open()
    assert [one.text for one in kept.replies] == ["起飞前两小时以上改签不收费，我是[姓名]，电话 [电话]。"]
    assert not kept.is_settled
    await house.say(session, SenderRole.USER, "那么行李额度会跟着一起变化吗")
    await house.say(session, SenderRole.CONSULTANT, "行李额度按照新的航班来计算。")
    house.now += timedelta(minutes=3)
    await house.join()
    (kept,) = await house.open()
    assert kept.is_settled
    assert len(kept.replies) == 1
    assert await house.questions.unsettled(limit=10) == []


async def test_a_question_that_was_taken_back_is_forgotten(house: House) -> None:
    session = await house.asked_and_answered("我的身份证丢了怎么登机")
    (kept,) = await house.open()
    await house.log.empty(session.id, kept.seq)
    await house.join()
    assert await house.open() == []


async def test_only_the_newest_are_kept(house: House) -> None:
    small = UnansweredStore(house.database, most_kept=2)
    for number in range(4):
        house.now += timedelta(seconds=1)
        await house.asked_and_answered(f"第{'一二三四'[number]}个没有答案的问题是什么")
    assert await small.forget_oldest() == 2
    assert [one.text[1] for one in await house.open()] == ["四", "三"]


async def pending_draft(house: House) -> EntryDraft:
    await house.asked_and_answered("改签机票要收费吗？", "起飞前两小时以上改签不收费。")
    await house.draft()
    (draft,) = await house.drafts.pending()
    return draft


async def test_nothing_is_approved_that_was_not_rehearsed_as_it_is(house: House) -> None:
    draft = await pending_draft(house)
    with pytest.raises(Conflict):
        await house.decide.approve(draft.id, editor=ADMIN, over_version=1)
    await house.rehearse(draft.id, over_version=1)
    words = DraftWords(question="改签收费吗？", answer="不收费。", language="zh")
    edited = await house.edit(draft.id, words=words, over_version=1)
    with pytest.raises(Conflict):
        await house.decide.approve(draft.id, editor=ADMIN, over_version=edited.version)
    await house.rehearse(draft.id, over_version=edited.version)
    # Somebody else's entry meanwhile: what was tried out is no longer what would be.
    await house.create(editor=ADMIN, fields=_fields("另一个问题", "另一个回答"))
    with pytest.raises(Conflict):
        await house.decide.approve(draft.id, editor=ADMIN, over_version=edited.version)


async def test_an_approval_publishes_and_keeps_who_and_on_what_figures(house: House) -> None:
    draft = await pending_draft(house)
    await house.rehearse(draft.id, over_version=1)
    decided = await house.decide.approve(draft.id, editor=ADMIN, over_version=1, reason="常见问题")
    assert decided.status is DraftStatus.APPROVED
    assert decided.decision is not None
    assert (decided.decision.by, decided.decision.reason) == (ADMIN.id, "常见问题")
    assert decided.rehearsal is not None
    assert decided.rehearsal.newly_wrong == 1
    (entry,), _ = await house.knowledge.page(EntryQuery(), limit=10, cursor=None)
    assert (entry.id, entry.updated_by) == (decided.decision.entry_id, ADMIN.id)
    assert entry.answer == "起飞前两小时以上改签不收费。"
    assert await house.open() == []
    with pytest.raises(Conflict):
        await house.decide.reject(draft.id, editor=ADMIN, over_version=decided.version, reason="变了主意")


async def test_a_rejection_needs_a_reason_and_its_questions_make_no_further_draft(house: House) -> None:
    draft = await pending_draft(house)
    with pytest.raises(BadRequest):
        await house.decide.reject(draft.id, editor=ADMIN, over_version=1, reason=" ")
    await house.decide.reject(draft.id, editor=ADMIN, over_version=1, reason="因人而异")
    house.now += timedelta(seconds=1)
    await house.asked_and_answered("婴儿票多少钱？", "婴儿票是成人票价的一成。")
    await house.draft()
    assert [one.words.question for one in await house.drafts.pending()] == ["婴儿票多少钱？"]
    (kept,), _ = await house.drafts.page(DraftStatus.REJECTED, limit=10, cursor=None)
    assert kept.decision is not None
    assert kept.decision.reason == "因人而异"


async def test_what_an_admin_has_written_stays_when_more_is_learned(house: House) -> None:
    draft = await pending_draft(house)
    words = DraftWords(question="改签收费吗？", answer="不收费。", language="zh")
    await house.edit(draft.id, words=words, over_version=1)
    house.now += timedelta(seconds=1)
    await house.asked_and_answered("婴儿票多少钱？", "婴儿票是成人票价的一成。")
    await house.draft()
    kept = await house.drafts.find(draft.id)
    assert kept is not None
    assert kept.words == words


@pytest.mark.parametrize(
    ("votes", "is_doubted"),
    [((0, 0), False), ((0, 1), False), ((0, 2), True), ((6, 2), False), ((0, 900), True)],
)
def test_trust_falls_with_complaints_and_has_a_floor(votes: tuple[int, int], is_doubted: bool) -> None:
    trust = trust_by(Votes(*votes))
    assert LEAST_TRUST <= trust <= 1
    assert (trust < 0.7) is is_doubted


async def test_two_people_put_an_entry_in_doubt_and_a_review_takes_it_out(house: House) -> None:
    entry = await house.create(editor=ADMIN, fields=_fields("婴儿票多少钱", "五百元。"))
    list_doubted = ListDoubted(house.trust, house.knowledge)

    async def vote(person: str, *, seq: int, helpful: bool = False) -> None:
        house.now = utc_now()
        await house.feedback.set(
            SessionId(f"s_{person}"),
            seq,
            user_id=AccountId(person),
            helpful=helpful,
            entry_ids=[entry.id],
            answered_with=EntryId(entry.id),
            at=house.now,
        )
        await house.weigh(entry_id=entry.id)

    for seq in range(5):  # one person's word counts once
        await vote("ann", seq=seq)
    assert await list_doubted() == []
    await vote("bob", seq=1)
    ((trust, doubted),) = await list_doubted()
    assert doubted.id == entry.id
    assert trust.votes == Votes(helpful=0, not_helpful=2)
    await ReviewEntry(house.trust, house.knowledge, house.clock)(editor=ADMIN, entry_id=entry.id)
    assert await list_doubted() == []
    await vote("eve", seq=1)
    assert await list_doubted() == []


def _fields(question: str, answer: str) -> EntryFields:
    return EntryFields(question=question, answer=answer)
