"""The summary says what the user wants, in their own words, and what was named; the same each time."""

from hypothesis import given
from hypothesis import strategies as st

from chatbot import Entry
from chatbot.summary import MOST_ENTITIES, QUOTED_CHARACTERS, Summary, UserTurn, summarise
from chatbot.triage import topic_of


def said(*texts: str) -> Summary:
    return summarise(
        [UserTurn(seq=seq, text=text, written_on="2024-05-15") for seq, text in enumerate(texts, start=1)]
    )


def needs(*texts: str) -> list[int]:
    return [quote.seq for quote in said(*texts).need]


def test_small_talk_and_a_mere_wish_for_a_person_are_no_need() -> None:
    assert needs("你好", "谢谢", "转人工", "hello", "👍") == []


def test_a_mere_number_or_address_is_no_need() -> None:
    assert (
        needs("电话138 1234 5678，邮箱 li@example.com", "call me at +44 20 7946 0958", "WJ20240503001") == []
    )
    assert needs("订单WJ20240503001一直没有发货") == [1]


def test_the_first_the_fullest_and_the_last_question_are_quoted() -> None:
    texts = (
        "你好",
        "退款呢",
        "什么时候",
        "上周三下的单到现在都没有收到，客服一直没有人理我",
        "多久",
        "那算了吗",
        "谢谢",
    )
    assert needs(*texts) == [2, 4, 6]


def test_one_question_is_quoted_once() -> None:
    assert needs("怎么开发票") == [1]


def test_a_wish_for_a_person_that_says_why_is_a_need() -> None:
    assert needs("我的订单三个月没有发货，麻烦转人工处理") == [1]


def test_a_long_text_is_cut() -> None:
    (quote,) = said("我的问题是这样的，" * 200).need
    assert len(quote.text) <= QUOTED_CHARACTERS
    assert quote.text.endswith("…")


def test_what_changes_how_one_answers_is_told_once() -> None:
    assert said("我要投诉你们", "太差了，投诉", "请转人工").intents == ("complaint", "wants_person")
    assert said("想买会员，多少钱").intents == ("buying",)


def test_a_thing_named_twice_stands_once_where_it_was_named_last() -> None:
    (phone,) = said("电话13812345678", "对，就是138 1234 5678").entities
    assert (phone.value, phone.text, phone.seq) == ("+8613812345678", "138 1234 5678", 2)


def test_a_relative_day_counts_from_the_day_of_its_message() -> None:
    turns = [
        UserTurn(seq=1, text="昨天买的", written_on="2024-05-15"),
        UserTurn(seq=2, text="昨天又坏了", written_on="2024-05-18"),
    ]
    assert [one.value for one in summarise(turns).entities] == ["2024-05-14", "2024-05-17"]


@given(texts=st.lists(st.text(max_size=120), max_size=8))
def test_any_conversation_can_be_summed_up_and_always_in_the_same_way(texts: list[str]) -> None:
    summary = said(*texts)
    assert summary == said(*texts)
    assert len(summary.need) <= 3
    assert len(summary.entities) <= MOST_ENTITIES


def entries(*categories: str) -> list[Entry]:
    return [Entry(id=str(at), question="?", category=category) for at, category in enumerate(categories)]


def test_the_topic_is_the_category_that_the_nearest_entries_share() -> None:
    ranked = list(zip(entries("退款", "退款", "会员"), (0.9, 0.88, 0.7), strict=True))
    assert topic_of(ranked, confidence=0.9) == "退款"


def test_there_is_no_topic_where_the_nearest_entries_differ() -> None:
    ranked = list(zip(entries("退款", "会员", "课程"), (0.9, 0.9, 0.9), strict=True))
    assert topic_of(ranked, confidence=0.9) == ""


def test_there_is_no_topic_for_what_the_knowledge_does_not_know() -> None:
    ranked = list(zip(entries("退款"), (0.9,), strict=True))
    assert topic_of(ranked, confidence=0.01) == ""
    assert topic_of([], confidence=0.9) == ""
