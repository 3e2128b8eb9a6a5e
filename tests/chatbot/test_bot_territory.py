"""What has nothing to do with the knowledge goes to a person at once, without a question back."""

import pytest

from chatbot import Entry, detect_language
from chatbot.responder import Bot
from chatbot.retrieval import Index
from chatbot.territory import NO_BORDER, border_of
from matching.embedding import Encoder
from tests.chatbot.conftest import ENTRIES

pytestmark = pytest.mark.timeout(600)  # embeds the sample knowledge

FOR_A_PERSON = [
    "公司说业务调整要裁掉我，只肯给一个月工资，这样合法吗？",
    "离婚后孩子抚养权怎么判",
    "孩子十四岁不肯上学怎么办",
    "交通事故对方全责不肯赔",
    "想开一家奶茶店需要什么手续",
    "My husband and I argue every day",
    "My landlord refuses to return my deposit",
]


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_a_question_for_a_person_is_not_asked_back(informed_bot: Bot, text: str) -> None:
    reply = informed_bot.reply(text, language=detect_language(text, fallback="zh"))
    assert reply.decision == "handoff"


@pytest.mark.parametrize("text", ["退款", "账号登不上", "can't log in"])
def test_a_word_that_says_too_little_is_asked_back(informed_bot: Bot, text: str) -> None:
    reply = informed_bot.reply(text, language=detect_language(text, fallback="zh"))
    assert reply.decision == "clarify"


def test_few_wordings_draw_no_border(encoder: Encoder) -> None:
    assert border_of(Index((), encoder)) == NO_BORDER
    alone = [Entry(id=one.id, question=one.question, answer=one.answer) for one in ENTRIES]
    assert border_of(Index(alone, encoder)) == NO_BORDER
