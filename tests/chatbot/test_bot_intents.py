"""People who want a person get one; words like "agent" or 人工 in ordinary questions do not decide."""

from pathlib import Path

import pytest

from chatbot.intents import find_intent
from chatbot.responder import Bot

HERE = Path(__file__).parent


def lines_of(name: str) -> list[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


WANTS_PERSON = lines_of("wants_person.txt")
ORDINARY = lines_of("wants_person_hard_negative.txt")


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(set(WANTS_PERSON)) >= 60
    assert len(set(ORDINARY)) >= 30


@pytest.mark.parametrize("text", WANTS_PERSON)
def test_a_wish_for_a_person_is_understood(text: str) -> None:
    assert find_intent(text) == "wants_person"


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_is_not_a_wish_for_a_person(text: str) -> None:
    assert find_intent(text) in {"question", "buying"}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("早上好呀", "greeting"),
        ("hi", "greeting"),
        ("Hello there!", "greeting"),
        ("good morning", "greeting"),
        ("谢谢", "thanks"),
        ("好的，谢谢您", "thanks"),
        ("thank you so much", "thanks"),
        ("ok thanks", "thanks"),
        ("再见", "goodbye"),
        ("拜拜", "goodbye"),
        ("bye", "goodbye"),
        ("have a nice day", "goodbye"),
        ("你是谁", "who_are_you"),
        ("你是机器人吗", "who_are_you"),
        ("你是真人还是机器人？", "who_are_you"),
        ("are you a bot?", "who_are_you"),
        ("Who are you", "who_are_you"),
        ("am I talking to a real person", "who_are_you"),
        ("我要投诉你们", "complaint"),
        ("这服务太差了", "complaint"),
        ("this is ridiculous", "complaint"),
        ("急，在线等", "urgent"),
        ("I need this ASAP", "urgent"),
        ("", "empty"),
        ("😀😀", "empty"),
        ("？？？", "empty"),
        ("怎么退款", "question"),
        ("你好，请问怎么退款", "question"),
        ("hi, how do I get a refund", "question"),
        ("谢谢，那怎么开发票", "question"),
    ],
)
def test_small_talk_and_moods(text: str, intent: str) -> None:
    assert find_intent(text) == intent


@pytest.mark.parametrize(
    ("text", "language"),
    [("你是机器人吗", "zh"), ("are you human", "en"), ("你好", "zh"), ("Hello there", "en")],
)
def test_small_talk_says_honestly_that_it_is_a_bot(bot: Bot, text: str, language: str) -> None:
    reply = bot.reply(text, language="zh")
    assert (reply.decision, reply.language) == ("smalltalk", language)
    assert ("机器人" if language == "zh" else "bot") in reply.text
    assert ("问津" if language == "zh" else "Wenjin") in reply.text


def test_a_wish_for_a_person_is_a_handoff_without_entries(bot: Bot) -> None:
    reply = bot.reply("转人工", language="zh")
    assert (reply.decision, reply.entries, reply.confidence) == ("handoff", (), 1.0)


def test_anger_without_an_answer_brings_a_person_and_an_apology(bot: Bot) -> None:
    reply = bot.reply("你们太差劲了，垃圾", language="zh")
    assert (reply.decision, reply.intent) == ("handoff", "complaint")
    assert "抱歉" in reply.text


def test_haste_without_an_answer_is_marked_urgent(bot: Bot) -> None:
    reply = bot.reply("It's urgent, the court wants my papers today", language="en")
    assert (reply.decision, reply.is_urgent) == ("handoff", True)
