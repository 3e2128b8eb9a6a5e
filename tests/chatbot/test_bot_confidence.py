"""Confidence, fusion and thresholds keep their promises for any data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot import Entry
from chatbot.calibration import Labelled, calibrate
from chatbot.confidence import Evidence, beyond_out_of_scope, shipped_prior, thresholds_for
from chatbot.fusion import Fusion
from chatbot.logistic import Logistic, fit_logistic
from chatbot.retrieval import VIEWS, Index
from matching.embedding import Encoder

CONFIDENCES = st.lists(
    st.tuples(st.floats(0, 1), st.booleans(), st.floats(0.1, 2.0)), min_size=1, max_size=80
)


def evidence_of(rows: list[tuple[float, bool, float]]) -> Evidence:
    right = np.array([float(is_right) for _, is_right, _ in rows])
    return Evidence(
        confidence=np.array([confidence for confidence, _, _ in rows]),
        is_right=right,
        is_among_three=right,
        weight=np.array([weight for _, _, weight in rows]),
    )


@given(rows=CONFIDENCES, target=st.floats(0.5, 1.0))
def test_what_is_answered_reaches_the_target_or_nothing_is(
    rows: list[tuple[float, bool, float]], target: float
) -> None:
    evidence = evidence_of(rows)
    thresholds = thresholds_for(evidence, target_precision=target)
    assert 0.0 <= thresholds.clarify_from <= thresholds.answer_from <= 1.0
    answered = evidence.confidence >= thresholds.answer_from
    raised = thresholds.answer_from in {0.3, 1.0}
    if answered.any() and not raised:
        reached = np.average(evidence.is_right[answered], weights=evidence.weight[answered])
        assert reached >= target - 1e-9


@given(rows=CONFIDENCES)
def test_asking_back_hits_often_enough(rows: list[tuple[float, bool, float]]) -> None:
    evidence = evidence_of(rows)
    thresholds = thresholds_for(evidence, target_precision=1.0)
    asked = (evidence.confidence >= thresholds.clarify_from) & (evidence.confidence < thresholds.answer_from)
    if asked.any():
        hit = np.average(evidence.is_among_three[asked], weights=evidence.weight[asked])
        assert hit >= 0.4 - 1e-9


def test_many_sure_cases_do_not_make_asking_back_worth_it_among_unsure_ones() -> None:
    unsure = [(0.3, at < 2, 1.0) for at in range(10)]
    rather = [(0.6, at < 7, 1.0) for at in range(10)]
    sure = [(0.97, True, 1.0)] * 200
    thresholds = thresholds_for(evidence_of([*unsure, *rather, *sure]), target_precision=0.99)
    assert (thresholds.clarify_from, thresholds.answer_from) == (0.6, 0.97)


@given(rows=CONFIDENCES)
def test_a_higher_target_never_answers_more(rows: list[tuple[float, bool, float]]) -> None:
    evidence = evidence_of(rows)
    thresholds = [
        thresholds_for(evidence, target_precision=target).answer_from for target in (0.6, 0.8, 0.95)
    ]
    assert thresholds == sorted(thresholds)


@given(confidences=st.lists(st.floats(0, 1), min_size=20, max_size=80), share=st.floats(0.01, 0.3))
def test_a_smaller_share_of_false_answers_asks_for_more_confidence(
    confidences: list[float], share: float
) -> None:
    seen = np.array(confidences)
    assert beyond_out_of_scope(seen, share=share / 2) >= beyond_out_of_scope(seen, share=share)


def test_few_out_of_scope_questions_say_nothing_and_many_bound_what_is_answered() -> None:
    random = np.random.default_rng(5)
    seen = 1 / (1 + np.exp(-random.normal(size=4000)))
    assert beyond_out_of_scope(seen[:19], share=0.05) == 0.0
    drawn = beyond_out_of_scope(seen, share=0.05)
    assert 0.01 < (seen >= drawn).mean() < 0.04
    assert beyond_out_of_scope(seen[::80], share=0.05) > drawn
    thresholds = thresholds_for(evidence_of([(0.6, True, 1.0)]), target_precision=0.9, at_least=0.8)
    assert thresholds.answer_from == 0.8


def test_many_observations_overrule_the_prior() -> None:
    random = np.random.default_rng(1)
    inputs = random.normal(size=(4000, 1))
    labels = random.random(4000) < 1 / (1 + np.exp(-(2.0 * inputs[:, 0] - 1.0)))
    prior = Logistic(mean=np.zeros(1), scale=np.ones(1), coefficients=np.zeros(1), intercept=0.0)
    fitted = fit_logistic(
        inputs, labels, np.ones(4000), prior=prior, never_negative=np.array([True]), prior_strength=1.0
    )
    assert fitted.coefficients[0] == pytest.approx(2.0, abs=0.25)
    assert fitted.intercept == pytest.approx(-1.0, abs=0.2)


@given(
    weights=st.lists(st.floats(0.0, 5.0), min_size=len(VIEWS), max_size=len(VIEWS)),
    active=st.lists(st.booleans(), min_size=len(VIEWS), max_size=len(VIEWS)),
)
def test_weights_in_use_sum_to_one_and_others_are_zero(weights: list[float], active: list[bool]) -> None:
    used = Fusion(weights=tuple(weights)).among(np.array(active))
    assert (used >= 0).all()
    assert not used[~np.array(active)].any()
    assert used.sum() == pytest.approx(1.0, abs=1e-4) or used.sum() < 1


def test_calibration_is_the_same_every_time(encoder: Encoder, entries: tuple[Entry, ...]) -> None:
    index = Index(entries, encoder)
    first, second = (calibrate(index, prior=shipped_prior(), target_precision=0.9) for _ in range(2))
    assert first.thresholds == second.thresholds
    assert np.array_equal(first.certainty.scope.coefficients, second.certainty.scope.coefficients)


def test_labelled_questions_teach_what_is_out_of_scope(encoder: Encoder, entries: tuple[Entry, ...]) -> None:
    index = Index(entries, encoder)
    inside = [
        Labelled(text=f"{text}{tail}", language="zh", gold=frozenset({answer}))
        for answer, text in enumerate(["我想退钱", "开张发票", "一次多少钱", "想改个时间", "密码忘掉了"])
        for tail in ("", "可以吗", "谢谢", "怎么弄", "呀")
    ]
    outside = [
        Labelled(text=f"{text}{tail}", language="zh", gold=frozenset())
        for text in ("红烧肉怎么做", "今天天气好吗", "推荐一部电影", "足球谁赢了", "月亮有多远")
        for tail in ("", "可以吗", "谢谢", "告诉我", "呀")
    ]
    learned = calibrate(index, prior=shipped_prior(), target_precision=0.9, labelled=[*inside, *outside])
    confidences = []
    for texts in (inside, outside):
        comparison = index.compare([one.text for one in texts], ["zh"] * len(texts))
        confidences.append(learned.confidence(comparison, learned.scores(comparison)).mean())
    assert confidences[0] > confidences[1] + 0.4
