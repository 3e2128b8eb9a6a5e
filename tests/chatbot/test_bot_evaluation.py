"""`evaluate_bot` returns the promised object and names the line that it cannot use."""

import json
from collections.abc import Mapping, Sequence

import pytest

from chatbot.evaluate import evaluate_bot
from chatbot.evaluation_lines import EvaluationInputError, read_knowledge, read_queries
from matching.embedding import Encoder

KNOWLEDGE: list[dict[str, object]] = [
    {
        "id": "r1",
        "question": "怎么申请退款",
        "alternatives": ["我想退钱"],
        "answer": "七天内。",
        "group": "refund",
    },
    {"id": "r2", "question": "退款流程是什么", "group": "refund"},
    {"id": "i", "question": "怎么开发票", "answer": "订单页。"},
    {"id": "p", "question": "How much is a consultation?"},
]
QUERIES: list[dict[str, object]] = [
    {"query": "怎么退款", "gold": ["refund"]},
    {"query": "退款流程", "gold": ["r2"]},
    {"query": "发票怎么开", "gold": ["i"]},
    {"query": "price of one consultation", "gold": ["p", "i"]},
    {"query": "红烧肉怎么做", "gold": []},
]
KEYS = {
    "accuracy_at_1",
    "recall_at_5",
    "mrr_at_10",
    "oos_auroc",
    "answered_share",
    "answered_precision",
    "false_answer_rate_oos",
    "ece",
    "latency_ms",
    "index_seconds",
}


def lines(rows: Sequence[Mapping[str, object]]) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) for row in rows]


def test_the_result_has_exactly_the_promised_keys(encoder: Encoder) -> None:
    result = evaluate_bot(lines(KNOWLEDGE), lines(QUERIES), encoder=encoder).figures
    assert set(result) == KEYS
    assert result["accuracy_at_1"] == 1.0
    assert result["recall_at_5"] == 1.0
    assert result["oos_auroc"] == 1.0
    assert set(result["latency_ms"]) == {"p50", "p99"}
    json.dumps(result, allow_nan=False)


def test_without_queries_everything_is_undefined(encoder: Encoder) -> None:
    result = evaluate_bot(lines(KNOWLEDGE), [], encoder=encoder).figures
    assert result["accuracy_at_1"] is None
    assert result["ece"] is None
    assert result["latency_ms"] == {"p50": None, "p99": None}


def test_calibration_lines_may_be_given(encoder: Encoder) -> None:
    result = evaluate_bot(lines(KNOWLEDGE), lines(QUERIES), lines(QUERIES * 10), encoder=encoder)
    assert result.figures["accuracy_at_1"] == 1.0


def test_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    entries = read_knowledge(["\ufeff" + json.dumps(KNOWLEDGE[0]), "", "  ", json.dumps(KNOWLEDGE[2])])
    assert [entry.id for entry in entries] == ["r1", "i"]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("{", "not_json"),
        ("[" * 100_000, "not_json"),
        ("[]", "not_an_object"),
        ('{"question": "x"}', "missing_field"),
        ('{"id": 7, "question": "x"}', "wrong_type"),
        ('{"id": "a", "question": "x", "alternatives": "y"}', "wrong_type"),
        ('{"id": "a", "question": "x", "language": "fr"}', "wrong_type"),
        ('{"id": "i", "question": "x"}', "duplicate_id"),
    ],
)
def test_a_bad_knowledge_line_is_named_with_a_stable_code(bad: str, code: str) -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        read_knowledge([json.dumps(KNOWLEDGE[2]), "", bad], source="kb.jsonl")
    assert (refusal.value.code, refusal.value.line, refusal.value.source) == (code, 3, "kb.jsonl")
    assert "kb.jsonl, line 3" in str(refusal.value)


def test_an_empty_knowledge_base_is_refused() -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        read_knowledge([])
    assert refusal.value.code == "no_entries"


def test_a_query_without_gold_is_refused() -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        read_queries(['{"query": "x"}'])
    assert (refusal.value.code, refusal.value.line) == ("missing_field", 1)


def test_a_gold_that_no_entry_has_is_refused(encoder: Encoder) -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        evaluate_bot(lines(KNOWLEDGE), ['{"query": "x", "gold": ["nobody"]}'], encoder=encoder)
    assert (refusal.value.code, refusal.value.line) == ("unknown_gold", 1)
