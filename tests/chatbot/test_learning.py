"""Questions without an answer become drafts; what a draft would change is known before it is published."""

from pathlib import Path
from types import ModuleType

import pytest

from chatbot import Entry
from chatbot.judgement import judgement_of
from chatbot.learning import Learner
from chatbot.lessons import AskedQuestion, Proposal
from chatbot.regression import rehearse
from chatbot.responder import Bot
from chatbot.similar_entries import similar_entries
from chatbot.substance import is_substantial
from matching.embedding import Encoder, load_encoder
from server.models.learning_calls import ProposeDrafts, RehearseEntry, TryEntry
from server.models.study import Study
from tests.chatbot.conftest import ENTRIES, NAMES, NUMBERS

ASKED = [
    ("s1/2", "你们周末上班吗", "周末早上九点到下午五点都有顾问值班。"),
    ("s2/2", "请问周末上班吗", "周末九点到五点有人值班。"),
    ("s3/2", "周末你们上不上班", ""),
    ("s4/2", "可以带宠物来吗", "小型宠物可以带来，请放在航空箱里。"),
    ("s5/2", "能不能带狗过来", ""),
    ("s6/2", "附近有地铁站吗", ""),
    (
        "s7/2",
        "Is there a parking lot near your office",
        "Yes, the garage behind the house is free for guests.",
    ),
    ("s8/2", "Where can I park my car", ""),
]


def asked() -> list[AskedQuestion]:
    return [
        AskedQuestion(id=id_, text=text, language="zh" if id_ < "s7" else "en", reply=reply)
        for id_, text, reply in ASKED
    ]


@pytest.fixture(scope="module")
def proposals(encoder: Encoder, bot: Bot) -> tuple[Proposal, ...]:
    return Learner(encoder).propose(asked(), bot.knowledge.index)


def test_questions_that_ask_the_same_become_one_draft(proposals: tuple[Proposal, ...]) -> None:
    clusters = {frozenset(one.question_ids) for one in proposals}
    assert frozenset({"s1/2", "s2/2", "s3/2"}) in clusters
    assert not any({"s1/2", "s4/2"} <= cluster for cluster in clusters)
    assert not any({"s4/2", "s7/2"} <= cluster for cluster in clusters)


def test_a_single_question_that_nobody_answered_is_no_draft(proposals: tuple[Proposal, ...]) -> None:
    assert not any("s6/2" in one.question_ids for one in proposals)


def test_a_draft_has_the_answer_of_a_colleague_and_says_whose(proposals: tuple[Proposal, ...]) -> None:
    weekend = next(one for one in proposals if "s1/2" in one.question_ids)
    assert weekend.answered_by in {"s1/2", "s2/2"}
    assert weekend.answer in {ASKED[0][2], ASKED[1][2]}
    assert {weekend.question, *weekend.alternatives} == {ASKED[at][1] for at in range(3)}
    assert weekend.language == "zh"
    assert next(one for one in proposals if "s7/2" in one.question_ids).language == "en"


def test_the_same_questions_give_the_same_drafts(
    encoder: Encoder, bot: Bot, proposals: tuple[Proposal, ...]
) -> None:
    learner = Learner(encoder)
    assert learner.propose(asked(), bot.knowledge.index) == proposals
    assert learner.propose(asked(), bot.knowledge.index) == proposals
    assert learner.propose([], bot.knowledge.index) == ()


def test_an_entry_with_the_same_question_is_a_duplicate_or_a_contradiction(
    encoder: Encoder, bot: Bot
) -> None:
    def likeness(answer: str, except_id: str | None = None) -> list[tuple[str, str]]:
        found = similar_entries(
            bot.knowledge.index,
            encoder,
            wordings=["怎么申请退款？"],
            answer=answer,
            fallback="zh",
            except_id=except_id,
        )
        return [(one.id, one.kind) for one in found[:1]]

    assert likeness("七天内可以申请退款，原路退回。") == [("refund", "duplicate")]
    assert likeness("三十天内可以申请退款。") == [("refund", "conflict")]
    assert ("refund", "duplicate") not in likeness("七天内可以申请退款。", except_id="refund")


def test_a_rehearsal_finds_the_answers_that_a_thief_would_take(bot: Bot) -> None:
    thief = Entry(
        id="thief",
        question="我要退钱",
        alternatives=("退款怎么申请", "不想要了能退吗", "退款的流程"),
        answer="请联系客服。",
        language="zh",
    )
    found = rehearse(bot.knowledge, bot.imagine(thief), thief)
    assert found.asked == sum(1 + len(one.alternatives) for one in bot.knowledge.index.phrasings.entries)
    assert found.own_asked == 4
    assert found.right_after < found.right_before or found.wrong_after > found.wrong_before
    assert found.newly_wrong + found.newly_silent > 0
    assert found.right_after == found.right_before + found.newly_right - sum(
        one.before == "right" for one in found.changes
    )


def test_a_rehearsal_of_something_new_leaves_the_others_alone(bot: Bot) -> None:
    before = bot.knowledge
    entry = Entry(id="parking", question="停车场在哪里", answer="楼后面。", language="zh")
    found = rehearse(bot.knowledge, bot.imagine(entry), entry)
    assert found.newly_wrong == 0
    assert bot.knowledge is before


def test_the_bot_judges_itself_by_its_own_wordings(bot: Bot) -> None:
    found = judgement_of(bot.knowledge)
    assert found.asked == sum(1 + len(one.alternatives) for one in bot.knowledge.index.phrasings.entries)
    assert sum(one.count for one in found.reliability) == found.asked
    assert found.risk[-1].coverage == 1.0
    assert found.calibration_error is not None
    assert 0 <= found.calibration_error <= 1


