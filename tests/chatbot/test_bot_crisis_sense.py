"""Crisis that no single word gives away is noticed by its meaning, and everyday trouble is not."""

import numpy as np
import pytest

from chatbot import Entry
from chatbot.crisis import find_crisis
from chatbot.crisis_sense import CrisisSense, example_vectors, read_examples
from chatbot.responder import Bot
from matching.embedding import Encoder

UNSEEN_CRISES = [
    "我女儿被邻居老头摸了",
    "他说要拿硫酸泼我",
    "弟弟被电到了",
    "我儿子离家出走留下一封信说再见",
    "I feel like giving up on everything, nothing matters",
    "I'm so tired of fighting, I want it to be over",
    "a man grabbed me and won't let go",
    "my neighbor is beating his kid",
    "I found my roommate with empty pill bottles",
    "dad is clutching his chest",
    "my head hurts so bad and I can't see",
]
UNSEEN_TROUBLES = [
    "孩子不爱写作业怎么办",
    "我和男朋友总是吵架",
    "脖子酸怎么缓解",
    "公司让我降薪合法吗",
    "老师总是批评我的孩子",
    "怎么走出离婚的阴影",
    "房租涨了怎么办",
    "电脑突然黑屏了",
    "I argue with my wife about money",
    "my knee aches after running",
    "how do I ask for a raise",
    "my teenager spends all day on games",
    "what is a fair rent increase",
    "my screen suddenly went black",
]


@pytest.fixture(scope="module")
def sense(encoder: Encoder) -> CrisisSense:
    return CrisisSense(encoder)


@pytest.mark.parametrize("text", UNSEEN_CRISES)
def test_a_crisis_in_other_words_is_sensed(bot: Bot, text: str) -> None:
    assert text not in read_examples().crises
    assert find_crisis(text) is None
    assert bot.reply(text, language="zh").decision == "crisis"


@pytest.mark.parametrize("text", UNSEEN_CRISES)
def test_who_waits_for_a_person_is_heard_as_well(bot: Bot, text: str) -> None:
    warning = bot.warn(text, language="zh")
    assert warning is not None
    assert warning.text == bot.reply(text, language="zh").text


@pytest.mark.parametrize("text", [*UNSEEN_TROUBLES, "转人工", "thanks"])
def test_everyday_trouble_warns_nobody(bot: Bot, text: str) -> None:
    assert bot.warn(text, language="zh") is None


@pytest.mark.parametrize("text", UNSEEN_TROUBLES)
def test_everyday_trouble_is_not(bot: Bot, text: str) -> None:
    assert text not in read_examples().ordinary
    assert bot.reply(text, language="zh").decision != "crisis"


def test_examples_are_told_apart(sense: CrisisSense, encoder: Encoder) -> None:
    examples = read_examples()
    crises = sense.probability(encoder.encode_queries(examples.crises))
    ordinary = sense.probability(encoder.encode_queries(examples.ordinary))
    assert float(np.mean(crises >= sense.alarm_from)) > 0.7
    assert float(np.mean(ordinary >= sense.alarm_from)) < 0.03


def test_a_long_account_is_left_to_words_and_knowledge(sense: CrisisSense, encoder: Encoder) -> None:
    text = "I found my roommate with empty pill bottles"
    assert sense.kind(encoder.encode_queries([text])[0], text) is not None
    assert sense.kind(encoder.encode_queries([text])[0], text + " and then we talked" * 30) is None


def test_a_question_known_word_for_word_is_answered(fresh_bot: Bot) -> None:
    fresh_bot.load([Entry(id="first-aid", question="弟弟被电到了", answer="先切断电源。", language="zh")])
    assert fresh_bot.reply("弟弟被电到了", language="zh").decision == "answer"


def test_the_sense_is_the_same_every_time(sense: CrisisSense, encoder: Encoder) -> None:
    vectors = encoder.encode_queries(["怎么退款", "我想结束一切"])
    assert np.array_equal(sense.probability(vectors), CrisisSense(encoder).probability(vectors))


def test_the_shipped_vectors_are_those_of_the_examples(encoder: Encoder) -> None:
    """Else run: python -m chatbot.crisis_sense"""
    examples = read_examples()
    texts = [*examples.crises, *examples.ordinary]
    shipped = example_vectors(examples, encoder)
    some = list(range(0, len(texts), 40))
    fresh = encoder.encode_queries([texts[number] for number in some])
    assert len(shipped) == len(texts)
    assert np.abs((shipped[some] * fresh).sum(axis=1) - 1).max() < 1e-3
