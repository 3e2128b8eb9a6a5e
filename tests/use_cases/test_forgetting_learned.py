"""A session that is erased leaves nothing of what was said in it among what the bot may learn."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio
from typing_extensions import override

from chatbot.lessons import Proposal
from server.domain.drafts import Draft, DraftStatus, DraftWords
from server.domain.session import Session
from server.domain.unanswered import UnansweredQuestion
from server.store.client import Database
from server.use_cases.draft_entries import DraftEntries
from server.use_cases.forget_learned import ForgetLearned
from tests.use_cases.test_learning import ADMIN, House

FIRST, SECOND, THIRD = "改签机票要收费吗？", "机票改签收不收钱", "改签是不是免费的"
TICK = timedelta(seconds=1)
REPLY = "起飞前两小时以上改签不收费。"


class AllTogether:
    """A model that takes all questions for one; `meanwhile` happens while it thinks."""

    def __init__(self) -> None:
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.forgotten = 0

    async def forget(self) -> None:
        self.forgotten += 1

    async def propose(self, questions: Sequence[UnansweredQuestion]) -> list[Proposal]:
        if self.meanwhile is not None:
            await self.meanwhile()
        if not questions:
            return []
        answered = next((one for one in questions if one.replies), None)
        return [
            Proposal(
                question=questions[0].text,
                alternatives=tuple(one.text for one in questions[1:]),
                answer="\n".join(reply.text for reply in answered.replies) if answered else "",
                language="zh",
                question_ids=tuple(one.id for one in questions),
                answered_by=answered.id if answered else None,
                similar=(),
            )
        ]


class Shop(House):
    @override
    def __post_init__(self) -> None:
        super().__post_init__()
        self.model = AllTogether()
        self.draft = DraftEntries(self.questions, self.drafts, self.model, self.clock)
        self.forget = ForgetLearned(self.questions, self.drafts, self.clock)

    async def three_ask(self) -> tuple[Session, Session, Session]:
        """The first one is answered."""
        sessions = []
        for text, replies in ((FIRST, [REPLY]), (SECOND, []), (THIRD, [])):
            self.now += TICK
            sessions.append(await self.asked_and_answered(text, *replies))
        self.now += TICK
        await self.draft()
        return sessions[0], sessions[1], sessions[2]

    async def only(self) -> Draft:
        (draft,) = (await self.drafts.page(None, limit=10, cursor=None))[0]
        return draft

    async def edited(self, words: DraftWords) -> Draft:
        draft = await self.only()
        return await self.edit(draft.id, words=words, over_version=draft.version)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(database: Database) -> AsyncIterator[Shop]:
    made = Shop(database)
    made.log.start()
    yield made
    await made.log.stop()


async def test_its_questions_and_replies_are_gone_and_those_of_others_are_not(shop: Shop) -> None:
    first, *_ = await shop.three_ask()
    for _ in range(2):
        await shop.forget(session_id=first.id)
        assert {one.text for one in await shop.open()} == {SECOND, THIRD}


async def test_a_draft_that_nobody_edited_is_made_anew_of_what_others_asked(shop: Shop) -> None:
    first, second, _ = await shop.three_ask()
    await shop.forget(session_id=first.id)
    assert await shop.drafts.pending() == []
    shop.now += TICK
    await shop.draft()
    draft = await shop.only()
    assert draft.words == DraftWords(question=SECOND, answer="", alternatives=(THIRD,))
    assert (draft.session_count, draft.answered_by) == (2, None)
    assert all(not one.startswith(f"{first.id}/") for one in draft.question_ids)
    assert draft.question_ids[0].startswith(f"{second.id}/")


async def test_what_an_admin_wrote_stays_without_the_words_of_the_session(shop: Shop) -> None:
    first, *_ = await shop.three_ask()
    mine = DraftWords(question="改签收费吗？", answer="两小时前免费。", alternatives=(f" {FIRST} ", SECOND))
    await shop.edited(mine)
    await shop.rehearse((await shop.only()).id, over_version=(await shop.only()).version)
    await shop.forget(session_id=first.id)
    draft = await shop.only()
    assert draft.words == DraftWords(question=mine.question, answer=mine.answer, alternatives=(SECOND,))
    assert (draft.session_count, draft.answered_by, draft.rehearsal) == (2, None, None)
    assert draft.is_edited


@pytest.mark.parametrize(
    "words",
    [
        DraftWords(question=FIRST, answer="另写的回答。"),
        DraftWords(question="另写的问题？", answer=REPLY),
    ],
)
async def test_an_edited_draft_whose_question_or_answer_is_theirs_goes(shop: Shop, words: DraftWords) -> None:
    first, *_ = await shop.three_ask()
    await shop.edited(words)
    await shop.forget(session_id=first.id)
    assert await shop.drafts.pending() == []


async def test_a_draft_that_only_this_session_was_behind_goes_even_if_it_was_rejected(shop: Shop) -> None:
    session = await shop.asked_and_answered(FIRST, REPLY)
    await shop.draft()
    draft = await shop.only()
    await shop.decide.reject(draft.id, editor=ADMIN, over_version=draft.version, reason="太少")
    await shop.forget(session_id=session.id)
    assert (await shop.drafts.page(None, limit=10, cursor=None))[0] == []


async def test_a_rejected_draft_of_several_keeps_what_others_said(shop: Shop) -> None:
    _, second, _ = await shop.three_ask()
    draft = await shop.only()
    await shop.decide.reject(draft.id, editor=ADMIN, over_version=draft.version, reason="已有")
    await shop.forget(session_id=second.id)
    left = await shop.only()
    assert (left.status, left.words.alternatives, left.session_count) == (DraftStatus.REJECTED, (THIRD,), 2)
    assert left.decision is not None


async def test_what_was_approved_stays_knowledge_and_forgets_its_source(shop: Shop) -> None:
    first, *_ = await shop.three_ask()
    draft = await shop.only()
    await shop.rehearse(draft.id, over_version=draft.version)
    await shop.decide.approve(draft.id, editor=ADMIN, over_version=draft.version)
    await shop.forget(session_id=first.id)
    left = await shop.only()
    assert (left.status, left.words.question, left.answered_by) == (DraftStatus.APPROVED, FIRST, None)
    assert all(not one.startswith(f"{first.id}/") for one in left.question_ids)
    assert [one.question for one in await shop.knowledge.all()] == [FIRST]


async def test_who_is_drafting_at_the_moment_drafts_nothing_of_it(shop: Shop) -> None:
    first, *_ = await shop.three_ask()
    await shop.asked_and_answered("改签后还能退票吗")

    async def erase() -> None:
        shop.model.meanwhile = None
        await shop.forget(session_id=first.id)

    shop.model.meanwhile = erase
    shop.now += TICK
    await shop.draft()
    assert shop.model.forgotten == 1
    assert all(
        FIRST not in (one.words.question, *one.words.alternatives) for one in await shop.drafts.pending()
    )
    await shop.draft()
    draft = await shop.only()
    assert (draft.words.question, draft.session_count) == (SECOND, 3)
