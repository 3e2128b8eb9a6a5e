"""The model process: real encoder, bot and matcher behind a socket, and what happens when it dies."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from typing_extensions import override

from chatbot import Entry
from matching.learning import PastSession
from matching.rounds import Round
from matching.scoring import Candidate, Request
from server.domain.errors import BadRequest, Unavailable
from server.domain.ids import AccountId, EntryId
from server.domain.knowledge import KnowledgeEntry
from server.domain.people import Consultant
from server.models import ModelLine, ModelProcess, StoredModelContent
from server.models.calls import Answer, Call, LearnFromPast, TellEntries, TellPast
from server.processes import ChildFailed
from server.processes.frames import FRAME_LIMIT_BYTES, FrameTooLarge, pack, read_frame
from server.settings import Settings

KNOWLEDGE = [
    KnowledgeEntry(
        id=EntryId(number), question=question, answer=answer, language=language, updated_at=datetime.now(UTC)
    )
    for number, question, answer, language in (
        ("refund", "怎么申请退款？", "打开订单，选择退款。", "zh"),
        ("invoice", "可以开发票吗？", "可以，在订单里申请。", "zh"),
        ("hours", "When are you open?", "Every day from nine to six.", "en"),
    )
]
CONSULTANTS = [
    Consultant(
        id=AccountId("lawyer"), name="林律师", bio="处理劳动纠纷和欠薪。", skills=["劳动合同", "欠薪"]
    ),
    Consultant(
        id=AccountId("doctor"), name="王医生", bio="儿科医生，看发烧和咳嗽。", skills=["儿科", "发烧"]
    ),
]
CANDIDATES = [Candidate(consultant_id=one.id, idle_seconds=float("inf")) for one in CONSULTANTS]


class Models:
    """One model process with knowledge and profiles, loaded again whenever it had to be restarted."""

    def __init__(self, folder: Path) -> None:
        self.process = ModelProcess(
            Settings(),
            address=folder / "socket",
            cache_file=folder / "cache.npz",
            log_file=folder / "models.log",
            restarted=self.refill,
        )
        self.address, self.line = folder / "socket", self.process.line
        self.content = StoredModelContent(self.line.bot, self.line.matcher)
        self.refills: set[asyncio.Task[None]] = set()

    def refill(self) -> None:
        self.refills.add(asyncio.create_task(self.load()))

    async def load(self) -> None:
        await self.content.load_knowledge(KNOWLEDGE)
        await self.content.load_profiles(CONSULTANTS)


class OverheardLine(ModelLine):
    """Notes which entries are told in each message."""

    def __init__(self, address: Path) -> None:
        super().__init__(address)
        self.told: list[tuple[str, ...]] = []

    @override
    async def call(self, call: Call[Answer]) -> Answer:
        if isinstance(call, TellEntries):
            self.told.append(tuple(entry.id for entry in call.entries))
        return await super().call(call)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def models(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Models]:
    models = Models(tmp_path_factory.mktemp("models"))
    await models.process.start()
    try:
        yield models
    finally:
        await models.process.stop()


async def until(is_so: Callable[[], bool], *, within_seconds: float = 20) -> None:
    async with asyncio.timeout(within_seconds):
        while not is_so():  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)


async def until_loaded(models: Models, *, within_seconds: float = 20) -> None:
    deadline = time.monotonic() + within_seconds
    while True:
        try:
            facts = await models.line.ping()
        except Unavailable:
            facts = None
        if facts and facts.has_knowledge and facts.has_profiles:
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_new_process_is_unavailable_until_it_is_loaded(models: Models) -> None:
    assert (await models.line.ping()).dimensions == 384
    with pytest.raises(Unavailable, match="waits for its knowledge"):
        await models.line.bot.search("怎么退款")
    with pytest.raises(Unavailable, match="waits for its profiles"):
        await models.line.matcher.rank(Request(session_id="s", text="欠薪"), CANDIDATES, at="now")
    assert (await models.line.bot.reply("怎么退款", language="zh")).decision == "handoff"
    assert (await models.line.bot.reply("我不想活了", language="zh")).decision == "crisis"
    await models.load()


async def test_the_bot_answers_searches_and_suggests_from_afar(models: Models) -> None:
    bot = models.line.bot
    reply = await bot.reply("怎么申请退款？", language="zh")
    assert reply.entries[0].id == "refund"
    assert 0 < reply.confidence <= 1
    assert (await bot.search("When are you open?", limit=1)).entries[0].id == "hours"
    assert (await bot.suggest("可以开发票吗", limit=2))[0].answer == "可以，在订单里申请。"


async def test_somebody_in_danger_is_told_the_configured_numbers(models: Models) -> None:
    reply = await models.line.bot.reply("我不想活了", language="zh")
    assert reply.decision == "crisis"
    assert "12356" in reply.text
    warning = await models.line.bot.warn("我不想活了", language="zh")
    assert warning is not None
    assert warning.text == reply.text
    assert await models.line.bot.warn("怎么退款", language="zh") is None
    split = await models.line.bot.warn("再活了", language="zh", earlier_user_text="我真的不想")
    assert split is not None
    assert split.intent == "crisis_self_harm"


async def test_the_matcher_ranks_and_assigns_from_afar(models: Models) -> None:
    matcher = models.line.matcher
    wages = Request(session_id="wages", text="公司欠薪三个月不发工资", declined_by=frozenset({"nobody"}))
    fever = Request(session_id="fever", text="孩子发烧三十九度")
    ranking = await matcher.rank(fever, CANDIDATES, at="now", absent=["gone"])
    assert ranking.consultant_id == "doctor"
    assert ranking.excluded[0].consultant_id == "gone"
    result = await matcher.assign(Round([wages, fever], CANDIDATES, {}, at="now", overtaking_limit=3))
    assert {one.session_id: one.consultant_id for one in result.assignments} == {
        "wages": "lawyer",
        "fever": "doctor",
    }
    chosen = result.assignments[0]
    assert chosen.reason["zh"]
    assert chosen.reason["en"]
    assert chosen.explanation.terms[0]["name"]


async def test_what_the_libraries_refuse_is_a_bad_request(models: Models) -> None:
    twice = [Request(session_id="same"), Request(session_id="same")]
    with pytest.raises(BadRequest, match="twice"):
        await models.line.matcher.assign(Round(twice, CANDIDATES, {}, at="now", overtaking_limit=3))


async def test_many_calls_at_once_each_get_their_own_answer(models: Models) -> None:
    questions = ["怎么申请退款？", "可以开发票吗？"] * 20
    replies = await asyncio.gather(*(models.line.bot.reply(one, language="zh") for one in questions))
    assert [reply.entries[0].id for reply in replies] == ["refund", "invoice"] * 20


async def test_under_more_questions_than_can_be_answered_the_queue_moves_and_new_ones_are_heard(
    models: Models,
) -> None:
    filler = "订单里的退款一直没有到账，" * 30
    flood = [
        asyncio.create_task(models.line.bot.reply(f"{number} {filler}", language="zh"))
        for number in range(500)
    ]
    await asyncio.sleep(0)
    waiting = [Request(session_id=f"w{number}", text=f"欠薪 {number}") for number in range(2)]
    result = await models.line.matcher.assign(Round(waiting, CANDIDATES, {}, at="now", overtaking_limit=3))
    assert len(result.assignments) == 2
    assert not all(one.done() for one in flood), "there was no flood"
    outcomes = await asyncio.gather(*flood, return_exceptions=True)
    assert {type(one) for one in outcomes if isinstance(one, BaseException)} == {Unavailable}
    assert (await models.line.bot.reply("怎么申请退款？", language="zh")).entries[0].id == "refund"


async def test_a_long_load_does_not_hold_up_replies(models: Models) -> None:
    many = [
        KnowledgeEntry(
            id=EntryId(f"k{n}"), question=f"第 {n} 个问题怎么办？", answer="好", updated_at=datetime.now(UTC)
        )
        for n in range(150)
    ]
    loading = asyncio.create_task(models.content.load_knowledge([*KNOWLEDGE, *many]))
    await asyncio.sleep(0.1)
    reply = await models.line.bot.reply("怎么申请退款？", language="zh")
    assert not loading.done()
    assert reply.entries[0].id == "refund"
    await loading
    await models.load()


async def test_only_what_has_changed_is_told_again(models: Models) -> None:
    line = OverheardLine(models.address)
    told = line.told
    line.start()
    try:
        await until(lambda: line.is_connected)
        content = StoredModelContent(line.bot, line.matcher)
        await content.load_knowledge(KNOWLEDGE)
        edited = replace(KNOWLEDGE[1], answer="暂时不可以。")
        await content.load_knowledge([edited, KNOWLEDGE[2]])
        assert told == [("refund", "invoice", "hours"), ("invoice",)]
        assert (await line.bot.reply("可以开发票吗？", language="zh")).text == "暂时不可以。"
        assert [one.id for one in (await line.bot.search("怎么申请退款？")).entries].count("refund") == 0
        await models.load()  # somebody else: this one's state is gone
        await content.load_knowledge([edited, *KNOWLEDGE[2:]])
        assert told[2:] == [(), ("invoice", "hours")]
        assert (await line.bot.reply("可以开发票吗？", language="zh")).text == "暂时不可以。"
    finally:
        await line.stop()
        await models.load()


async def test_many_entries_arrive_in_parts_and_all_of_them(models: Models) -> None:
    many = [
        Entry(
            id=f"k{n}", question="怎么申请退款？", alternatives=("怎么退钱？",), answer=f"{n}", language="zh"
        )
        for n in range(700)
    ]
    await models.line.bot.load(many)
    found = await models.line.bot.search("怎么退款？", limit=700)
    assert len(found.entries) == 50
    with pytest.raises(BadRequest, match="same id"):
        await models.line.bot.load([many[0], many[0]])
    await models.load()


async def test_many_past_sessions_arrive_in_parts_and_move_the_ranking(models: Models) -> None:
    await models.load()
    request = Request(session_id="s", text="宠物生病了怎么办")

    async def first() -> str:
        return (await models.line.matcher.rank(request, CANDIDATES, at="now")).candidates[0].consultant_id

    for good, poor in (("lawyer", "doctor"), ("doctor", "lawyer")):
        past = [
            PastSession(consultant_id=who, text=f"宠物生病了，第{n}次", score=score)
            for n in range(350)
            for who, score in ((good, 5), (poor, 1))
        ]
        await models.line.matcher.learn_from(past)
        assert await first() == good
        await models.content.load_profiles(CONSULTANTS)
        assert await first() == good
    with pytest.raises(Unavailable, match="told no sessions"):
        await models.line.call(LearnFromPast())
    with pytest.raises(Unavailable, match="not told the first"):
        await models.line.call(TellPast(sessions=(), is_first=False))
    await models.line.matcher.learn_from([])


async def test_the_wished_price_class_comes_before_an_equal_colleague(models: Models) -> None:
    alike = [
        Consultant(id=AccountId(one), name="林律师", skills=["欠薪"], price_class=one)
        for one in ("premium", "economy", "standard")
    ]
    candidates = [Candidate(consultant_id=one.id, idle_seconds=float("inf")) for one in alike]
    await models.content.load_profiles(alike)
    for wished in ("economy", "premium"):
        request = Request(session_id="s", text="公司欠薪", price_class=wished)
        ranked = await models.line.matcher.rank(request, candidates, at="now")
        assert ranked.candidates[0].consultant_id == wished
    await models.load()


async def test_what_is_loaded_is_fitted_behind_it(models: Models) -> None:
    await models.load()
    await models.content.load_knowledge(KNOWLEDGE[:2])
    async with asyncio.timeout(20):
        while not (await models.line.ping()).is_fitted:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
    await models.load()


async def test_a_killed_process_comes_back_with_its_content(models: Models) -> None:
    before = models.process.process_id
    assert before is not None
    os.kill(before, signal.SIGSTOP)  # or it might have answered by the time that it is killed
    waiting = asyncio.create_task(models.line.bot.reply("怎么申请退款？", language="zh"))
    await asyncio.sleep(0)
    os.kill(before, signal.SIGKILL)
    with pytest.raises(Unavailable):
        await waiting
    with pytest.raises(Unavailable):
        await models.line.ping()
    await until_loaded(models)
    assert models.process.process_id != before
    assert (await models.line.bot.reply("怎么申请退款？", language="zh")).entries[0].id == "refund"


async def test_others_on_the_machine_ask_the_same_process_and_find_it_again(models: Models) -> None:
    asked: list[tuple[str, str]] = []
    sibling = ModelLine(models.address, observe=lambda method, code, _seconds: asked.append((method, code)))
    with pytest.raises(Unavailable):
        await sibling.ping()
    sibling.start()
    try:
        await until(lambda: sibling.is_connected)
        assert (await sibling.bot.reply("怎么申请退款？", language="zh")).entries[0].id == "refund"
        before = models.process.process_id
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await until(lambda: not sibling.is_connected)
        with pytest.raises(Unavailable):
            await sibling.bot.reply("怎么申请退款？", language="zh")
        await until_loaded(models)
        await until(lambda: sibling.is_connected)
        assert (await sibling.bot.reply("怎么申请退款？", language="zh")).entries[0].id == "refund"
    finally:
        await sibling.stop()
    assert asked[:2] == [("ping", "unavailable"), ("bot.reply", "ok")]
    assert ("bot.reply", "unavailable") in asked


async def test_a_model_that_cannot_be_loaded_stops_the_start_with_its_reason(tmp_path: Path) -> None:
    settings = Settings.model_validate({"embedding": {"model": str(tmp_path / "no-such-model")}})
    process = ModelProcess(
        settings,
        address=tmp_path / "socket",
        cache_file=None,
        log_file=tmp_path / "log",
        restarted=lambda: None,
    )
    with pytest.raises(ChildFailed, match="no-such-model"):
        await process.start()
    await process.stop()


async def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    process = ModelProcess(
        Settings(),
        address=tmp_path / "socket",
        cache_file=None,
        log_file=tmp_path / "log",
        restarted=lambda: None,
    )
    await process.start()
    process_id = process.process_id
    assert process_id is not None
    await process.stop()
    assert not Path(f"/proc/{process_id}").exists()
    with pytest.raises(Unavailable):
        await process.line.ping()


async def test_a_frame_beyond_the_limit_is_neither_sent_nor_read() -> None:
    with pytest.raises(FrameTooLarge):
        pack({"text": "x" * FRAME_LIMIT_BYTES})
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_unix_connection(sock=ours)
    with theirs:
        theirs.sendall((FRAME_LIMIT_BYTES + 1).to_bytes(4, "big"))
        with pytest.raises(FrameTooLarge):
            await read_frame(reader)
    writer.close()
    await writer.wait_closed()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux has priorities of threads")
async def test_loading_leaves_the_processor_to_live_questions(models: Models) -> None:
    await models.load()
    threads = [int(one.name) for one in Path(f"/proc/{models.process.process_id}/task").iterdir()]
    own = os.getpriority(os.PRIO_PROCESS, 0)
    priorities = {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads}
    assert own in priorities
    assert any(one > own for one in priorities)
