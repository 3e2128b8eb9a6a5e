"""Anger brings a person sooner; what is merely unpleasant is answered like any other question."""

from itertools import pairwise
from pathlib import Path

import pytest

from chatbot.mood import Mood
from chatbot.mood_sense import MoodSense
from chatbot.responder import Bot
from matching.embedding import Encoder

LINES = (Path(__file__).parent / "service_moods.txt").read_text(encoding="utf-8").splitlines()
MOODS = [line.split(" | ", 1) for line in LINES if line and not line.startswith("#")]
VAGUE = {
    "zh": "订单的事，真让人烦死了，太差了",
    "en": "the password thing is awful, so frustrating and annoying",
}


@pytest.fixture(scope="module")
def moods(encoder: Encoder) -> MoodSense:
    return MoodSense(encoder)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("好的，非常感谢您的帮助，很满意", "positive"),
        ("你们周末上班吗", "neutral"),
        ("花了三百块，全是废话，太失望了", "negative"),
        ("This is great, you have helped me a lot", "positive"),
        ("Are you open on weekends?", "neutral"),
        ("Still no refund, I am so disappointed", "negative"),
    ],
)
def test_a_reply_carries_the_mood_of_the_message(bot: Bot, text: str, label: str) -> None:
    mood = bot.reply(text, language="zh").mood
    assert mood is not None
    assert mood.label == label
    assert 1 / 3 <= mood.probability <= 1


@pytest.mark.parametrize("text", ["你好", "", "我不想活了"])
def test_small_talk_emptiness_and_danger_carry_none(bot: Bot, text: str) -> None:
    reply = bot.reply(text, language="zh")
    assert (reply.mood, reply.is_angry) == (None, False)


def test_nobody_who_writes_calmly_or_kindly_is_taken_for_angry(moods: MoodSense) -> None:
    calm = [text for label, text in MOODS if label != "negative"]
    assert [text for text in calm if moods.is_anger(moods.hear(text), text, earlier=None)] == []


def test_most_who_complain_twice_are_heard_as_angry(moods: MoodSense) -> None:
    upset = [text for label, text in MOODS if label == "negative"]
    pairs = pairwise(upset)
    heard = [moods.is_anger(moods.hear(text), text, earlier=before) for before, text in pairs]
    assert sum(heard) / len(heard) >= 0.65


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_angry_message_brings_a_person_where_a_calm_one_is_asked_back(bot: Bot, language: str) -> None:
    reply = bot.reply(VAGUE[language], language="zh" if language == "zh" else "en")
    assert (reply.decision, reply.is_angry) == ("handoff", True)


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("都等一个星期了还没发货", "怎么这么久了还没有发货，太慢了"),
        ("the app does not open, it is so annoying", "my refund has not come yet, still not working"),
    ],
)
def test_the_second_negative_message_running_is_anger_and_the_first_is_not(
    moods: MoodSense, before: str, text: str
) -> None:
    mood = Mood(label="negative", probability=0.9)
    assert not moods.is_anger(mood, text, earlier=None)
    assert not moods.is_anger(mood, text, earlier="请问你们周末上班吗")
    assert moods.is_anger(mood, text, earlier=before)


@pytest.mark.parametrize(
    "text", ["忘记密码怎么办", "密码不对", "不想要了可以退吗", "I cannot log in", "约的时间来不了怎么办"]
)
def test_a_known_question_that_sounds_unpleasant_is_answered_as_it_stands(bot: Bot, text: str) -> None:
    reply = bot.reply(text, language="zh", earlier_user_text="烦死了，太差劲了")
    assert (reply.decision, reply.is_angry) == ("answer", False)
    assert "抱歉" not in reply.text
    assert "sorry" not in reply.text


def test_who_is_angry_and_gets_an_answer_is_offered_a_person_with_it(bot: Bot) -> None:
    reply = bot.reply("太失望了，不想要了，可以退吗", language="zh")
    assert (reply.decision, reply.is_angry) == ("answer", True)
    assert "七天内可以申请退款" in reply.text
    assert "转人工" in reply.text


@pytest.mark.parametrize(
    ("text", "is_angry"),
    [("转人工", False), ("你们这群骗子，转人工！", True), ("I want to talk to a human", False)],
)
def test_who_demands_a_person_in_anger_is_heard(bot: Bot, text: str, is_angry: bool) -> None:
    reply = bot.reply(text, language="zh")
    assert (reply.decision, reply.is_angry) == ("handoff", is_angry)