def test_a_bot_without_knowledge_has_no_curve(fresh_bot: Bot) -> None:
    found = judgement_of(fresh_bot.knowledge)
    assert (found.asked, found.reliability, found.risk) == (0, (), ())
    assert found.answered_precision is None


def test_an_entry_in_doubt_is_asked_back_unless_it_is_meant_word_for_word(
    fresh_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    fresh_bot.load(entries)
    question = "请问怎么申请退款啊"
    assert fresh_bot.reply(question, language="zh").decision == "answer"
    fresh_bot.doubt(["refund"])
    doubted = fresh_bot.reply(question, language="zh")
    assert (doubted.decision, doubted.entries[0].id) == ("clarify", "refund")
    assert fresh_bot.reply(doubted.entries[0].question, language="zh").decision == "answer"
    fresh_bot.doubt([])
    assert fresh_bot.reply(question, language="zh").decision == "answer"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("起飞前两小时以上改签不收费。", True),
        ("You can change it up to two hours before.", True),
        ("您好", False),
        ("好的，稍等", False),
        ("请问您是哪一天的航班？", False),
        ("Which flight is it?", False),
        ("", False),
    ],
)
def test_what_a_colleague_said_is_substantial_or_not(text: str, expected: bool) -> None:
    assert is_substantial(text) is expected


def test_a_bot_that_was_taught_an_entry_answers_with_it_and_the_one_that_answers_users_does_not(
    bot: Bot,
) -> None:
    before = bot.knowledge
    parking = Entry(id="parking", question="停车场在哪里？", answer="楼后面。", language="zh")
    taught = bot.taught(parking)
    assert [one.id for one in taught.search("停车场在哪里").entries[:1]] == ["parking"]
    assert taught.reply("停车场在哪里", language="zh").text == "楼后面。"
    assert bot.knowledge is before
    assert all(one.id != "parking" for one in bot.search("停车场在哪里").entries)
    (known,) = [one for one in before.index.phrasings.entries if one.id == "refund"]
    edited = Entry(id="refund", question=known.question, answer="不退。", language="zh")
    found = bot.taught(edited).search(known.question)
    assert [one.id for one in found.entries].count("refund") == 1
    assert bot.taught(edited).reply(known.question, language="zh").text == "不退。"


def test_an_edit_that_is_tried_out_is_not_in_doubt(bot: Bot) -> None:
    (known,) = [one for one in bot.knowledge.index.phrasings.entries if one.id == "refund"]
    asked = f"请问{known.question}"
    assert bot.reply(asked, language="zh").decision == "answer"
    bot.doubt(["refund"])
    try:
        assert bot.reply(asked, language="zh").decision == "clarify"
        assert bot.taught(known).reply(asked, language="zh").decision == "answer"
        assert bot.reply(asked, language="zh").decision == "clarify"
    finally:
        bot.doubt([])


def test_what_asks_the_same_as_a_question_is_found_in_its_language_only(encoder: Encoder, bot: Bot) -> None:
    learner = Learner(encoder)
    question = AskedQuestion(id="", text="你们周末上班吗", language="zh")
    others = [
        ("附近有地铁站吗",),
        ("Do you work at weekends",),
        ("发票怎么开", "周末你们上不上班"),
        ("请问周末上班吗",),
    ]
    found = learner.alike(question, others, bot.knowledge.index)
    assert sorted(found) == [2, 3]
    assert learner.alike(question, [], bot.knowledge.index) == ()
    assert learner.alike(question, [()], bot.knowledge.index) == ()
    nothing = AskedQuestion(id="", text="？", language="zh")
    assert learner.alike(nothing, others, bot.knowledge.index) == ()


def words_in(part: object, seen: set[int] | None = None) -> str:
    """Every text that can be reached from `part`."""
    seen = set() if seen is None else seen
    if id(part) in seen or isinstance(part, type | ModuleType):
        return ""
    seen.add(id(part))
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        return "\n".join(words_in(one, seen) for pair in part.items() for one in pair)
    if isinstance(part, list | tuple | set | frozenset):
        return "\n".join(words_in(one, seen) for one in part)
    return words_in(getattr(part, "__dict__", ()), seen)


def test_nothing_that_was_asked_stays_in_memory_once_it_is_to_be_forgotten(
    encoder: Encoder, bot: Bot
) -> None:
    study = Study(encoder=encoder, bot=bot)
    text, draft = asked()[5].text, Entry(id="draft", question="附近有没有地铁", answer="有。", language="zh")
    study.propose(ProposeDrafts(questions=tuple(asked())))
    study.try_out(TryEntry(entry=draft, text="地铁站在哪", limit=3))
    assert text in words_in(study)
    assert draft.question in words_in(study)
    study.forget()
    assert text not in words_in(study)
    assert draft.question not in words_in(study)


def test_what_is_only_tried_out_never_reaches_the_disk(tmp_path: Path) -> None:
    encoder = load_encoder("bundled", threads=2, cache_file=tmp_path / "kept")
    bot = Bot(encoder, emergency=NUMBERS, name=NAMES)
    bot.load(ENTRIES)
    kept = (tmp_path / "kept").stat().st_size
    draft = Entry(id="draft", question="附近有没有地铁", answer="有，二号线。", language="zh")
    study = Study(encoder=encoder, bot=bot)
    study.try_out(TryEntry(entry=draft, text="地铁站在哪", limit=3))
    study.rehearse(RehearseEntry(entry=draft))
    assert (tmp_path / "kept").stat().st_size == kept
    bot.load([*ENTRIES, draft])
    assert (tmp_path / "kept").stat().st_size > kept
