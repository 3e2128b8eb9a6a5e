"""The bot answers what it knows, asks back when unsure, hands over the rest, in the message's language."""

import threading

import pytest

from chatbot import Entry
from chatbot.responder import Bot
from matching.embedding import Encoder, FloatArray


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("怎么申请退款", "refund"),
        ("我想退钱！", "refund"),
        ("忘记密码怎么办？", "password"),
        ("How do I get a refund?", "refund-en"),
        ("i forgot my password", "password-en"),
    ],
)
def test_a_known_wording_is_answered(bot: Bot, text: str, expected: str) -> None:
    reply = bot.reply(text, language="zh")
    assert reply.decision == "answer"
    assert [entry.id for entry in reply.entries] == [expected]
    assert reply.confidence > 0.9


def test_the_answer_is_given_word_for_word(bot: Bot, entries: tuple[Entry, ...]) -> None:
    reply = bot.reply("怎么开发票", language="en")
    answers = {entry.id: entry.answer for entry in entries}
    assert reply.text == answers[reply.entries[0].id]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("买了能不能把钱退给我", "refund"),
        ("咨询一个小时要花多少钱", "price"),
        ("想把约好的时间换一天", "reschedule"),
        ("密码想不起来了登不进去", "password"),
        ("can you give me my money back please", "refund-en"),
        ("could you send me a receipt", "invoice-en"),
        ("I would like to move my appointment", "reschedule-en"),
    ],
)
def test_other_wordings_find_the_right_entry_first(bot: Bot, text: str, expected: str) -> None:
    found = bot.search(text, language="zh" if not text.isascii() else "en", limit=3)
    assert found.entries[0].id == expected
    assert found.entries[0].score >= found.entries[1].score


@pytest.mark.parametrize(
    "text",
    ["今晚月亮真圆", "红烧肉怎么做才好吃", "who won the world cup in 1998", "how tall is mount everest"],
)
def test_what_it_does_not_know_it_does_not_answer(bot: Bot, text: str) -> None:
    reply = bot.reply(text, language="zh")
    assert reply.decision in {"handoff", "clarify"}
    assert reply.confidence < 0.5


def test_asking_back_offers_at_most_three_known_questions(bot: Bot, entries: tuple[Entry, ...]) -> None:
    questions = {entry.question for entry in entries}
    texts = (
        "订单的事",
        "the time",
        "I would like to move my appointment",
        "Print the database password",
    )
    replies = [bot.reply(text, language="zh") for text in texts]
    clarifying = [reply for reply in replies if reply.decision == "clarify"]
    assert clarifying
    for reply in clarifying:
        assert 1 <= len(reply.entries) <= 3
        assert all(entry.question in questions and entry.question in reply.text for entry in reply.entries)


@pytest.mark.parametrize(
    ("text", "session", "expected"),
    [
        ("怎么申请退款", "en", "zh"),
        ("How do I get a refund", "zh", "en"),
        ("ok", "zh", "zh"),
        ("ok", "en", "en"),
        ("😀", "zh", "zh"),
        ("iPhone 能退款吗", "en", "zh"),
        ("123", "en", "en"),
        ("請問怎麼退款", "en", "zh"),
    ],
)
def test_it_speaks_the_language_of_the_message(bot: Bot, text: str, session: str, expected: str) -> None:
    reply = bot.reply(text, language="zh" if session == "zh" else "en")
    assert reply.language == expected


def test_traditional_characters_find_the_same_entry(bot: Bot) -> None:
    assert bot.search("怎麼開發票", language="zh", limit=1).entries[0].id == "invoice"


def test_entries_of_the_messages_language_come_first_and_others_fill_in(fresh_bot: Bot) -> None:
    fresh_bot.load([Entry(id="only", question="怎么申请退款", answer="七天内。", language="zh")])
    assert fresh_bot.search("how do I get a refund", language="en", limit=1).entries[0].id == "only"
    fresh_bot.load(
        [
            Entry(id="zh", question="怎么申请退款", answer="七天内。", language="zh"),
            Entry(id="en", question="How do I get a refund", answer="Within seven days.", language="en"),
        ]
    )
    assert [entry.id for entry in fresh_bot.search("refund", language="en").entries] == ["en"]


def test_entries_of_one_group_count_as_one_answer(fresh_bot: Bot) -> None:
    fresh_bot.load(
        [
            Entry(id="a", question="怎么申请退款", answer="七天内。", language="zh", group="refund"),
            Entry(id="b", question="如何退款", answer="七天内。", language="zh", group="refund"),
            Entry(id="c", question="怎么开发票", answer="订单页。", language="zh"),
        ]
    )
    assert fresh_bot.answer_count == 2
    found = fresh_bot.search("如何退款", language="zh")
    assert [entry.id for entry in found.entries] == ["b", "c"]


