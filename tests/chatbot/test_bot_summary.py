"""The summary says what the user wants, in their own words, and what was named; the same each time."""

from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot import Entry
from chatbot.mood_now import MOST_HEARD, Listener
from chatbot.summary import MOST_ENTITIES, Summary, summarise
from chatbot.triage import topic_of
from chatbot.user_turns import QUOTED_CHARACTERS, UserTurn
from matching.embedding import Encoder

LINES = (Path(__file__).parent / "service_moods.txt").read_text(encoding="utf-8").splitlines()
MOODS = [line.split(" | ", 1) for line in LINES if line and not line.startswith("#")]


class Say(Protocol):
    def __call__(self, *texts: str) -> Summary: ...


@pytest.fixture(scope="module")
def listener(encoder: Encoder) -> Listener:
    return Listener(encoder)


@pytest.fixture(scope="module")
def said(listener: Listener) -> Say:
    def sum_up(*texts: str) -> Summary:
        turns = [
            UserTurn(seq=seq, text=text, written_on="2024-05-15") for seq, text in enumerate(texts, start=1)
        ]
        return summarise(turns, listener)

    return sum_up


def needs(summary: Summary) -> list[int]:
    return [quote.seq for quote in summary.need]


def heard(summary: Summary) -> tuple[str, list[tuple[int, str]]] | None:
    if summary.mood is None:
        return None
    return summary.mood.label, [(one.quote.seq, one.mood.label) for one in summary.mood.heard]


def test_small_talk_and_a_mere_wish_for_a_person_are_no_need(said: Say) -> None:
    assert needs(said("你好", "谢谢", "转人工", "hello", "👍")) == []


def test_a_mere_number_or_address_is_no_need(said: Say) -> None:
    mere = said("电话138 1234 5678，邮箱 li@example.com", "call me at +44 20 7946 0958", "WJ20240503001")
    assert needs(mere) == []
    assert needs(said("订单WJ20240503001一直没有发货")) == [1]


def test_the_first_the_fullest_and_the_last_question_are_quoted(said: Say) -> None:
    texts = (
        "你好",
        "退款呢",
        "什么时候",
        "上周三下的单到现在都没有收到，客服一直没有人理我",
        "多久",
        "那算了吗",
        "谢谢",
    )
    assert needs(said(*texts)) == [2, 4, 6]


def test_one_question_is_quoted_once(said: Say) -> None:
    assert needs(said("怎么开发票")) == [1]


def test_a_wish_for_a_person_that_says_why_is_a_need(said: Say) -> None:
    assert needs(said("我的订单三个月没有发货，麻烦转人工处理")) == [1]


def test_a_long_text_is_cut(said: Say) -> None:
    (quote,) = said("我的问题是这样的，" * 200).need
    assert len(quote.text) <= QUOTED_CHARACTERS
    assert quote.text.endswith("…")


def test_what_changes_how_one_answers_is_told_once(said: Say) -> None:
    assert said("我要投诉你们", "太差了，投诉", "请转人工").intents == ("complaint", "wants_person")
    assert said("想买会员，多少钱").intents == ("buying",)


def test_a_thing_named_twice_stands_once_where_it_was_named_last(said: Say) -> None:
    (phone,) = said("电话13812345678", "对，就是138 1234 5678").entities
    assert (phone.value, phone.text, phone.seq) == ("+8613812345678", "138 1234 5678", 2)


def test_a_relative_day_counts_from_the_day_of_its_message(listener: Listener) -> None:
    turns = [
        UserTurn(seq=1, text="昨天买的", written_on="2024-05-15"),
        UserTurn(seq=2, text="昨天又坏了", written_on="2024-05-18"),
    ]
    assert [one.value for one in summarise(turns, listener).entities] == ["2024-05-14", "2024-05-17"]


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=120), max_size=8))
def test_any_conversation_can_be_summed_up_and_always_in_the_same_way(said: Say, texts: list[str]) -> None:
    summary = said(*texts)
    assert summary == said(*texts)
    assert len(summary.need) <= 3
    assert len(summary.entities) <= MOST_ENTITIES
    assert summary.mood is None or 1 <= len(summary.mood.heard) <= MOST_HEARD


def test_the_newest_messages_that_say_something_tell_how_the_user_sounds(said: Say) -> None:
    assert heard(said("你们太让人失望了，钱扣了两次还没人管", "你好", "订单WJ20240503001", "周末上班吗")) == (
        "negative",
        [(1, "negative"), (4, "neutral")],
    )
    assert heard(said("I am so disappointed, this is useless", "I love how quick you solved it")) == (
        "positive",
        [(1, "negative"), (2, "positive")],
    )


def test_what_lies_further_back_counts_no_longer(said: Say) -> None:
    mood = said("太差了，气死我了", "你们周末上班吗", "怎么开发票", "在哪里上课").mood
    assert mood is not None
    assert (mood.label, [one.quote.seq for one in mood.heard]) == ("neutral", [2, 3, 4])


@pytest.mark.parametrize("text", ["你好", "", "👍", "WJ20240503001", "Где мой заказ", "ok"])
def test_where_nothing_tells_a_mood_none_is_told(said: Say, text: str) -> None:
    assert said(text).mood is None


def test_with_an_encoder_that_it_was_not_fitted_to_the_mood_is_unknown(encoder: Encoder) -> None:
    class Other:
        name, dimensions = "sentence-transformers/other", encoder.dimensions
        encode_queries = encode_passages = encoder.encode_queries

    turn = UserTurn(seq=1, text="太差了，气死我了", written_on="2024-05-15")
    assert summarise([turn], Listener(Other())).mood is None


def test_service_messages_are_heard_and_ordinary_questions_are_not_taken_for_a_mood(said: Say) -> None:
    told: dict[str, list[str]] = {"negative": [], "neutral": [], "positive": []}
    for label, text in MOODS:
        mood = said(text).mood
        told[label].append(mood.label if mood else "unknown")
    right = {label: found.count(label) / len(found) for label, found in told.items()}
    assert min(right.values()) >= 0.8, right
    assert "positive" not in told["negative"]
    assert "negative" not in told["positive"]


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
