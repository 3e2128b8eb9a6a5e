"""The measures are right on the boundaries where measures usually go wrong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.evaluate import Outcome, summed_up
from chatbot.metrics import (
    area_under_roc,
    expected_calibration_error,
    hit_rate,
    mean_reciprocal_rank,
    percentile,
    share,
)


def test_nothing_to_measure_is_undefined_and_not_zero() -> None:
    assert hit_rate([], within=1) is None
    assert mean_reciprocal_rank([], within=10) is None
    assert area_under_roc([], [0.5]) is None
    assert area_under_roc([0.5], []) is None
    assert expected_calibration_error([], []) is None
    assert share(0, 0) is None
    assert percentile([], 50) is None


def test_ranks_count_up_to_their_place_and_no_further() -> None:
    ranks = [1, 5, 6, 10, 11, None]
    assert hit_rate(ranks, within=1) == pytest.approx(1 / 6)
    assert hit_rate(ranks, within=5) == pytest.approx(2 / 6)
    assert mean_reciprocal_rank(ranks, within=10) == pytest.approx((1 + 1 / 5 + 1 / 6 + 1 / 10) / 6)


def test_ties_count_half_in_the_area() -> None:
    assert area_under_roc([0.5], [0.5]) == 0.5
    assert area_under_roc([0.5, 0.9], [0.5, 0.1]) == pytest.approx((0.5 + 1 + 1 + 1) / 4)
    assert area_under_roc([1.0], [0.0]) == 1.0
    assert area_under_roc([0.0], [1.0]) == 0.0


@given(
    positive=st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=20),
    negative=st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=20),
)
def test_the_area_is_the_chance_of_the_right_order(positive: list[float], negative: list[float]) -> None:
    pairs = [(first > second) + 0.5 * (first == second) for first in positive for second in negative]
    assert area_under_roc(positive, negative) == pytest.approx(float(np.mean(pairs)))


def test_calibration_error_of_known_cases() -> None:
    assert expected_calibration_error([1.0] * 30, [True] * 30) == 0.0
    assert expected_calibration_error([1.0] * 30, [False] * 30) == 1.0
    assert expected_calibration_error([0.5] * 30, [True, False] * 15) == pytest.approx(0.0)
    assert expected_calibration_error([0.8], [True]) == pytest.approx(0.2)


def test_calibration_bins_hold_equal_numbers_of_questions() -> None:
    confidence = [0.1] * 15 + [0.9] * 15
    is_right = [False] * 15 + [True] * 15
    assert expected_calibration_error(confidence, is_right, bins=2) == pytest.approx(0.1)
    assert expected_calibration_error(confidence, is_right, bins=30) == pytest.approx(0.1)
    assert expected_calibration_error(confidence, is_right, bins=1) == pytest.approx(0.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_calibration_error_stays_between_zero_and_one(rows: list[tuple[float, bool]]) -> None:
    error = expected_calibration_error([one for one, _ in rows], [right for _, right in rows])
    assert error is not None
    assert -1e-12 <= error <= 1 + 1e-12


def outcome(*, gold: bool, rank: int | None, confidence: float, answered: bool) -> Outcome:
    return Outcome(is_in_scope=gold, rank=rank, confidence=confidence, is_answered=answered)


def test_precision_counts_answers_to_questions_out_of_scope_as_wrong() -> None:
    figures = summed_up(
        [
            outcome(gold=True, rank=1, confidence=0.9, answered=True),
            outcome(gold=True, rank=2, confidence=0.8, answered=True),
            outcome(gold=True, rank=1, confidence=0.2, answered=False),
            outcome(gold=True, rank=None, confidence=0.1, answered=False),
            outcome(gold=False, rank=None, confidence=0.95, answered=True),
            outcome(gold=False, rank=None, confidence=0.05, answered=False),
        ]
    )
    assert figures["accuracy_at_1"] == 0.5
    assert figures["recall_at_5"] == 0.75
    assert figures["mrr_at_10"] == pytest.approx(2.5 / 4)
    assert figures["answered_share"] == 0.5
    assert figures["answered_precision"] == pytest.approx(1 / 3)
    assert figures["false_answer_rate_oos"] == 0.5
    assert figures["oos_auroc"] == pytest.approx(4 / 8)


def test_without_questions_out_of_scope_their_figures_are_undefined() -> None:
    figures = summed_up([outcome(gold=True, rank=1, confidence=0.9, answered=False)])
    assert figures["oos_auroc"] is None
    assert figures["false_answer_rate_oos"] is None
    assert figures["answered_precision"] is None
    assert figures["answered_share"] == 0.0