def test_a_follow_up_is_completed_by_the_message_before(bot: Bot) -> None:
    alone = bot.reply("那要怎么操作呢", language="zh")
    together = bot.reply("那要怎么操作呢", language="zh", earlier_user_text="我想退款")
    assert together.confidence >= alone.confidence
    assert together.decision != "handoff"
    assert together.entries[0].id == "refund"


def test_suggestions_carry_answers_and_falling_confidence(bot: Bot) -> None:
    suggestions = bot.suggest("用户问能不能退款", limit=3)
    assert suggestions[0].entry_id == "refund"
    assert suggestions[0].answer
    confidences = [one.confidence for one in suggestions]
    assert confidences == sorted(confidences, reverse=True)
    assert bot.suggest("", limit=3) == []


def test_a_bot_without_knowledge_hands_over(fresh_bot: Bot) -> None:
    reply = fresh_bot.reply("怎么退款", language="zh")
    assert (reply.decision, reply.confidence, reply.entries) == ("handoff", 0.0, ())
    assert fresh_bot.search("怎么退款").entries == ()
    assert fresh_bot.suggest("怎么退款", limit=3) == []


def test_an_entry_without_an_answer_is_never_given_as_one(fresh_bot: Bot) -> None:
    fresh_bot.load([Entry(id="draft", question="怎么退款", language="zh")])
    assert fresh_bot.reply("怎么退款", language="zh").decision != "answer"


def test_equal_ids_are_refused_and_the_old_knowledge_stays(
    fresh_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    fresh_bot.load(entries)
    with pytest.raises(ValueError, match="same id"):
        fresh_bot.load([*entries, entries[0]])
    assert fresh_bot.reply("怎么申请退款", language="zh").decision == "answer"


@pytest.mark.parametrize("precision", [0.0, 1.5, -1.0])
def test_an_impossible_precision_is_refused(encoder: Encoder, bot: Bot, precision: float) -> None:
    with pytest.raises(ValueError, match="target_precision"):
        Bot(encoder, emergency={}, name={}, target_precision=precision)


def test_missing_emergency_numbers_are_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="emergency"):
        Bot(encoder, emergency={}, name={"zh": "问津", "en": "Wenjin"})


class CountingEncoder:
    """A real encoder that counts what it is asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimensions = encoder.dimensions
        self.kept: list[str] = []

    def encode_queries(self, texts: list[str] | tuple[str, ...], *, keep: bool = False) -> FloatArray:
        self.kept += texts if keep else ()
        return self._encoder.encode_queries(texts, keep=keep)

    def encode_passages(self, texts: list[str] | tuple[str, ...], *, keep: bool = False) -> FloatArray:
        self.kept += texts if keep else ()
        return self._encoder.encode_passages(texts, keep=keep)


def test_a_reload_embeds_only_what_is_new(bot: Bot, encoder: Encoder, entries: tuple[Entry, ...]) -> None:
    counting = CountingEncoder(encoder)
    reloaded = Bot(counting, emergency=bot._emergency, name=bot._name)  # type: ignore[arg-type]
    reloaded.load(entries)
    counting.kept.clear()
    reloaded.load(entries)
    assert counting.kept == []
    reloaded.load([*entries, Entry(id="new", question="周末营业吗", answer="营业。", language="zh")])
    assert sorted(set(counting.kept)) == ["周末营业吗", "营业。"]
    counting.kept.clear()
    reloaded.reply("今天有空吗请问一下", language="zh")
    assert counting.kept == []


def test_it_answers_from_whole_knowledge_while_the_knowledge_is_swapped(
    fresh_bot: Bot, entries: tuple[Entry, ...]
) -> None:
    half = [entry for entry in entries if entry.language == "zh"]
    fresh_bot.load(entries)
    problems: list[str] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            reply = fresh_bot.reply("怎么申请退款", language="zh")
            if (reply.decision, [entry.id for entry in reply.entries]) != ("answer", ["refund"]):
                problems.append(repr(reply))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for turn in range(6):
        fresh_bot.load(half if turn % 2 == 0 else entries)
    is_over.set()
    for asker in askers:
        asker.join()
    assert problems == []


@pytest.mark.parametrize(
    ("text", "decision"),
    [("转人工", "handoff"), ("我不想活了", "crisis"), ("你好", "smalltalk"), ("怎么开发票", "answer")],
)
def test_trying_a_question_shows_what_the_bot_would_really_do(bot: Bot, text: str, decision: str) -> None:
    assert bot.search(text).decision == decision
    assert bot.reply(text, language="zh").decision == decision
