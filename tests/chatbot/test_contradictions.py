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
DEVELOPED_ON = [
    json.loads(line)
    for line in (Path(__file__).parent / "pairs_developed_on.jsonl").read_text("utf-8").splitlines()
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


def test_answers_of_whole_entries_clash_rarely_without_reason() -> None:
    told = [
        (pair["contradicts"], bool(kinds(pair["typed_answer"], pair["answer"])))
        for pair in DEVELOPED_ON
        if pair["same"]
    ]
    right = sum(clashes and is_told for clashes, is_told in told)
    assert right / sum(clashes for clashes, _ in told) >= 0.85
    assert right / sum(is_told for _, is_told in told) >= 0.9


@pytest.mark.parametrize(
    ("mine", "theirs", "kind"),
    [
        ("首次咨询免费。", "首次咨询 50 元。", "amount"),
        ("Breakfast is included in the price.", "Breakfast costs $12.", "amount"),
        ("退房后当天退押金。", "押金 15 个工作日内退还。", "duration"),
        ("The voucher never expires.", "Vouchers are valid for two years.", "duration"),
        ("空调每半年清洗一次。", "空调一般每年清洗一次。", "frequency"),
        ("We back up every night.", "Backups are made once a week.", "frequency"),
        ("The clinic is on the second floor.", "You find the clinic on the fifth floor.", "number"),
        ("快递放在南门的驿站。", "快递都在北门领取。", "opposite"),
        ("检查报告会邮寄给您。", "检查报告不提供邮寄。", "opposite"),
        ("The pool is heated.", "The pool is unheated.", "opposite"),
        ("退货运费由我们承担。", "退货运费由买家承担。", "opposite"),
    ],
)
def test_what_clashes_is_named_by_its_kind(mine: str, theirs: str, kind: str) -> None:
    assert kinds(mine, theirs) == kinds(theirs, mine) == {kind}


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("两个工作日内办好。", "一般三天之内办好。"),
        ("必须戴泳帽才能下水。", "不可以，下水一定要戴泳帽。"),
        ("可以随身携带，不能托运。", "不得托运，可以随身带。"),
        ("按原价三折回收。", "按原价的 30% 回收。"),
        ("Replacements are free. Others cost $5.", "The first one is free, a second costs $5."),
        ("We don't send it until the money has arrived.", "It is sent as soon as the money arrives."),
        ("Free for children, $5 for adults.", "Adults pay $5."),
    ],
)
def test_what_is_put_in_another_way_does_not_clash(mine: str, theirs: str) -> None:
    assert kinds(mine, theirs) == kinds(theirs, mine) == set()


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_compared(one: str, other: str) -> None:
    assert contradictions(one, one) == ()
    contradictions(one, other)
