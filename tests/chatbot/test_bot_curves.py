"""The curves of an evaluation agree with its figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.curves import reliability_curve, risk_coverage_curve
from chatbot.metrics import expected_calibration_error

OUTCOMES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)


def test_nothing_gives_no_points() -> None:
    assert reliability_curve([], []) == []
    assert risk_coverage_curve([], []) == []


def test_risk_of_a_known_case() -> None:
    points = risk_coverage_curve([0.9, 0.8, 0.8, 0.1], [True, True, False, False])
    assert [(point.threshold, point.coverage) for point in points] == [(0.9, 0.25), (0.8, 0.75), (0.1, 1.0)]
    assert [point.risk for point in points] == pytest.approx([0.0, 1 / 3, 0.5])


@given(OUTCOMES)
def test_the_gaps_of_the_reliability_curve_are_the_calibration_error(rows: list[tuple[float, bool]]) -> None:
    confidence, is_right = [row[0] for row in rows], [row[1] for row in rows]
    points = reliability_curve(confidence, is_right)
    assert sum(point.count for point in points) == len(rows)
    error = sum(point.count * abs(point.confidence - point.share_right) for point in points) / len(rows)
    assert error == pytest.approx(expected_calibration_error(confidence, is_right))


@given(OUTCOMES)
def test_the_risk_curve_ends_with_everything_answered(rows: list[tuple[float, bool]]) -> None:
    points = risk_coverage_curve([row[0] for row in rows], [row[1] for row in rows])
    coverages = [point.coverage for point in points]
    assert coverages == sorted(coverages)
    assert points[-1].coverage == 1.0
    assert points[-1].risk == pytest.approx(1 - sum(row[1] for row in rows) / len(rows))
    for point in points:
        answered = [is_right for confidence, is_right in rows if confidence >= point.threshold]
        assert point.risk == pytest.approx(1 - sum(answered) / len(answered))
