"""A follow-up is read with the question before it; a whole question stays what it is."""

from pathlib import Path

import pytest

from chatbot import detect_language
from chatbot.follow_up import may_follow_up
from chatbot.responder import Bot

HERE = Path(__file__).parent


def lines() -> list[tuple[bool, str, str, str]]:
    """Whether it is a whole question, the one before, the text, and the entry that answers it."""
    read = []
    for raw in (HERE / "follow_ups.txt").read_text(encoding="utf-8").splitlines():
        if raw.strip() and not raw.startswith("#"):
            before, text, entry = (part.strip() for part in raw.removeprefix("=").split("|"))
            read.append((raw.startswith("="), before, text, entry))
    return read


def right(bot: Bot, *, whole: bool, with_before: bool) -> float:
    """The share of questions whose first entry is the right one."""
    hits = []
    for is_whole, before, text, wanted in lines():
        if is_whole == whole:
            language = detect_language(before, fallback="zh")
            reply = bot.reply(text, language=language, earlier_user_text=before if with_before else None)
            hits.append(bool(reply.entries) and reply.entries[0].id == wanted)
    return sum(hits) / len(hits)


@pytest.mark.timeout(600)  # embeds the sample knowledge
def test_the_question_before_helps_follow_ups(informed_bot: Bot) -> None:
    alone = right(informed_bot, whole=False, with_before=False)
    together = right(informed_bot, whole=False, with_before=True)
    assert together >= alone + 0.15
    assert together >= 0.8


def test_it_does_not_hurt_whole_questions(informed_bot: Bot) -> None:
    alone = right(informed_bot, whole=True, with_before=False)
    assert right(informed_bot, whole=True, with_before=True) >= alone


def test_the_sample_tells_most_follow_ups_from_whole_questions() -> None:
    follow_ups = [may_follow_up(text) for is_whole, _, text, _ in lines() if not is_whole]
    assert sum(follow_ups) >= 0.8 * len(follow_ups)


@pytest.mark.parametrize(
    "text",
    ["我想知道买了课程以后如果一直没有时间看可不可以延长", "Do I get a certificate when I finish a course?"],
)
def test_a_whole_question_is_no_follow_up(text: str) -> None:
    assert not may_follow_up(text)


def test_after_small_talk_a_question_stands_alone(informed_bot: Bot) -> None:
    alone = informed_bot.reply("会员呢", language="zh")
    after = informed_bot.reply("会员呢", language="zh", earlier_user_text="你好")
    assert after == alone


def test_a_short_word_about_something_else_is_not_bent_towards_the_knowledge(informed_bot: Bot) -> None:
    for text in ("讲个笑话", "我饿了", "下雨了", "let me think"):
        before = "How do I get an invoice?" if text.isascii() else "怎么开发票"
        language = detect_language(before, fallback="zh")
        after = informed_bot.reply(text, language=language, earlier_user_text=before)
        assert after == informed_bot.reply(text, language=language)


def test_what_was_just_said_is_not_the_first_offer_again(informed_bot: Bot) -> None:
    reply = informed_bot.reply("那能下载吗", language="zh", earlier_user_text="课程的有效期多久")
    assert reply.decision == "clarify"
    assert reply.entries[0].id == "offline-download.zh"
