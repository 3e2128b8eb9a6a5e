"""Editors are warned of entries that ask the same, and not of look-alikes that ask for something else."""

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot import Entry
from chatbot.language import Language
from chatbot.lessons import SimilarEntry
from chatbot.retrieval import Index
from chatbot.same_question import swapped_share
from chatbot.similar_entries import similar_entries
from matching.embedding import Encoder

HELD_OUT = [
    json.loads(line)
    for line in (Path(__file__).parent / "pairs_held_out.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def index(encoder: Encoder) -> Index:
    entries = [
        Entry(id=str(at), question=one["question"], answer=one["answer"], language=one["language"])
        for at, one in enumerate(HELD_OUT)
    ]
    return Index(entries, encoder)


def warnings(index: Index, encoder: Encoder, pair: dict[str, Any], answer: str) -> tuple[SimilarEntry, ...]:
    return similar_entries(index, encoder, wordings=[pair["typed"]], answer=answer, fallback=pair["language"])


def test_most_that_ask_the_same_are_found_and_hardly_a_look_alike(index: Index, encoder: Encoder) -> None:
    same, told, right, strangers = 0, 0, 0, 0
    for at, pair in enumerate(HELD_OUT):
        found = warnings(index, encoder, pair, pair["typed_answer"])
        warned_of = {one.id for one in found if one.kind != "near"}
        same += pair["same"]
        told += str(at) in warned_of
        right += pair["same"] and str(at) in warned_of
        strangers += len(warned_of - {str(at)})
    assert right / same >= 0.65
    assert right / told >= 0.9
    assert strangers <= 1


def test_without_an_answer_yet_only_nearly_the_same_words_count(index: Index, encoder: Encoder) -> None:
    pair = next(one for one in HELD_OUT if one["same"])
    (first, *_) = warnings(index, encoder, pair | {"typed": pair["question"]}, "")
    assert (first.question, first.kind, first.similarity) == (pair["question"], "duplicate", 1.0)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("怎么绑定银行卡？", "怎么解绑银行卡？", 0.6, 0.8),
        ("怎么申请退款？", "如何申请退款呢", 0.0, 0.0),
        ("How do I upload a file?", "How do I delete a file?", 0.3, 0.5),
        ("How do I open an account?", "How can I open a savings account?", 0.0, 0.0),
        ("", "怎么退款", 0.0, 0.0),
    ],
)
def test_only_what_was_exchanged_counts_as_swapped(one: str, other: str, least: float, most: float) -> None:
    language: Language = "en" if one.isascii() and one else "zh"
    assert least <= swapped_share(one, other, language) <= most
    assert swapped_share(one, other, language) == swapped_share(other, one, language)
