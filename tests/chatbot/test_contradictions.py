"""Contradictions between answers, measured on pairs of our own in both languages, with hard negatives."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.contradictions import contradictions
from chatbot.quantities import find_quantities

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "contradictory_answers.jsonl").read_text("utf-8").splitlines()
]
LEAST_FOUND = 0.9
MOST_FALSE = 0.1


def kinds(mine: str, theirs: str) -> set[str]:
    return {one.kind for one in contradictions(mine, theirs)}


def test_contradictions_are_found_and_paraphrases_left_alone() -> None:
    clashing = [pair for pair in PAIRS if pair["kinds"]]
    agreeing = [pair for pair in PAIRS if not pair["kinds"]]
    assert min(len(clashing), len(agreeing)) >= 30
    missed = [pair for pair in clashing if not set(pair["kinds"]) <= kinds(pair["mine"], pair["theirs"])]
    false = [pair for pair in agreeing if kinds(pair["mine"], pair["theirs"])]
    assert len(missed) <= (1 - LEAST_FOUND) * len(clashing), missed
    assert len(false) <= MOST_FALSE * len(agreeing), false


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["mine"][:20])
def test_whichever_stands_first_the_same_clashes(pair: dict[str, str]) -> None:
    assert kinds(pair["mine"], pair["theirs"]) == kinds(pair["theirs"], pair["mine"])


def test_the_words_that_clash_are_told() -> None:
    (found,) = contradictions("付款后七天内可以退款。", "付款后 14 天内可以退款。")
    assert (found.mine, found.theirs) == ("七天", "14 天")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("七天", ["10080min"]),
        ("一周", ["10080min"]),
        ("1 week", ["10080min"]),
        ("半小时", ["30min"]),
        ("两年", ["24mo"]),
        ("three business days", ["3"]),
        ("下午三点半", ["15:30"]),
        ("3 pm", ["15:00"]),
        ("15:30", ["15:30"]),
        ("￥1,200.50", ["CNY 1200.5"]),
        ("八五折", ["15"]),
        ("百分之二十", ["20"]),
        ("一起、一定、第一", []),
        ("1. 打开\n2) 关闭", []),
    ],
)
def test_the_same_quantity_has_one_value(text: str, values: list[str]) -> None:
    assert [one.value for one in find_quantities(text)] == values


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert contradictions(one, one) == ()
    contradictions(one, other)
